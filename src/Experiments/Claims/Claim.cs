using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>The values that tuning found: for each arm, keys and values.</summary>
public sealed record Tuned(string Case, string Arm, IReadOnlyList<GridValue> Point);

/// <summary>A claim file, read and checked as far as its text tells; it makes the experiments that judge it.</summary>
public sealed class Claim
{
    readonly SpecMapping _root;
    readonly SpecMapping _experiment;
    readonly (string File, string Folder) _place;
    readonly LoadOptions _options;
    readonly SortedSet<string> _missing = new(StringComparer.Ordinal);

    Claim(string path, bool full, LoadOptions options)
    {
        (Path, Name, IsFull) = (path, ClaimFolder.NameOf(path), full);
        Text = SpecText.Read(path, "claim file");
        var diagnostics = new Diagnostics();
        var name = System.IO.Path.GetFileName(path);
        var catalogue = options.Catalogue ?? Catalogue.Load(options.Plugins);
        Terms = ClaimTerms.Read(Text, name, full, catalogue, diagnostics);
        _root = Terms.Root;
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        (_experiment, _place) = ReadExperiment(name, folder, diagnostics);
        diagnostics.ThrowIfAny();

        var locate = options.Locate
            ?? new DataLocator(DataCatalogue.Default, _place.Folder, options.DataFolder).Resolve;
        _options = options with
        {
            Catalogue = catalogue,
            Cache = new ResourceCache(),
            Locate = data => Locate(data, locate),
            Sweep = false,
        };
        ArmNames = [.. ArmTrees.Of(_experiment, _experiment["arms"] as SpecMapping, new Diagnostics())
            .Select(t => t.Name ?? "")];
        diagnostics.ThrowIfAny();
    }

    /// <summary>The claim's name: its file's.</summary>
    public string Name { get; }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The file's text.</summary>
    public string Text { get; }

    /// <summary>Whether it is the claim at its full size.</summary>
    public bool IsFull { get; }

    /// <summary>The keys as they were read, those of <c>full</c> laid over them where asked for.</summary>
    public ClaimFile File => Terms.File;

    /// <summary>What the file says without its experiment.</summary>
    public ClaimTerms Terms { get; }

    /// <summary>What is claimed, in one line.</summary>
    public string Statement => Terms.Statement;

    /// <summary>The names of the cases; one empty name for a claim without.</summary>
    public IReadOnlyList<string> Cases => Terms.Cases;

    /// <summary>The cases that are tuned; none where nothing is.</summary>
    public IReadOnlyList<string> TunedCases =>
        File.Tune is not { } tune ? [] : tune.Case is { } one ? [one] : Cases;

    /// <summary>Data sets that were looked for and are not here.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    /// <summary>The names of the experiment's arms; one empty name for an experiment without.</summary>
    internal IReadOnlyList<string> ArmNames { get; }

    /// <summary>Reads a claim file and checks its text, and that of the experiment in every case.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="options">What the user gave beside it; null for nothing.</param>
    /// <param name="full">Whether at its full size.</param>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public static Claim Load(string path, LoadOptions? options = null, bool full = false)
    {
        var claim = new Claim(path, full, options ?? new LoadOptions());
        ClaimChecks.Text(claim, claim._root);
        return claim;
    }

    /// <summary>
    /// Opens data and builds every arm, and checks that the metrics exist; then <see cref="Missing"/> is known.
    /// </summary>
    /// <returns>Whether all data are here.</returns>
    /// <exception cref="InputException">Something else is wrong.</exception>
    public bool Prepare()
    {
        foreach (var need in File.Needs)
            try
            {
                _options.Locate!(need);
            }
            catch (InputException) when (_missing.Contains(need))
            {
            }
        if (_missing.Count > 0)
            return false;
        try
        {
            ClaimChecks.Built(this, _root);
        }
        catch (InputException) when (_missing.Count > 0)
        {
        }
        return _missing.Count == 0;
    }

    /// <summary>The experiment that is judged in a case: the arms that its contrasts name.</summary>
    /// <param name="name">The case.</param>
    /// <param name="tuned">What tuning found.</param>
    public Experiment Measuring(string name, IReadOnlyList<Tuned> tuned) => Measuring(name, tuned, build: true);

    /// <summary>The experiment that tunes in a case: each arm at each point of its grid.</summary>
    /// <param name="name">The case.</param>
    public Experiment Tuning(string name) => Tuning(name, build: true);

    internal Experiment Measuring(string name, IReadOnlyList<Tuned> tuned, bool build) =>
        Of(File.Seeds, File.Seed, build, (trees, diagnostics) =>
        [
            .. Changed(name, trees, diagnostics).Select(arm => Override.Apply(
                arm,
                tuned.Where(t => t.Case == (File.Tune?.Case ?? name) && t.Arm == (arm.Name ?? ""))
                    .SelectMany(t => t.Point).Select(v => new Override(null, v.Key.Split('.'), v.Node)),
                diagnostics)),
        ]);

    internal Experiment Tuning(string name, bool build)
    {
        var tune = File.Tune!;
        return Of(tune.Seeds, tune.Seed, build, (trees, diagnostics) =>
        [
            .. Changed(name, trees, diagnostics)
                .Where(arm => tune.Only.Count == 0 || tune.Only.Contains(arm.Name ?? ""))
                .SelectMany(arm => Swept(arm, GridOf(arm.Name, tune), diagnostics)),
        ]);
    }

    static List<ArmTree> Swept(ArmTree arm, SpecMapping grid, Diagnostics diagnostics)
    {
        ArmTrees.RefuseHead(grid, diagnostics);
        return ArmTrees.Swept([arm], grid, diagnostics);
    }

    /// <summary>A text in one line.</summary>
    public static string ClaimText(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    Experiment Of(
        int seeds, ulong? seed, bool build, Func<IReadOnlyList<ArmTree>, Diagnostics, List<ArmTree>> shape) =>
        Experiment.Of(
            _experiment.Without("sweep"), _place.File, _place.Folder,
            _options with { Seeds = seeds, Repetitions = seed, Build = build, Shape = shape }, new Diagnostics());

    // The arms that a case needs, with what the claim and the case set in them.
    IEnumerable<ArmTree> Changed(string name, IReadOnlyList<ArmTree> trees, Diagnostics diagnostics)
    {
        var changes = Override.Of(File.Set, ArmNames, diagnostics)
            .Concat(Override.Of(Terms.All.Find(c => c.Name == name)?.Set, ArmNames, diagnostics)).ToList();
        var needed = NeededIn(name);
        return trees.Where(t => t.Name is null || needed.Contains(t.Name))
            .Select(t => Override.Apply(ArmTrees.Quiet(t), changes, diagnostics));
    }

    internal HashSet<string> NeededIn(string name) =>
    [
        .. File.Contrasts.Where(c => File.Tune?.Case == name || c.Cases.Count == 0 || c.Cases.Contains(name))
            .SelectMany(c => c.Arms),
    ];

    static SpecMapping GridOf(string? arm, TuneOptions tune) =>
        arm is not null && tune.Arms?[arm] is SpecMapping own ? SpecTree.Overlay(tune.Grid, own) : tune.Grid;

    (SpecMapping Root, (string File, string Folder) Place) ReadExperiment(
        string file, string folder, Diagnostics diagnostics)
    {
        var nothing = new SpecMapping([], _root.Place, "experiment");
        if (_root["experiment"] is SpecMapping inline)
            return (inline, (file, folder));
        if (_root["experiment"] is not SpecScalar { IsNull: false } path)
            return (nothing, (file, folder));           // said to be missing already
        var full = System.IO.Path.GetFullPath(path.Value, folder);
        if (!System.IO.File.Exists(full))
        {
            diagnostics.Add(path, "no such experiment file" + NearestName.FileHint(full, NearestName.OfFile(full)));
            return (nothing, (file, folder));
        }
        var name = System.IO.Path.GetFileName(full);
        return (SpecReader.ReadFile(SpecText.Read(full, "experiment file"), name, diagnostics) ?? nothing,
            (name, System.IO.Path.GetDirectoryName(full)!));
    }

    // What is in the catalogue but not on this machine is no mistake of the file.
    string Locate(string data, Func<string, string> locate)
    {
        try
        {
            return locate(data);
        }
        catch (InputException) when (DataCatalogue.Default.Find(data) is not null)
        {
            lock (_missing)
                _missing.Add(data);
            throw;
        }
    }
}
