using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Benchmarks.Grains;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;
using AsyncOpt.Testing;

// Measures live grains beside bare ones, and virtual mode beside the embedded engine, in one process; prints ratios.
const int Balls = 100;
var (warmUp, timed) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
var turns = 5;
var isGood = args is [] || (args is [var n] && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out turns));
if (!isGood || turns < 1)
{
    Console.Error.WriteLine($"expected the number of turns, at least 1, or nothing; got '{string.Join(' ', args)}'");
    return 2;
}
await using var silo = await LiveSilo.Start();

foreach (var fact in Machine.Facts())
    Console.WriteLine(fact);
Console.WriteLine();
Console.WriteLine(ReportText.RatioHeader);
var bare = new Contender("bare one-way grain hops", Bare) { MustReach = 0.5 };
Comparison[] comparisons =
[
    new("live grains, messages without vector", "messages", new("programs", () => Live(0, 1)), [bare]),
    new("live grains, messages with 22 coordinates", "messages", new("programs", () => Live(22, 22)), [bare]),
    Virtual(),
];
foreach (var comparison in comparisons)
{
    foreach (var result in comparison.Run(turns))
        Console.WriteLine(ReportText.Row(result));
}
await Memory(100_000);
return 0;

RunPlan PlanOf(int nodes, int carried, int parameters) =>
    Plans.Of(new Ring(Balls, carried), nodes, 1, Plans.Zero, new Idle(nodes, parameters)) with
    {
        Topology = Topology.Complete("complete", nodes),
        Metrics = false,
        Precision = Precision.Float32,
    };

double Live(int carried, int parameters) =>
    silo.Events(PlanOf(BareHopGrain.Ring, carried, parameters), warmUp, timed).GetAwaiter().GetResult();

double Bare()
{
    silo.Hops.Fly = true;
    for (var i = 0; i < Balls; i++)
    {
        var first = (i * (BareHopGrain.Ring / Balls)).ToString(CultureInfo.InvariantCulture);
        silo.Grains.GetGrain<IBareHopGrain>(first).Hop(new Ball(i)).AsTask().Wait();
    }
    Task.Delay(warmUp).Wait();
    var before = silo.Hops.Total;
    var start = Stopwatch.GetTimestamp();
    Task.Delay(timed).Wait();
    var hops = silo.Hops.Total - before;
    var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    silo.Hops.Fly = false;
    Task.Delay(warmUp).Wait();
    return hops / seconds;
}

// Training a net: nearly all the time goes into gradients.
Comparison Virtual()
{
    var file = Path.Combine(Places.Root, "experiments", "mlp-mixture.yaml");
    var arm = Experiment.Load(file).Arms[0];
    var plan = arm.Plan(0) with { Metrics = false };
    var embedded = new Contender("embedded engine", () => Gradients(Simulator.Run(plan))) { MustReach = 0.7 };
    var ours = new Contender("virtual", () => Gradients(silo.Run(arm).GetAwaiter().GetResult()));
    return new Comparison("virtual mode on one silo, net of 4,740 parameters", "gradients", ours, [embedded]);
}

double Gradients(RunRecord record) => record.Counts.Gradients / record.WallSeconds;

async Task Memory(int agents)
{
    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    var before = Environment.WorkingSet;
    var start = Stopwatch.GetTimestamp();
    var (_, part) = await silo.Open(PlanOf(agents, 22, 22));
    var alive = Stopwatch.GetElapsedTime(start).TotalSeconds;
    await Task.Delay(timed);
    var handled = part.Run.Report().Handled;
    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    var after = Environment.WorkingSet;
    Console.WriteLine();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{agents:N0} live agents (22 coordinates, float32): {after / 1048576.0:0} MiB for the process, "
        + $"{(after - before) / (double)agents:0} bytes an agent; alive after {alive:0.0} s; {handled:N0} events handled"));
}
