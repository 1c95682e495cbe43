using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Data;
using Spectre.Console;

namespace AsyncOpt.Client.Tests;

/// <summary>The command line in this process, on stand-ins, with everything it writes kept.</summary>
sealed class FakeShell : IDisposable
{
    readonly StringWriter _out = new();
    readonly StringWriter _error = new();
    readonly CancellationTokenSource _interrupt = new();

    public FakeExperiments Experiments { get; } = new();

    /// <summary>What a run comes to; by default a small record with the plan's seed in its hash.</summary>
    public Func<RunPlan, CancellationToken, RunRecord> Runs { get; set; } = (plan, _) => FakeRecord.Of(plan);

    public int Width { get; init; } = 100;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public string Folder { get; } = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    public int Run(params string[] args)
    {
        var console = Terminals.Of(_out, Width);
        var services = new Services(Experiments, new Runner(this), plugins => Catalogue.Load(plugins),
            () => new DataFetcher(new NoNetwork()));
        return App.Run(args, services, new Terminal(console, _error), _interrupt.Token);
    }

    public void PressControlC() => _interrupt.Cancel();

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        _interrupt.Dispose();
    }

    sealed class Runner(FakeShell shell) : IRunner
    {
        public RunRecord Run(RunPlan plan, Action<RunProgress>? progress, CancellationToken cancellation)
        {
            progress?.Invoke(new RunProgress(0.5, 1, 1000, 10, [("gap", 0.5)]));
            return shell.Runs(plan, cancellation);
        }
    }
}

static class Terminals
{
    /// <summary>A console of a fixed width that writes plain text.</summary>
    public static IAnsiConsole Of(TextWriter to, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(to),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}

static class FakeRecord
{
    public static RunRecord Of(RunPlan plan) => new()
    {
        Outcome = Outcome.BudgetSpent,
        Reason = "2 s of virtual time spent",
        Hash = plan.Seeds.Run,
        VirtualTime = 2_000_000_000,
        Counts = new RunCounts { Updates = 10, Windows = 5, Batches = 4, BatchMax = 3 },
        Partitions = plan.Partitions ?? 1,
        Threads = Math.Max(1, plan.Threads),
        Traffic = [new("server", 1, 10, 1_000), new("worker", 2, 10, 2_000)],
        Metrics = !plan.Metrics ? [] :
        [
            new(0, 0, 0, 0, 0, "gap", 1),
            new(2, 10, 10, 100, 3_000, "gap", 0.1 * (1 + plan.Seeds.Run)),
        ],
        Staleness = new([5, 5], 0, 1, 5, 10, []),
        Estimate = [1],
    };
}

/// <summary>An experiment of two arms and as many seeds as asked for.</summary>
sealed class FakeExperiments : IExperiments
{
    public Overrides? Seen { get; private set; }

    public StopRules Stop { get; set; } = new() { Time = 2 };

    public IExperiment Load(string file, Overrides overrides)
    {
        Seen = overrides;
        if (!File.Exists(file))
            throw new InputException($"{file}: no such file");
        return new Loaded(this, overrides.Seeds ?? 2, overrides.Seed ?? 0);
    }

    public ISweep LoadSweep(string file, Overrides overrides) => throw new NotSupportedException();

    sealed class Loaded(FakeExperiments all, int seeds, ulong seed) : IExperiment
    {
        public string Name => "small";

        public string Description => "";

        public IReadOnlyList<string> Arms => ["async", "minibatch"];

        public int Seeds => seeds;

        public PreparedRun Prepare(int arm, int repetition) => new(
            new RunPlan
            {
                Method = new NoMethod(),
                Problem = new NoProblem(),
                Places = 2,
                Links = null!,
                Compute = null!,
                Seeds = Core.Runs.Seeds.Of(seed + (ulong)repetition),
                SampleEvery = 1,
                Stop = all.Stop,
            },
            new JsonObject { ["arm"] = Arms[arm] },
            ["the step is beyond 2 / L"]);
    }
}

/// <summary>A network that answers nothing.</summary>
sealed class NoNetwork : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new HttpRequestException("no such host is known");
}

sealed class NoMethod : Method
{
    public override void Declare(Core.Programs.Layout layout) => throw new NotSupportedException();
}

sealed class NoProblem : Problem
{
    public override int Parameters => 1;

    public override int Places => 2;

    public override IReadOnlyList<OracleForm> Oracles => [];

    public override string Fingerprint => "none";

    public override void Build(ProblemContext context)
    {
    }

    public override double Objective(ReadOnlySpan<double> x, Span<double> gradient) => 0;

    public override IEnumerable<(string Name, string Value)> Facts() => [("rows", "7")];
}
