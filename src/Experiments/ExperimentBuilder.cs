using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>
/// An experiment that is written in C# instead of a file: the same keys, checks and resolved specification, so the same
/// bits. Methods, problems and laws of the program's own need no plug-in.
/// </summary>
/// <example>
/// <code>
/// var ring = new ExperimentFile
/// {
///     Topology = new RingTopology(new() { Nodes = 8 }),
///     Method = new DSgd(new() { Step = new ConstantSchedule(new() { Value = 0.05 }) }),
///     Problem = new Quadratic(new() { Dimension = 4, Heterogeneity = 1 }),
///     Compute = new() { PerTask = VirtualTime.FromSeconds(0.01) },
///     Stop = new() { Time = VirtualTime.FromSeconds(2) },
///     Samples = 4,
/// };
/// var experiment = new ExperimentBuilder("rings")
///     .Arm("ring", ring)
///     .Arm("complete", ring with { Topology = new CompleteTopology(new() { Nodes = 8 }) })
///     .Build();
/// </code>
/// </example>
/// <param name="name">The experiment's name, as in a file.</param>
/// <param name="seeds">How many repetitions each arm has, 1 to 10,000.</param>
public sealed class ExperimentBuilder(string name, int seeds = 1)
{
    readonly List<(string Name, ExperimentFile Keys)> _arms = [];

    /// <summary>Adds an arm.</summary>
    /// <param name="arm">Its name, which is also its folder's.</param>
    /// <param name="keys">Its keys; those of another arm with a few changed by <c>with</c>, as a rule.</param>
    /// <returns>This builder.</returns>
    public ExperimentBuilder Arm(string arm, ExperimentFile keys)
    {
        _arms.Add((arm, keys));
        return this;
    }

    /// <summary>Checks the arms and resolves them, as a file is.</summary>
    /// <param name="options">What else was given; null for nothing. Overrides and plug-ins work as with a file.</param>
    /// <param name="file">The source file that calls this, for messages.</param>
    /// <param name="line">Its line.</param>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public Experiment Build(
        LoadOptions? options = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var place = new Place(Path.GetFileName(file), line, 1);
        if (_arms.Count == 0)
            throw new InputException($"{place}: the experiment '{name}' has no arm; add one with Arm(\"NAME\", keys)");
        if (_arms.CountBy(a => a.Name).FirstOrDefault(a => a.Value > 1).Key is { } twice)
            throw new InputException($"{place}: two arms are named '{twice}'; rename one");
        var arms = new JsonObject(_arms.Select(a => KeyValuePair.Create(a.Name, Canonical.Of(a.Keys))));
        var json = new JsonObject { ["name"] = name, ["seeds"] = seeds, ["arms"] = arms };
        var diagnostics = new Diagnostics();
        var root = SpecReader.ReadValue(json.ToJsonString(), place, "", diagnostics);
        diagnostics.ThrowIfAny();
        return Experiment.Of(
            (SpecMapping)root!, place.Source, Environment.CurrentDirectory, WithOwn(options ?? new()), diagnostics);
    }

    // What is used is known by its class; what was built into a file of its own is also an input of the run.
    LoadOptions WithOwn(LoadOptions options)
    {
        var used = _arms.SelectMany(a => Canonical.EntryTypesOf(a.Keys)).ToList();
        var given = Catalogue.Load(options.Plugins).Entries.Select(e => e.Type);
        var own = used.Select(t => t.Assembly).Distinct()
            .Where(a => a != typeof(Catalogue).Assembly && a.Location.Length > 0).Select(a => a.Location);
        return options with
        {
            Catalogue = options.Catalogue ?? Catalogue.With(given.Concat(used)),
            Plugins = [.. options.Plugins, .. own],
        };
    }
}
