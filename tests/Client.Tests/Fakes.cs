using System.Diagnostics;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Kernels.Gpu;
using AsyncOpt.Simulation;
using Spectre.Console;

namespace AsyncOpt.Client.Tests;

/// <summary>The command line in this process, on stand-ins, with everything it writes kept.</summary>
sealed class FakeShell : IDisposable
{
    readonly StringWriter _out = new();
    readonly StringWriter _error = new();
    readonly CancellationTokenSource _interrupt = new();

    /// <summary>What a run comes to; by default a small record with the plan's seed in its hash.</summary>
    public Func<RunPlan, CancellationToken, RunRecord> Runs
    {
        set => Host = (plan, hooks) => value(plan, hooks.Cancellation);
    }

    /// <summary>The same, where more than cancelling the runs matters.</summary>
    public Func<RunPlan, RunHooks, RunRecord> Host { get; set; } = (plan, _) => FakeRecord.Of(plan);

    /// <summary>Lets the embedded host make the runs.</summary>
    public void RunForReal() => Host = new EmbeddedRunner(Devices).Run;

    /// <summary>What speaks to silos; by default there are none.</summary>
    public Func<Uri, GatewayClient> Gateway { get; set; } =
        silo => new GatewayClient(silo, null, new NoNetwork()) { RetryDelays = [] };

    /// <summary>What other programs do; by default nothing, and well.</summary>
    public Func<ProcessStartInfo, int> Programs { get; set; } = _ => 0;

    /// <summary>Where computations can be evaluated; by default only here.</summary>
    public Devices Devices { get; init; } = new(() => new FakeDevices([]));

    public int Width { get; init; } = 100;

    /// <summary>Whether anything was drawn, other than plain lines.</summary>
    public bool HasDrawn { get; private set; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public string Folder { get; } = Directory.CreateTempSubdirectory("asyncopt-").FullName;

    /// <summary>Writes an experiment of two arms and two seeds.</summary>
    /// <returns>Its path.</returns>
    public string Experiment(string stop = "{ time: 2s }")
    {
        var path = Path.Combine(Folder, "small.yaml");
        File.WriteAllText(path, $$"""
            name: small
            workers: 2
            problem: { name: quadratic, targets: [[1], [3]] }
            method: { name: async-sgd, step: 0.1 }
            compute: { per-task: 10ms }
            links: { delay: 1ms }
            stop: {{stop}}
            sample-every: 1s
            seed: 7
            seeds: 2
            arms:
              async: {}
              minibatch: { method: { name: minibatch-sgd, step: 0.1 } }
            sweep: { grid: { method.step: [0.1, 0.2, 0.4] }, best: { metric: gap } }
            """);
        return path;
    }

    public int Run(params string[] args)
    {
        var console = Terminals.Of(_out, Width);
        var services = new Services(
            new Runner(this), () => new DataFetcher(new NoNetwork()), new LoadOptions { OptimumFolder = Folder },
            Gateway, (start, _) => Programs(start))
        {
            Devices = Devices,
        };
        var terminal = new Terminal(_out, _error, () =>
        {
            HasDrawn = true;
            return console;
        });
        return App.Run(args, services, terminal, _interrupt.Token);
    }

    public void PressControlC() => _interrupt.Cancel();

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        _interrupt.Dispose();
    }

    sealed class Runner(FakeShell shell) : IRunner
    {
        public RunRecord Run(RunPlan plan, RunHooks hooks)
        {
            hooks.Progress?.Invoke(new RunProgress(0.5, 1, 1000, 10, [("gap", 0.5)]));
            return shell.Host(plan, hooks);
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
        Partitions = Math.Min(plan.Partitions ?? 1, 8), // as one of eight agents
        Threads = Math.Max(1, plan.Threads),
        Traffic = [new("server", 1, 10, 1_000), new("worker", 2, 10, 2_000)],
        Metrics = !plan.Metrics ? [] :
        [
            new(0, 0, 0, 0, 0, "gap", 1),
            new(2, 10, 10, 100, 3_000, "gap", 0.1 * (1 + plan.Seeds.Run)),
        ],
        Scales = [("gap", Scale.Log)],
        Staleness = new([5, 5], 0, 1, 5, 10, []),
        Estimate = [1],
    };
}

/// <summary>A network that answers nothing.</summary>
sealed class NoNetwork : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new HttpRequestException("no such host is known");
}
