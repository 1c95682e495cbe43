using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Benchmarks.Live;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>The second host: live grains beside bare ones, messages on the wire, and virtual mode on one silo.</summary>
static class LiveRow
{
    const int Balls = 100, Messages = 200_000;

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1), Timed = TimeSpan.FromSeconds(3);

    // One for all, started by the first that needs it.
    static readonly Lazy<LiveSilo> Silo = new(() => LiveSilo.Start().GetAwaiter().GetResult());

    public static IEnumerable<Comparison> Comparisons()
    {
        var bare = new Contender("bare one-way grain hops", Bare) { MustReach = 0.5 };
        yield return new(
            "live grains, messages without vector", "messages", new("programs", () => Live(0, 1)), [bare]);
        yield return new(
            "live grains, messages with 22 coordinates", "messages", new("programs", () => Live(22, 22)), [bare]);
        foreach (var coordinates in (int[])[0, 22, 10_000])
            yield return Wire(coordinates);
        yield return Virtual();
    }

    public static IEnumerable<PendingAmount> Amounts() =>
    [
        .. from coordinates in (int[])[0, 22, 10_000]
           select new PendingAmount(
               $"live, message with {coordinates:N0} coordinates, float32, on the wire", "B / message",
               () => Silo.Value.BytesOf(LiveSilo.Message(coordinates))),
        new("live, 100,000 agents, 22 coordinates, float32, per agent", "B / agent", () => BytesPerAgent(100_000)),
    ];

    // What goes from silo to silo is written and read; the vector's bytes alone are the least that must be.
    static Comparison Wire(int coordinates)
    {
        var (message, bytes) = (LiveSilo.Message(coordinates), new byte[coordinates * sizeof(float)]);
        return new(
            $"live, message with {coordinates:N0} coordinates, float32, written and read", "messages",
            new("message", () => PerSecond(() => Silo.Value.ThroughWire(message))),
            [new("an array of bytes as long as the vector", () => PerSecond(() => Silo.Value.ThroughWire(bytes)))]);
    }

    static double PerSecond(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Messages; i++)
            action();
        return Messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static RunPlan PlanOf(int nodes, int carried, int parameters) =>
        Plans.Of(new Ring(Balls, carried), nodes, 1, Plans.Zero, new Idle(nodes, parameters)) with
        {
            Topology = Topology.Complete("complete", nodes),
            Metrics = false,
            Precision = Precision.Float32,
        };

    static double Live(int carried, int parameters) =>
        Silo.Value.Events(PlanOf(BareHopGrain.Ring, carried, parameters), WarmUp, Timed).GetAwaiter().GetResult();

    static double Bare()
    {
        var hops = Silo.Value.Hops;
        hops.Fly = true;
        for (var i = 0; i < Balls; i++)
        {
            var first = (i * (BareHopGrain.Ring / Balls)).ToString(CultureInfo.InvariantCulture);
            Silo.Value.Grains.GetGrain<IBareHopGrain>(first).Hop(new Ball(i)).AsTask().Wait();
        }
        Thread.Sleep(WarmUp);
        var before = hops.Total;
        var start = Stopwatch.GetTimestamp();
        Thread.Sleep(Timed);
        var made = hops.Total - before;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        hops.Fly = false;
        Thread.Sleep(WarmUp);
        return made / seconds;
    }

    // Training a net: nearly all the time goes into gradients.
    static Comparison Virtual()
    {
        var arm = new Lazy<Arm>(
            () => Experiment.Load(Path.Combine(Places.Root, "experiments", "mlp-mixture.yaml")).Arms[0]);
        var embedded = new Contender(
            "embedded engine", () => Gradients(Simulator.Run(arm.Value.Plan(0) with { Metrics = false })))
        {
            MustReach = 0.7,
        };
        var ours = new Contender(
            "virtual", () => Gradients(Silo.Value.Run(arm.Value).GetAwaiter().GetResult()));
        return new Comparison("virtual mode on one silo, net of 4,740 parameters", "gradients", ours, [embedded]);
    }

    static double Gradients(RunRecord record) => record.Counts.Gradients / record.WallSeconds;

    static double BytesPerAgent(int agents)
    {
        var silo = Silo.Value;
        var before = WorkingSet();
        var (key, _) = silo.Open(PlanOf(agents, 22, 22)).GetAwaiter().GetResult();
        Thread.Sleep(Timed);
        var after = WorkingSet();
        silo.Close(key);
        return (after - before) / (double)agents;
    }

    static long WorkingSet()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
