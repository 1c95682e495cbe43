using System.Text;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Experiments.Specification;

/// <summary>Values of experiment files as people write them, on one line.</summary>
static class FlowText
{
    /// <summary>A value.</summary>
    public static string Of(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray list => $"[{string.Join(", ", list.Select(Of))}]",
        JsonObject { Count: 1 } o when o["name"] is { } only => Of(only),
        JsonObject { Count: 0 } => "{}",
        JsonObject o => $"{{ {string.Join(", ", o.Select(p => $"{p.Key}: {Of(p.Value)}"))} }}",
        JsonValue value when value.TryGetValue<double>(out var number) => OptionText.Number(number),
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 ? "''" : text,
        _ => node.ToJsonString(),
    };

    /// <summary>A file: each key on a line, and the items of a list of mappings below it.</summary>
    /// <param name="tree">The keys.</param>
    public static string File(JsonObject tree)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tree)
        {
            text.Append(key).Append(':');
            if (value is JsonArray { Count: > 0 } list && list[0] is JsonObject)
            {
                foreach (var item in list)
                    text.Append("\n  - ").Append(Of(item));
            }
            else
            {
                text.Append(' ').Append(Of(value));
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
