using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>An experiment file, read, checked and resolved.</summary>
public sealed class Experiment
{
    Experiment(FileHead head, string name, int seeds, IReadOnlyList<Arm> arms, Catalogue catalogue, Sweep? sweep) =>
        (Name, Description, Seeds, Arms, Catalogue, Sweep, HasSweep) =
            (name, head.Description, seeds, arms, catalogue, sweep, head.Sweep is not null);

    /// <summary>The experiment's name; the file's without its ending where it has none.</summary>
    public string Name { get; }

    /// <summary>One or two sentences; may be empty.</summary>
    public string Description { get; }

    /// <summary>How many repetitions each arm has, at least 1.</summary>
    public int Seeds { get; }

    /// <summary>The arms, in the order of the file; one for a file without arms.</summary>
    public IReadOnlyList<Arm> Arms { get; }

    /// <summary>What can be named, plug-ins included.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>Whether the file has a sweep, asked for or not.</summary>
    public bool HasSweep { get; }

    /// <summary>How the arms are judged; null unless a sweep was asked for.</summary>
    public Sweep? Sweep { get; }

    Resources? Resources { get; init; }

    /// <summary>Seconds on the wall that data and graphs took to build so far, and optima to be had.</summary>
    public (double Data, double Optimum) BuildSeconds => Resources?.Seconds ?? default;

    /// <summary>The run that this repeats with nothing changed, so with its hash; null for any other.</summary>
    public RecordedRun? Repeats { get; private set; }

    /// <summary>Whether it is of a manifest that somebody changed since the run.</summary>
    public bool IsOfChangedManifest { get; private set; }

    /// <summary>Reads an experiment file, or the manifest of a run, which is an experiment that repeats it.</summary>
    /// <param name="path">Its path; one that comes with the program is found from any folder.</param>
    /// <param name="options">What the user gave beside it; null for nothing.</param>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public static Experiment Load(string path, LoadOptions? options = null)
    {
        path = ProjectFolder.Shipped(path) ?? path;
        var text = SpecText.Read(path, "experiment file");
        // What is no experiment by its name may be meant for another command, and many folders have a summary.csv.
        var shown = Path.GetExtension(path) is ".yaml" or ".yml" or ".json" ? Path.GetFileName(path) : path;
        return Parse(text, shown, Path.GetDirectoryName(Path.GetFullPath(path))!, options);
    }

    /// <summary>Reads the text of an experiment file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="folder">The folder that relative paths start from, and that holds <c>optima/</c>.</param>
    /// <param name="options">What the user gave beside it; null for nothing.</param>
    /// <exception cref="InputException">As for <see cref="Load"/>.</exception>
    public static Experiment Parse(string text, string file, string folder, LoadOptions? options = null)
    {
        var diagnostics = new Diagnostics();
        var root = Read(text, file, diagnostics);
        options ??= new LoadOptions();
        if (RecordedRun.Of(root) is not { } run)
            return Of(root, file, folder, options, diagnostics);
        var experiment = Of(run, file, folder, options, diagnostics);
        experiment.IsOfChangedManifest = ManifestSeal.IsIntact(text) is false;
        return experiment;
    }

    static Experiment Of(
        RecordedRun run, string file, string folder, LoadOptions options, Diagnostics diagnostics)
    {
        var place = run.Specification.Place;
        var root = run.Specification.With(
            new SpecEntry("name", place, new SpecScalar(run.Name, true, place, "name")));
        var locate = options.Locate ?? LocatorOf(folder, options);
        var plugins = run.Plugins(options.Plugins, diagnostics, options.ChangedInputs);
        var optima = run.OptimumFolder(diagnostics, options.ChangedInputs);
        diagnostics.ThrowIfAny();
        var experiment = Of(root, file, folder, options with
        {
            Plugins = plugins,
            Locate = run.Locating(locate, options.ChangedInputs),
            ShippedOptima = optima,
            Shape = (trees, _) => [.. trees.Select(t => t with { Name = run.Arm })],
        }, diagnostics);
        if (options is { Sets: [], Seed: null, Seeds: null or 1, Device: null, ChangedInputs: false })
            experiment.Repeats = run;
        return experiment;
    }

    /// <summary>Reads a file's tree.</summary>
    internal static SpecMapping Read(string text, string file, Diagnostics diagnostics)
    {
        if (SpecReader.ReadFile(text, file, diagnostics) is { } root)
            return root;
        diagnostics.ThrowIfAny();
        throw new InputException($"{file}: cannot be read");
    }

    /// <summary>An experiment of a tree of keys.</summary>
    internal static Experiment Of(
        SpecMapping root, string file, string folder, LoadOptions options, Diagnostics diagnostics)
    {
        var catalogue = options.Catalogue ?? Catalogue.Load(options.Plugins);
        var sets = Sets(options);
        foreach (var set in sets.Where(IsOfHead))
            root = SpecTree.Set(root, set, diagnostics);
        var binder = new Binder(catalogue, diagnostics);
        var head = binder.Bind<FileHead>(
            root with { Entries = [.. root.Entries.Where(e => FileHead.Keys.Contains(e.Key))] }, out _);
        var trees = ArmTrees.Of(root, head.Arms, diagnostics);
        trees = [.. trees.Select(t => t with { Tree = WithSets(t.Tree, sets, diagnostics) })];
        // What is wrong with the rest of the sweep hides nothing of its grid.
        if (options.Sweep && (head.Sweep?.Grid ?? (root["sweep"] as SpecMapping)?["grid"] as SpecMapping) is { } grid)
        {
            trees = ArmTrees.Swept(trees, head.Sweep?.Conditions, grid, diagnostics);
            ArmTrees.RefuseSharedSeeds(head.Sweep?.Conditions, SeedsOf(head, options), diagnostics);
        }
        else if (options.Sweep && root["sweep"] is null or { IsNull: true })
            diagnostics.Add(root, "missing key 'sweep': expected the grid to try, such as "
                + "'sweep: { grid: { method.step: [0.01, 0.1, 1] }, best: { metric: loss } }'");

        if (options.Shape is { } shape)
            trees = shape(trees, diagnostics);

        var resources = new Resources(
            options.Cache ?? new ResourceCache(), options.Locate ?? LocatorOf(folder, options), options.Plugins);
        var optima = new OptimumCache(options.ShippedOptima ?? ShippedOptima(folder), options.OptimumFolder);
        // A seed of the command line wins over that of the sweep, as over that of the file.
        var seed = options is { Sweep: true, Seed: null } ? head.Sweep?.Seed : options.Repetitions;
        var arms = Bind(trees, binder, diagnostics, resources, optima, options with { Repetitions = seed });
        diagnostics.ThrowIfAny();

        var best = options.Sweep ? head.Sweep!.Best : null;
        if (options.Build)
            Build(arms!, diagnostics, best, (root["sweep"] as SpecMapping)?["best"]);
        var name = head.Name ?? Path.GetFileNameWithoutExtension(file);
        var sweep = best is null
            ? null
            : new Sweep(best, arms!.Exists(arm => arm.IsBestAbove));
        return new Experiment(head, name, SeedsOf(head, options), arms!, catalogue, sweep)
        {
            Resources = resources,
        };
    }

    static int SeedsOf(FileHead head, LoadOptions options) =>
        options.Seeds ?? (options.Sweep ? head.Sweep?.Seeds : null) ?? head.Seeds;

    static Func<string, string> LocatorOf(string folder, LoadOptions options) =>
        new DataLocator(DataCatalogue.Default, folder, options.DataFolder).Resolve;

    static List<Arm> Bind(
        List<ArmTree> trees, Binder binder, Diagnostics diagnostics, Resources resources, OptimumCache optima,
        LoadOptions options)
    {
        var arms = new List<Arm>();
        diagnostics.Arms = trees.Count;
        foreach (var tree in trees.TakeWhile(_ => !diagnostics.IsFull))
        {
            diagnostics.Arm = tree.Name;
            var file = binder.Bind<ExperimentFile>(tree.Tree, out var json, FileHead.Keys);
            Checks.Text(file, tree.Tree, diagnostics);
            CheckDevice(file, tree.Tree, options, diagnostics);
            if (diagnostics.Count > 0)
                continue; // go on reading: everything wrong is said at once
            if (file.Mixing is null && ((MethodAttribute)file.Method.Entry.Attribute).NeedsMixing)
                file = file with { Mixing = DefaultMixing(binder, file.Method.Node) };
            if (options.Repetitions is { } seed)
            {
                file = file with { Seed = file.Seed.From(seed) };
                json["seed"] = Canonical.Of(file.Seed);
            }
            var name = tree.Name ?? MethodOf(tree.Tree) ?? file.Method.Entry.Name;
            arms.Add(new Arm(name, tree, file, json, resources, optima));
        }
        diagnostics.Arm = null;
        return arms;
    }

    // As it is written: fedbuff is an arm of that name, whatever method makes it.
    static string? MethodOf(SpecMapping tree) =>
        ((tree["method"] is SpecMapping method ? method["name"] : tree["method"]) as SpecScalar)?.Value;

    static void CheckDevice(ExperimentFile file, SpecMapping tree, LoadOptions options, Diagnostics diagnostics)
    {
        if (options.DeviceProblem?.Invoke(options.Device ?? file.Device) is not { } problem)
            return;
        if (options.Device is null)
            diagnostics.Add(tree["device"] ?? tree, problem);
        else
            diagnostics.Add(new Place("--device", 0, 0), "", problem);
    }

    static Choice<MixingRule>? DefaultMixing(Binder binder, SpecNode method) =>
        binder.Choose<MixingRule>(new SpecScalar("metropolis-hastings", true, method.Place, "mixing"));

    static void Build(List<Arm> arms, Diagnostics diagnostics, BestOptions? best, SpecNode? bestAt)
    {
        foreach (var arm in arms)
        {
            diagnostics.Arm = arm.Tree.Name;
            arm.Check(diagnostics, best, bestAt);
        }
        diagnostics.Arm = null;
        diagnostics.ThrowIfAny();
    }

    // Beside the file; claims lie one folder deeper than the experiments whose optima they share.
    static string ShippedOptima(string folder)
    {
        var beside = Path.Combine(folder, "optima");
        var above = Path.Combine(folder, "..", "optima");
        return !Directory.Exists(beside) && Directory.Exists(above) ? above : beside;
    }

    // A seed that the user gives on the command line is an override like any other.
    static List<string> Sets(LoadOptions options) =>
        options.Seed is { } seed ? [.. options.Sets, $"seed={seed}"] : [.. options.Sets];

    static bool IsOfHead(string set) => FileHead.Keys.Contains(SpecTree.Split(set).Path.Split('.')[0]);

    static SpecMapping WithSets(SpecMapping tree, List<string> sets, Diagnostics diagnostics)
    {
        foreach (var set in sets.Where(s => !IsOfHead(s)))
            tree = SpecTree.Set(tree, set, diagnostics);
        return tree;
    }
}
