using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Replay;

/// <summary>What a log says of its run: enough to repeat it from the log alone.</summary>
/// <param name="Run">The run's id or name, the same in the logs of all its silos.</param>
/// <param name="Specification">The run's whole specification, an experiment file of one arm, as JSON.</param>
/// <param name="Agents">How many agents the run has.</param>
/// <param name="Precision">The float width of vectors.</param>
/// <param name="Numerics">The numerics class, as text: <see cref="NumericsClass"/>.</param>
public sealed record ReplayLogHeader(
    string Run, string Specification, int Agents, Precision Precision, string Numerics)
{
    /// <summary>What the run's messages carry, as text; empty in logs that do not say.</summary>
    public string Messages { get; init; } = "";

    const string Float32 = "float32";
    const string Float64 = "float64";

    /// <summary>The header of a run in this process.</summary>
    /// <param name="run">The run's id or name.</param>
    /// <param name="specification">Its whole specification, as JSON.</param>
    /// <param name="agents">How many agents it has.</param>
    /// <param name="precision">The float width of vectors.</param>
    public static ReplayLogHeader Here(string run, string specification, int agents, Precision precision) =>
        new(run, specification, agents, precision, NumericsClass.Here(precision).ToString());

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["run"] = Run,
        ["agents"] = Agents,
        ["precision"] = Precision == Precision.Float32 ? Float32 : Float64,
        ["numerics"] = Numerics,
        ["messages"] = Messages,
        ["specification"] = JsonNode.Parse(Specification),
    });

    /// <exception cref="InputException">It is no JSON.</exception>
    /// <exception cref="FormatException">A key is missing, or its value is of another kind.</exception>
    internal static ReplayLogHeader FromJson(ReadOnlySpan<byte> json, string name)
    {
        var node = JsonText.Parse(json, name);
        var agents = node.Key("agents").Value<int>();
        return new ReplayLogHeader(
            node.Key("run").Value<string>(),
            node.Key("specification").ToJsonString(),
            agents >= 0 ? agents : throw new FormatException($"agents: expected a whole number, got {agents}"),
            node.Key("precision").Value<string>() == Float32 ? Precision.Float32 : Precision.Float64,
            node.Key("numerics").Value<string>())
        {
            Messages = node["messages"]?.Value<string>() ?? "",
        };
    }
}
