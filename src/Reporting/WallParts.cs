using System.Text.Json.Nodes;

namespace AsyncOpt.Reporting;

/// <summary>
/// What the wall time of a run made in this process went to, in seconds. Nothing that counts depends on it.
/// </summary>
/// <param name="Data">Making the graph and the problem, whichever run was the first to need them.</param>
/// <param name="Optimum">Finding or reading the optimum, whichever run was the first to need it.</param>
/// <param name="Engine">The host itself: events, messages, vectors, hashes.</param>
/// <param name="Computations">Gradients and whatever else agents asked for.</param>
/// <param name="Metrics">Metrics and diagnostics.</param>
/// <param name="Output">The files of the run folder, up to the manifest.</param>
public sealed record WallParts(
    double Data, double Optimum, double Engine, double Computations, double Metrics, double Output)
{
    /// <summary>Nothing.</summary>
    public static WallParts None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>The parts by name, in the order in which they come.</summary>
    public IEnumerable<(string Name, double Seconds)> Named =>
    [
        ("data", Data), ("optimum", Optimum), ("engine", Engine), ("computations", Computations),
        ("metrics", Metrics), ("output", Output),
    ];

    /// <summary>Adds what each of two runs took; what was made once for both is not added.</summary>
    public WallParts And(WallParts other) => this with
    {
        Engine = Engine + other.Engine,
        Computations = Computations + other.Computations,
        Metrics = Metrics + other.Metrics,
        Output = Output + other.Output,
    };

    /// <summary>As an object of JSON.</summary>
    internal JsonObject Json() =>
        new([.. Named.Select(p => KeyValuePair.Create(p.Name, (JsonNode?)Text.Json(p.Seconds)))]);
}
