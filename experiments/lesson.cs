#:project ../src/AsyncOpt/AsyncOpt.csproj
#:property PublishAot=false

// A method and an experiment in one file: what does staleness cost? Run it with
//   dotnet run -c Release experiments/lesson.cs
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation;

// The keys of an experiment file: each worker has an optimum of its own, and the server is to find the best for all.
var alone = new ExperimentFile
{
    Workers = 1,
    Method = new MySgd(new() { Step = 0.5 }),
    Problem = new Quadratic(new() { Dimension = 10, Heterogeneity = 1, Conditioning = 10 }),
    Links = new() { Delay = new LawLink(new() { Law = new ShiftedExponential(new() { Shift = 1e-3, Mean = 5e-3 }) }) },
    Compute = new() { PerTask = VirtualTime.FromSeconds(0.01) },
    Stop = new() { Updates = 400 },
    SampleEvery = VirtualTime.FromSeconds(0.1),
};
var many = alone with { Workers = 8 };

var experiment = new ExperimentBuilder("lesson")
    .Arm("alone", alone)
    .Arm("many", many)
    .Arm("many-damped", many with { Method = new MySgd(new() { Step = 0.5, Damped = true }) })
    .Build();

foreach (var arm in experiment.Arms)
{
    var run = Simulator.Run(arm.Plan(0));
    var gap = run.Metrics.Last(m => m.Metric == "gap").Value;
    Console.WriteLine($"{arm.Name,-12} gap {gap:0.0e+0}, staleness {run.Staleness.Mean:0.0}, hash {run.Hash:x16}");
}

/// <summary>The server applies each gradient as it arrives, however stale.</summary>
[Method("my-sgd", Needs = Needs.Workers)]
sealed class MySgd(MySgd.Options options) : Method
{
    public sealed record Options
    {
        /// <summary>The step size.</summary>
        public required StepSchedule Step { get; init; }

        /// <summary>Whether a gradient that is s updates stale counts 1 / (1 + s).</summary>
        public bool Damped { get; init; }
    }

    static readonly MessageKind Model = new("model", Dim.Parameters);
    static readonly MessageKind Gradient = new("gradient", Dim.Parameters);

    public override void Declare(Layout layout)
    {
        layout.Role("server", Count.One, new Server(options));
        layout.Role("worker", Count.PerWorker, new Worker());
        layout.Messages(Model, Gradient);
    }

    struct ServerState
    {
        public long Updates;
    }

    sealed class Server(Options options) : RoleProgram<ServerState>
    {
        Vector _x;
        Peers _workers;

        public override void Declare(RoleLayout role) => (_x, _workers) =
            (role.Vector("x", Dim.Parameters, Estimate.Single, Initial.Point), role.Peers("worker"));

        public override void OnStart(ref ServerState s, Effects e) => e.SendToAll(_workers, Model, e.Snapshot(_x, 0));

        public override void OnMessage(ref ServerState s, in Received m, Effects e)
        {
            var staleness = s.Updates - m.Version;
            e.RecordUpdate(staleness, m);
            e.Axpy(-options.Step.At(s.Updates) / (options.Damped ? 1 + staleness : 1), m.Vector, _x);
            s.Updates++;
            e.Send(m.Sender, Model, e.Snapshot(_x, s.Updates));
        }
    }

    struct WorkerState
    {
        public bool IsComputing;
    }

    sealed class Worker : RoleProgram<WorkerState>
    {
        Vector _g;
        Peer _server;

        public override void Declare(RoleLayout role) =>
            (_g, _server) = (role.Vector("g", Dim.Parameters), role.Peer("server"));

        public override void OnMessage(ref WorkerState s, in Received m, Effects e)
        {
            if (s.IsComputing)
                return; // a duplicate: it must not be answered twice
            s.IsComputing = true;
            e.Compute(Oracle.Gradient, m.Vector, 1, _g);
        }

        public override void OnComputed(ref WorkerState s, in Computed c, Effects e)
        {
            s.IsComputing = false;
            e.Send(_server, Gradient, e.Snapshot(_g, c.Origin));
        }
    }
}
