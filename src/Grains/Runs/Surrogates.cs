using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>
/// A plain class of the gateway between silos: as JSON, so that old and new silos understand each other as old and new
/// clients do. Runs are few, and so are these.
/// </summary>
[GenerateSerializer, Immutable, Alias("asyncopt.json")]
readonly record struct JsonSurrogate([property: Id(0)] string Json);

/// <summary>Requests between silos.</summary>
[RegisterConverter]
sealed class RunRequestConverter : IConverter<RunRequest, JsonSurrogate>
{
    /// <inheritdoc/>
    public RunRequest ConvertFromSurrogate(in JsonSurrogate surrogate) => GatewayJson.Read<RunRequest>(surrogate.Json);

    /// <inheritdoc/>
    public JsonSurrogate ConvertToSurrogate(in RunRequest value) => new(GatewayJson.Write(value));
}

/// <summary>Statuses between silos.</summary>
[RegisterConverter]
sealed class RunStatusConverter : IConverter<RunStatus, JsonSurrogate>
{
    /// <inheritdoc/>
    public RunStatus ConvertFromSurrogate(in JsonSurrogate surrogate) => GatewayJson.Read<RunStatus>(surrogate.Json);

    /// <inheritdoc/>
    public JsonSurrogate ConvertToSurrogate(in RunStatus value) => new(GatewayJson.Write(value));
}
