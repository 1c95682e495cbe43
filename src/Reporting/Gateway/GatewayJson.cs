using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>
/// How the gateway writes JSON: names and words in camelCase; numbers that JSON has no word for as the strings
/// <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>; metrics as <c>[{ metric, value }]</c>; keys with null left out.
/// </summary>
public static class GatewayJson
{
    /// <summary>The options of the serializer.</summary>
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Gives a serializer's options this form.</summary>
    /// <param name="options">They are changed, and returned.</param>
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        // A text that is null, or a value that is missing, is found where it is read and not where it is used.
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        // Nothing is put into a page of HTML: sentences stay readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new MetricValueConverter());
        return options;
    }

    /// <summary>Writes a value, on one line.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads a value.</summary>
    /// <exception cref="JsonException">The text is no such value.</exception>
    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"expected {typeof(T).Name}, got null");
}
