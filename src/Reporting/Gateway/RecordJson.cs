using System.Text.Json;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>
/// The record of a run as JSON, every field exactly: what is read back writes the same run folder. Tuples are arrays,
/// the hash is 16 hexadecimal digits; the rest is as in <see cref="GatewayJson"/>.
/// </summary>
public static class RecordJson
{
    static readonly JsonSerializerOptions Options = Build();

    /// <summary>Writes a record, as UTF-8.</summary>
    public static byte[] Write(RunRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Options);

    /// <summary>Reads a record.</summary>
    /// <param name="utf8">What <see cref="Write"/> made.</param>
    /// <exception cref="JsonException">It is no record.</exception>
    public static RunRecord Read(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<RunRecord>(utf8, Options) ?? throw new JsonException("expected a record, got null");

    static JsonSerializerOptions Build()
    {
        // Sums that follow from other fields are not written.
        var options = GatewayJson.Apply(
            new JsonSerializerOptions(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true });
        options.Converters.Add(new TupleConverter());
        options.Converters.Add(new HashConverter());
        return options;
    }
}
