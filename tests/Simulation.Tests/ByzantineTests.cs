using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Senders that lie: what arrives of their messages, in runs of the engine.</summary>
public class ByzantineTests
{
    const int Rounds = 20_000;
    const double Deviation = 0.5;

    static double[] SquaresOf(Sums method, int workers, double rounds, Fault fault)
    {
        var plan = Plans.Of(method, workers, rounds + 0.5, Plans.Zero) with
        {
            Faults = [fault],
            Metrics = false,
            TimelineAgents = 0,
        };
        Simulator.Run(plan);
        return [.. method.Squares];
    }

    [Fact]
    public void Replayed_vectors_are_those_of_so_many_messages_before()
    {
        // Three send k in second k, two of them what they should have sent 3 seconds before.
        var squares = SquaresOf(new Sums(), 3, 8, new ReplayFault(new() { Senders = [0, 2], Ago = 3 }));

        double[] sums = [3, 6, 9, 4 + 2, 5 + 4, 6 + 6, 7 + 8, 8 + 10];
        Assert.Equal(sums.Select(s => s * s), squares);
    }

    [Fact]
    public void Replays_are_counted_where_something_was_sent_before()
    {
        var plan = Plans.Of(new Sums(), 3, 8.5, Plans.Zero) with
        {
            Faults = [new ReplayFault(new() { Senders = [0, 2], Ago = 3 })],
        };

        Assert.Equal(2 * 5, Assert.Single(Simulator.Run(plan).Faults).Fired);
    }

    // The sum of m numbers of variance s^2 has the square m s^2 on average, or m^2 s^2 if they are one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Noise_that_colluders_agree_on_does_not_cancel(bool agree)
    {
        const int Liars = 4;
        int[] senders = [0, 1, 2, 3];
        Fault fault = agree
            ? new CollusionFault(new() { Senders = senders, Deviation = Deviation })
            : new CorruptFault(new() { Senders = senders, Factor = 0, Deviation = Deviation });

        var squares = SquaresOf(new Sums(sendsZeros: true), 6, Rounds, fault);

        Assert.Equal(Rounds, squares.Length);
        var variance = Deviation * Deviation * Liars * (agree ? Liars : 1);
        ModelsPage.Row(
            agree ? "collusion" : "corrupt", "mean square of the sum of 4 liars' noise of deviation 0.5", variance,
            squares.Average(), variance * Math.Sqrt(2.0 / Rounds));
    }
}
