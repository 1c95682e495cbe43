using System.Collections.Concurrent;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation.Windows;

namespace AsyncOpt.Grains.Runs;

/// <summary>A run's plan on this silo, and what it was made of.</summary>
/// <param name="Experiment">The experiment of the one arm.</param>
/// <param name="Plan">The plan.</param>
sealed record BuiltRun(Experiment Experiment, RunPlan Plan)
{
    /// <summary>The arm.</summary>
    public Arm Arm => Experiment.Arms[0];
}

/// <summary>
/// The plans of runs on this silo, each built once, for the run's grain and for its parts. Runs of one experiment share
/// data and optimum for as long as one of them is here.
/// </summary>
sealed class RunPlans(
    IGrainFactory grains, RunReader reader, WrittenFiles written, SiloData data, ISiloStatusOracle silos)
{
    static readonly TimeSpan Handover = TimeSpan.FromSeconds(30);

    readonly ConcurrentDictionary<string, Lazy<Entry>> _entries = new();
    readonly Dictionary<string, (ResourceCache Cache, int Uses)> _shared = [];
    readonly Lock _sharing = new();

    /// <summary>How many runs this silo holds plans of.</summary>
    public int Count => _entries.Count;

    /// <summary>The plan of a run, with the request's partitions, threads and metrics applied.</summary>
    /// <param name="runId">The run; its grain is asked for the request where it is not known here.</param>
    /// <exception cref="InputException">It cannot be built on this silo.</exception>
    public async Task<RunPlan> Of(string runId) => (await Built(runId, () => Build(runId))).Plan;

    /// <summary>The same with the optimum of its problem where metrics need it, for the run's grain.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="progress">Told what takes long.</param>
    /// <param name="cancellation">Ends the wait, and the search for the optimum.</param>
    /// <exception cref="InputException">It cannot be built on this silo.</exception>
    public async Task<BuiltRun> Of(
        string runId, RunRequest request, Action<string> progress, CancellationToken cancellation)
    {
        var built = await Built(runId, () => Build(request)).WaitAsync(cancellation);
        // The optimum stays in the problem, which this plan shares. Only metrics need it.
        if (built.Plan.Metrics)
            await OwnThread.Run("optimum", () => built.Arm.Plan(0, progress, cancellation));
        return built;
    }

    /// <summary>Finds out whether a request can be built on this silo.</summary>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public async Task Check(RunRequest request)
    {
        var entry = Build(request);
        try
        {
            var plan = (await entry.Built).Plan;
            var active = silos.GetApproximateSiloStatuses(onlyActive: true).Count;
            RunLimits.Check(plan, request.Mode, Silos(plan, request.Mode, active));
        }
        finally
        {
            // Where its grain comes to this silo, what was built here is at hand.
            _ = Task.Delay(Handover).ContinueWith(_ => entry.Release(), TaskScheduler.Default);
        }
    }

    /// <summary>Lets go of a run's plan: it is over, or no longer of this silo.</summary>
    public void Forget(string runId)
    {
        if (_entries.TryRemove(runId, out var entry))
            entry.Value.Release();
    }

    async Task<BuiltRun> Built(string runId, Func<Entry> build)
    {
        try
        {
            return await _entries.GetOrAdd(runId, _ => new Lazy<Entry>(build)).Value.Built;
        }
        catch
        {
            Forget(runId); // the next one who asks tries again
            throw;
        }
    }

    // How many of the active silos a run will be on.
    static int Silos(RunPlan plan, RunMode mode, int active) => mode == RunMode.Live
        ? active
        : Math.Min(
            active, ShardedRun.Divide(plan with { Partitions = plan.Partitions ?? active }).Plan.Partitions!.Value);

    Entry Build(string runId)
    {
        RunRequest? known = null;
        return new Entry(Ask(), () => Return(known));

        async Task<BuiltRun> Ask()
        {
            known = await grains.GetGrain<IRunGrain>(runId).Request()
                ?? throw new InputException($"there is no run '{runId}'");
            return await Built(known);
        }
    }

    Entry Build(RunRequest request) => new(Built(request), () => Return(request));

    Task<BuiltRun> Built(RunRequest request)
    {
        var (cache, files) = (Take(request), new RunFiles(request.Inputs, written, data));
        return OwnThread.Run("plan", () =>
        {
            try
            {
                var experiment = reader.Read(request, files.Locate, cache);
                var plan = experiment.Arms[0].PlanWithoutOptimum(0);
                // The manifest names files by where they are at home: this silo's copies are gone when it is read.
                plan = plan with { Inputs = [.. plan.Inputs.Select(files.AtHome)] };
                return new BuiltRun(experiment, RunReader.Applied(plan, request));
            }
            catch (InputException e)
            {
                throw new InputException(files.InUsersWords(e.Message), e);
            }
        });
    }

    // Runs of one experiment read the same files under the same names; another experiment may be called alike.
    static string KeyOf(RunRequest request)
    {
        var files = request.Inputs.Select(f => $"{f.Name} {f.Sha256}").Order(StringComparer.Ordinal);
        return string.Join('\n', files.Prepend(request.Name));
    }

    ResourceCache Take(RunRequest request)
    {
        lock (_sharing)
        {
            var (cache, uses) = _shared.GetValueOrDefault(KeyOf(request), (new ResourceCache(), 0));
            _shared[KeyOf(request)] = (cache, uses + 1);
            return cache;
        }
    }

    void Return(RunRequest? request)
    {
        if (request is null)
            return;
        var key = KeyOf(request);
        lock (_sharing)
        {
            if (!_shared.TryGetValue(key, out var shared))
                return;
            if (shared.Uses > 1)
                _shared[key] = shared with { Uses = shared.Uses - 1 };
            else
                _shared.Remove(key);
        }
    }

    /// <summary>A run's plan, built or being built.</summary>
    sealed class Entry(Task<BuiltRun> built, Action release)
    {
        int _released;

        public Task<BuiltRun> Built => built;

        /// <summary>Gives the shared data back once the plan is built.</summary>
        public void Release()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
                built.ContinueWith(_ => release(), TaskScheduler.Default);
        }
    }
}
