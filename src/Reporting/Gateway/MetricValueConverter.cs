using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>A metric's name and value as <c>{ "metric": "loss", "value": 0.5 }</c>.</summary>
sealed class MetricValueConverter : JsonConverter<(string Metric, double Value)>
{
    sealed record Form(string Metric, double Value);

    /// <inheritdoc/>
    public override (string Metric, double Value) Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var form = JsonSerializer.Deserialize<Form>(ref reader, options)
            ?? throw new JsonException("expected a metric and its value, got null");
        return (form.Metric, form.Value);
    }

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer, (string Metric, double Value) value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Form(value.Metric, value.Value), options);
}
