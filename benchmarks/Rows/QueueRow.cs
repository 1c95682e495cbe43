using AsyncOpt.Benchmarks.Loops;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Simulation.Events;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>
/// The event queue by itself, in the hold model: take the least event, put one back some time later, with as many
/// pending all the while. Whatever the law of that time, it should cost what it does with the exponential one.
/// </summary>
static class QueueRow
{
    const int Agents = 1 << 20;
    const int EventsMin = 2_000_000;

    // Half the rate of the exponential law, at worst.
    const double MustReach = 0.5;

    delegate double Law(ref FastDraws draws);

    // All of mean 1, more or less.
    static readonly (string Name, Law Next)[] Laws =
    [
        ("uniform", (ref d) => 2 * d.Uniform()),
        ("triangular", (ref d) => 1.5 * Math.Sqrt(d.Uniform())),
        ("bimodal, one in ten ten times as long", (ref d) => (0.1 * d.Uniform()) + (d.Below(10) == 0 ? 9.5 : 0)),
        ("skewed, Pareto of exponent 1.1", (ref d) => 0.1 * Math.Pow(d.Uniform(), -1 / 1.1)),
        ("bursts, ten instants per mean", (ref d) => 0.1 * Math.Ceiling(10 * Exponential(ref d))),
        ("all tied", (ref d) => 1),
    ];

    public static IEnumerable<Comparison> Comparisons()
    {
        for (var pending = 1_000; pending <= 10_000_000; pending *= 10)
        {
            foreach (var (name, next) in Laws)
                yield return Of(pending, name, next);
        }
    }

    static Comparison Of(int pending, string name, Law law) => new(
        $"queue, {pending:N0} pending, {name}", "events",
        new Contender("queue", () => Rate(pending, law)) { WarmsUp = true },
        [
            new Contender("the queue, exponential", () => Rate(pending, Exponential))
            {
                WarmsUp = true,
                MustReach = MustReach,
            },
        ])
    {
        TurnsMax = pending < 1_000_000 ? 3 : 1,
    };

    static double Exponential(ref FastDraws draws) => -Math.Log(draws.Uniform());

    /// <summary>Events per second, after as many to warm up.</summary>
    static double Rate(int pending, Law law)
    {
        var draws = new FastDraws(1);
        // Drawn beforehand, so that no law costs more than another.
        var delays = new long[1 << 16];
        foreach (ref var delay in delays.AsSpan())
            delay = (long)(1e9 * law(ref draws));
        using var arena = new Arena();
        var queue = new EventQueue(arena);
        uint sequence = 0;
        for (; sequence < pending; sequence++)
            queue.Insert(Later(0, delays, sequence, ref draws));
        var events = Math.Max(EventsMin, pending);
        Hold(queue, delays, events, ref sequence, ref draws);
        var start = Clock.Seconds;
        Hold(queue, delays, events, ref sequence, ref draws);
        return events / (Clock.Seconds - start);
    }

    static void Hold(EventQueue queue, long[] delays, int events, ref uint sequence, ref FastDraws draws)
    {
        for (var i = 0; i < events && queue.TryPeek(out var e); i++)
        {
            queue.RemovePeeked();
            queue.Insert(Later(e.Time, delays, sequence++, ref draws));
        }
    }

    static Event Later(long now, long[] delays, uint sequence, ref FastDraws draws) => new()
    {
        Time = now + delays[sequence & (delays.Length - 1)],
        Sequence = sequence,
        Receiver = draws.Below(Agents),
        Tie = (uint)draws.Next(),
    };
}
