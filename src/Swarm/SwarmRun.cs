using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Experiments;
using AsyncOpt.Experiments.Specification;
using AsyncOpt.Swarm.Drawn;

namespace AsyncOpt.Swarm;

/// <summary>
/// Makes whole experiments from a seed, runs each in several ways, and checks what has to hold in all of them. What
/// does not is made small and written as an experiment file that repeats it.
/// </summary>
public sealed class SwarmRun
{
    // Of one check, more cases say little more.
    const int CasesPerCheck = 3;

    // A world that is refused so often would be refused for ever.
    const int AttemptsMax = 50;

    readonly SwarmSettings _settings;
    readonly LoadOptions _options;
    readonly WorldDrawer _drawer;
    readonly Action<string> _tell;
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly Lock _lock = new();
    readonly List<Case> _cases = [];
    long _next;
    long _violations;
    (long World, double Seconds) _slowest = (-1, 0);

    SwarmRun(SwarmSettings settings, LoadOptions options, Action<string> tell)
    {
        (_settings, _options, _tell, _next) = (settings, options, tell, settings.First);
        _drawer = new WorldDrawer(settings.Catalogue, settings.Seed);
        Coverage = new Coverage(settings.Catalogue);
    }

    Coverage Coverage { get; }

    /// <summary>Checks the corpus, then worlds until there are enough of them.</summary>
    /// <param name="settings">Which worlds.</param>
    /// <param name="tell">Told what is found, as it is found.</param>
    /// <param name="cancellation">Ends it with what it has so far.</param>
    public static SwarmReport Run(
        SwarmSettings settings, Action<string> tell, CancellationToken cancellation = default) =>
        WithOptions(settings, options => new SwarmRun(settings, options, tell).Run(cancellation));

    /// <summary>What does not hold in the world of a file; null where all does.</summary>
    /// <param name="file">The file.</param>
    /// <param name="settings">What can be named.</param>
    /// <exception cref="InputException">It is no experiment of one arm.</exception>
    public static Case? Replay(string file, SwarmSettings settings) => WithOptions(settings, options =>
    {
        var world = World.Of(SpecText.Read(file, "case"), Path.GetFileName(file), options);
        return Check.First(world) is { } found ? CaseOf(-1, world, found) : null;
    });

    // Optima are kept between the worlds that share them, and no longer.
    static T WithOptions<T>(SwarmSettings settings, Func<LoadOptions, T> run)
    {
        var folder = Directory.CreateTempSubdirectory("asyncopt-swarm-");
        try
        {
            return run(new LoadOptions { Catalogue = settings.Catalogue, OptimumFolder = folder.FullName });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    SwarmReport Run(CancellationToken cancellation)
    {
        if (_settings.Corpus)
        {
            foreach (var broken in Corpus.Broken(_options))
                Keep(broken);
        }
        var workers = Enumerable.Range(0, _settings.Threads).Select(_ => new Thread(() => Work(cancellation))).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        return new(Coverage, [.. _cases.OrderBy(c => c.World)], _violations, _slowest);
    }

    void Work(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && !(_clock.Elapsed > _settings.Time)
            && !(Interlocked.Read(ref _violations) >= _settings.Cases))
        {
            var number = Interlocked.Increment(ref _next) - 1;
            if (number - _settings.First >= _settings.Worlds)
                return;
            var began = _clock.Elapsed;
            Work(number);
            var seconds = (_clock.Elapsed - began).TotalSeconds;
            lock (_lock)
                _slowest = seconds > _slowest.Seconds ? (number, seconds) : _slowest;
        }
    }

    void Work(long number)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var drawn = _drawer.Draw(number, attempt);
            try
            {
                if (Made(drawn) is not { } world)
                    continue;
                if (Check.First(world) is { } found)
                    Found(number, drawn, world, found);
                else
                    Coverage.Add(world, drawn.Names);
                return;
            }
            catch (InputException e)
            {
                Coverage.Refuse(e.Message);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // What is drawn may be refused, but never with anything else than an InputException.
                var message = $"reading: {e.GetType().Name}: {e.Message}\n{e.StackTrace}";
                Keep(new(number, Check.Throws, message, FlowText.File(drawn.Tree), 0, 0));
                return;
            }
        }
    }

    /// <summary>The world with its extras, or without them where they do not fit; null where it is refused.</summary>
    World? Made(WorldDrawer.Drawn drawn)
    {
        if (drawn.Extras.Count > 0 && TryMake(WorldDrawer.WithExtras(drawn)) is { } whole)
            return whole;
        return TryMake(drawn.Tree);
    }

    World? TryMake(System.Text.Json.Nodes.JsonObject tree)
    {
        try
        {
            return World.Of(tree, _options);
        }
        catch (InputException e)
        {
            Coverage.Refuse(e.Message);
            return null;
        }
    }

    void Found(long number, WorldDrawer.Drawn drawn, World world, Finding found)
    {
        lock (_lock)
        {
            if (_cases.Count(c => c.Check == found.Check) >= CasesPerCheck)
            {
                _violations++;
                return;
            }
        }
        var tree = drawn.Extras.Count > 0 && world.Text == FlowText.File(WorldDrawer.WithExtras(drawn))
            ? WorldDrawer.WithExtras(drawn)
            : drawn.Tree;
        var small = new Shrinker(found.Check, _options, _settings.Tries).Shrink(tree, found);
        Keep(CaseOf(number, World.Of(small.Tree, _options), small.Finding));
    }

    static Case CaseOf(long number, World world, Finding found) =>
        new(number, found.Check, found.Message, world.Text, world.Plan.Places, world.Plan.Faults.Count);

    void Keep(Case found)
    {
        lock (_lock)
        {
            _violations++;
            if (_cases.Count(c => c.Check == found.Check) >= CasesPerCheck)
                return;
            _cases.Add(found);
        }
        _tell(Told(found, Write(found)));
    }

    string Told(Case found, string? file)
    {
        var repeat = file is null ? found.Text : $"asyncopt swarm --replay {file}";
        return $"world {found.World} of seed {_settings.Seed}: {found.Check}: {found.Message}\n{repeat}";
    }

    string? Write(Case found)
    {
        if (_settings.Folder is not { } folder)
            return null;
        var name = string.Create(CultureInfo.InvariantCulture, $"{found.Check}-{_settings.Seed}-{found.World}.yaml");
        var path = Path.Combine(folder, name);
        var head = string.Concat(found.Message.Split('\n').Take(1).Select(line => $"# {found.Check}: {line}\n"));
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(path, head + found.Text);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException($"{path} cannot be written: {StorageException.Cause(path, e)} with --out", e);
        }
        return path;
    }
}
