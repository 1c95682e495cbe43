using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Core;

/// <summary>JSON that others may have written or changed: read strictly, and refused with place and cause.</summary>
public static partial class JsonText
{
    /// <summary>What is wrong where the library cannot make a text of what stands between quotation marks.</summary>
    public const string NoText =
        "a key or text is no UTF-8, or has half of a character (\\ud800 to \\udfff alone); write it anew";

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InputException">It cannot be read, or is no JSON.</exception>
    public static JsonNode ReadFile(string path)
    {
        try
        {
            return Parse(PlainFile.ReadBytes(path), path);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(StorageException.Reading(path, e).Message, e);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="InputException">It is no JSON.</exception>
    public static JsonNode Parse(ReadOnlySpan<byte> utf8, string source)
    {
        try
        {
            var root = JsonNode.Parse(utf8, documentOptions: Strict)
                ?? throw new InputException($"{source}: expected an object, got null");
            TakeTexts(root);
            return root;
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{source}: {NoText}", e);
        }
        catch (JsonException e)
        {
            throw new InputException(Sentence(source, e), e);
        }
    }

    // The library takes keys and texts apart when they are asked for, and only then finds that one is none.
    static void TakeTexts(JsonNode node)
    {
        var children = node is JsonObject mapping ? mapping.Select(entry => entry.Value) : (node as JsonArray) ?? [];
        foreach (var child in children)
        {
            if (child is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                _ = value.GetValue<string>();
            else if (child is not null)
                TakeTexts(child);
        }
    }

    /// <summary>What is at a key of an object.</summary>
    /// <exception cref="FormatException">There is nothing.</exception>
    public static JsonNode Key(this JsonNode node, string key) => node is JsonObject o && o[key] is { } value
        ? value
        : throw new FormatException($"{Path(node.GetPath())}'{key}' is missing");

    /// <summary>The value of a text, number or truth value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="FormatException">It is of another kind.</exception>
    public static T Value<T>(this JsonNode node)
    {
        try
        {
            return node is JsonValue value ? value.GetValue<T>() : throw new FormatException();
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new FormatException($"{Path(node.GetPath())}expected {OptionText.Expected(typeof(T))}", e);
        }
    }

    /// <summary>The items of a list.</summary>
    /// <exception cref="FormatException">It is none, or one of them is nothing.</exception>
    public static IEnumerable<JsonNode> Items(this JsonNode node) => node is JsonArray list && !list.Contains(null)
        ? list.Select(item => item!)
        : throw new FormatException($"{Path(node.GetPath())}expected a list");

    /// <summary>The same behind the place of the text: <c>file:line:column: key: what was expected</c>.</summary>
    /// <param name="source">The text's place.</param>
    /// <param name="e">What the reader says.</param>
    /// <param name="type">What was to be read; null for any JSON.</param>
    public static string Sentence(string source, JsonException e, Type? type = null) =>
        Sentence(e, type) is var sentence && char.IsDigit(sentence[0])
            ? $"{source}:{sentence}"
            : $"{source}: {sentence}";

    /// <summary>What is wrong with a text: <c>line:column: key: what was expected</c>.</summary>
    /// <param name="e">What the reader says.</param>
    /// <param name="type">What was to be read; null for any JSON.</param>
    public static string Sentence(JsonException e, Type? type = null)
    {
        var place = e is { LineNumber: { } line, BytePositionInLine: { } column } ? $"{line + 1}:{column + 1}: " : "";
        var (path, said) = (Path(e.Path), Tail().Replace(e.Message, ""));
        if (said.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return $"{place}{path}expected {Expected(type, e.Path ?? "")}";
        if (said.Contains("doesn't allow", StringComparison.Ordinal) && said.Contains("null", StringComparison.Ordinal))
            return $"{place}{path}expected {Expected(type, e.Path ?? "")}, got null";
        if (said.Contains(".NET member", StringComparison.Ordinal) && Quoted().Match(said) is { Success: true } key)
            return $"{place}unknown key {key.Value}" + Hint(key.Value.Trim('\''), type);
        if (said.Contains("missing required properties", StringComparison.Ordinal))
            return $"{place}missing keys {string.Join(", ", Quoted().Matches(Including().Match(said).Value))}";
        if (said.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal))
            return $"{place}it is empty";
        return place + path + Syntax(said);
    }

    // What the reader says of a text that is no JSON, in words of who wrote it.
    static string Syntax(string said)
    {
        var quoted = Quoted().Match(said).Value;
        if (said.Contains("reached end of data", StringComparison.Ordinal)
            || said.Contains("depth to be zero", StringComparison.Ordinal))
            return "it ends too early: something was cut off, or a bracket or quotation mark is not closed";
        if (quoted is "'0x0A'" or "'0x0D'")
            return "the line ends too early: something was cut off";
        if (said.Contains("trailing comma", StringComparison.Ordinal))
            return "nothing follows a comma; leave it out";
        if (said.StartsWith("Duplicate propert", StringComparison.Ordinal))
            return $"the key {quoted} is there twice; leave one of them out";
        return quoted.Length > 0 && said.Contains("invalid", StringComparison.Ordinal)
            ? $"{quoted} is no JSON here"
            : said.TrimEnd('.');
    }

    static string Hint(string key, Type? type)
    {
        var names = type?.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).ToList() ?? [];
        return names.Count == 0
            ? ""
            : NearestName.Hint(key, names, $"expected one of {string.Join(", ", names)}");
    }

    // The type that stands at a path within another one.
    static string Expected(Type? type, string path)
    {
        foreach (var part in path.Split('.').Skip(1))
        {
            var name = part.Split('[')[0];
            type = type?.GetProperties()
                .FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.PropertyType;
            for (var i = 0; i < part.Count(c => c == '[') && type is not null; i++)
                type = Option.ElementOf(type);
        }
        if (type is null)
            return "another kind of value";
        return OptionText.Expected(type) is var expected && expected == "a mapping" ? "an object" : expected;
    }

    static string Path(string? path) => path is null or "$" or "" ? "" : $"{path.TrimStart('$', '.')}: ";

    // What the library says twice: path, line and position, and types in code.
    [GeneratedRegex(@"\s*(Path: |LineNumber: |Type: ).*$", RegexOptions.Singleline)]
    private static partial Regex Tail();

    [GeneratedRegex(@"including: .*$")]
    private static partial Regex Including();

    [GeneratedRegex("'[^']*'")]
    private static partial Regex Quoted();
}
