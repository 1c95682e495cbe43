using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Benchmarks.Live;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;
using Orleans.Runtime.Placement;

namespace AsyncOpt.Benchmarks.Rows;

/// <summary>The second host: live grains beside bare ones, messages on the wire, and virtual mode on one silo.</summary>
static class LiveRow
{
    const int Balls = 100, Messages = 200_000;

    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1), Timed = TimeSpan.FromSeconds(3);

    // One for all, started by the first that needs it.
    static readonly Lazy<LiveSilo> Silo = new(() => LiveSilo.Start().GetAwaiter().GetResult());

    static readonly Lazy<LiveSilo[]> Two = new(
        () => [Silo.Value, LiveSilo.Start(number: 1).GetAwaiter().GetResult()]);

    static readonly Lazy<LiveSilo[]> One = new(() => [Silo.Value]);

    public static IEnumerable<Comparison> Comparisons()
    {
        var bare = new Contender("bare one-way grain hops", () => Bare(One.Value)) { MustReach = 0.5 };
        foreach (var (name, carried) in ((string, int)[])[("without vector", 0), ("with 22 coordinates", 22)])
            yield return new(
                $"live grains, messages {name}", "messages", new("programs", () => Live(carried, One.Value)), [bare]);
        yield return Virtual();
        var between = new Contender("bare one-way grain hops between silos", () => Bare(Two.Value)) { MustReach = 0.5 };
        foreach (var (name, carried) in ((string, int)[])[("without vector", 0), ("with 22 coordinates", 22)])
            yield return new(
                $"live grains of two silos, messages {name} from one to the other", "messages",
                new("programs", () => Live(carried, Two.Value)), [between]);
        foreach (var coordinates in (int[])[0, 22, 10_000])
            yield return Wire(coordinates);
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

    static double Live(int carried, LiveSilo[] silos) => LiveSilo
        .Events(PlanOf(BareHopGrain.Ring, carried, Math.Max(1, carried)), WarmUp, Timed, silos).GetAwaiter().GetResult();

    static double Bare(LiveSilo[] silos)
    {
        PlaceBareGrains(silos);
        SetFly(true);
        for (var i = 0; i < Balls; i++)
            BareGrain(silos, i * (BareHopGrain.Ring / Balls)).Hop(new Ball(i)).AsTask().Wait();
        Thread.Sleep(WarmUp);
        var before = Total();
        var start = Stopwatch.GetTimestamp();
        Thread.Sleep(Timed);
        var made = Total() - before;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        SetFly(false);
        Thread.Sleep(WarmUp);
        return made / seconds;

        long Total() => silos.Sum(s => s.Hops.Total);

        void SetFly(bool fly)
        {
            foreach (var silo in silos)
                silo.Hops.Fly = fly;
        }
    }

    // A grain lives where it is first called with a hint to; what it is called with then is dropped.
    static void PlaceBareGrains(LiveSilo[] silos)
    {
        for (var place = 0; place < BareHopGrain.Ring; place++)
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, silos[place % silos.Length].Address);
            BareGrain(silos, place).Hop(new Ball(place)).AsTask().Wait();
        }
        RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        Thread.Sleep(WarmUp);
    }

    static IBareHopGrain BareGrain(LiveSilo[] silos, int place)
    {
        var number = ((silos.Length - 1) * BareHopGrain.Ring) + place;
        return silos[0].Grains.GetGrain<IBareHopGrain>(number.ToString(CultureInfo.InvariantCulture));
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
        var (key, _) = LiveSilo.Open(PlanOf(agents, 22, 22), silo).GetAwaiter().GetResult();
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
