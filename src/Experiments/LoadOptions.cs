using AsyncOpt.Core.Runs;

namespace AsyncOpt.Experiments;

/// <summary>What the user gave beside the experiment file.</summary>
public sealed record LoadOptions
{
    /// <summary>Overrides <c>key.path=value</c>, the value in YAML. They win over the file and over its arms.</summary>
    public IReadOnlyList<string> Sets { get; init; } = [];

    /// <summary>The base seed, in place of the file's seeds; null keeps them.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The number of repetitions, in place of the file's; null keeps it.</summary>
    public int? Seeds { get; init; }

    /// <summary>Paths of plug-ins.</summary>
    public IReadOnlyList<string> Plugins { get; init; } = [];

    /// <summary>The user's data folder; null for the default.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Whether the arms are those of the file's <c>sweep</c>.</summary>
    public bool Sweep { get; init; }

    /// <summary>Whether data, graphs and problems are opened at once, to find what is wrong with them.</summary>
    public bool Build { get; init; } = true;

    /// <summary>Where computations are to be evaluated, in place of what the file says; null keeps that.</summary>
    public DeviceChoice? Device { get; init; }

    /// <summary>
    /// Says why computations cannot be evaluated somewhere on this machine, or null; without it nobody is asked, as the
    /// runs are made elsewhere or not at all.
    /// </summary>
    public Func<DeviceChoice, string?>? DeviceProblem { get; init; }

    /// <summary>Whether files that changed since the run of a manifest are taken as they are.</summary>
    public bool ChangedInputs { get; init; }

    /// <summary>Finds data files, in place of the usual folders; for tests.</summary>
    public Func<string, string>? Locate { get; init; }

    /// <summary>The catalogue, in place of the project's and the plug-ins'; for tests.</summary>
    public Core.Catalog.Catalogue? Catalogue { get; init; }

    /// <summary>Where optima are kept, in place of the user's cache; for tests.</summary>
    public string? OptimumFolder { get; init; }

    /// <summary>
    /// The base seed of the repetitions, in place of the file's; unlike <see cref="Seed"/> it keeps the data. Null
    /// keeps the file's.
    /// </summary>
    public ulong? Repetitions { get; init; }

    /// <summary>What was built for other readings of the same file; null to share nothing.</summary>
    public ResourceCache? Cache { get; init; }

    /// <summary>Where optima are shipped, in place of the folder beside the file.</summary>
    internal string? ShippedOptima { get; init; }

    /// <summary>Changes the arms before they are read; null for none.</summary>
    internal Func<IReadOnlyList<ArmTree>, Specification.Diagnostics, List<ArmTree>>? Shape { get; init; }
}
