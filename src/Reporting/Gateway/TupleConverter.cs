using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncOpt.Reporting.Gateway;

/// <summary>Value tuples as arrays: <c>(3, "worker", 1)</c> is <c>[3, "worker", 1]</c>.</summary>
sealed class TupleConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsValueType && typeToConvert.IsAssignableTo(typeof(ITuple));

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    sealed class Of<T> : JsonConverter<T>
        where T : struct, ITuple
    {
        static readonly Type[] Items = typeof(T).GetGenericArguments();

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException($"expected an array of {Items.Length} items");
            var items = new object?[Items.Length];
            for (var i = 0; i < items.Length; i++)
            {
                if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
                    throw new JsonException($"expected {Items.Length} items, got {i}");
                items[i] = JsonSerializer.Deserialize(ref reader, Items[i], options);
            }
            if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                throw new JsonException($"expected {Items.Length} items, got more");
            return (T)Activator.CreateInstance(typeof(T), items)!;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (var i = 0; i < value.Length; i++)
                JsonSerializer.Serialize(writer, value[i], Items[i], options);
            writer.WriteEndArray();
        }
    }
}
