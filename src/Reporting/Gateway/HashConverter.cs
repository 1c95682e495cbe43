using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>64 bits as 16 hexadecimal digits: readers whose numbers are doubles would lose the last ones.</summary>
sealed class HashConverter : JsonConverter<ulong>
{
    /// <inheritdoc/>
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ulong.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new JsonException("expected 16 hexadecimal digits");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text.Hash(value));
}
