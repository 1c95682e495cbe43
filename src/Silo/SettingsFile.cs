using System.Text.Json;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Silo;

/// <summary>
/// Reads <c>appsettings.json</c> before the host does, which would stop at the first thing that is wrong, without its
/// line, and pass over keys that it does not know.
/// </summary>
static class SettingsFile
{
    static readonly JsonReaderOptions AsTheHost = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>A value of the file.</summary>
    /// <param name="Key">Its key in the configuration.</param>
    /// <param name="Text">As text; null for null, and for what has no values within.</param>
    /// <param name="Line">The line that it is in, from 1.</param>
    readonly record struct Entry(string Key, string? Text, int Line);

    /// <summary>The settings in a file; none where there is no file.</summary>
    /// <exception cref="InputException">Everything that is wrong with it, a line each.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Read(string path)
    {
        if (!Path.Exists(path))
            return [];
        var entries = Entries(path);
        var wrong = from entry in entries
                    let cause = Wrong(entry)
                    where cause is not null
                    select $"{path}:{entry.Line}: {cause}";
        var twice = entries.GroupBy(e => e.Key, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1)
            .Select(g => $"{path}:{g.Last().Line}: {g.Key} is there twice; leave one of them out");
        if (wrong.Concat(twice).ToList() is { Count: > 0 } all)
            throw new InputException(string.Join('\n', all));
        return
        [
            .. from setting in Settings.All
               let values = entries.Where(e => Names(e, setting)).Select(e => e.Text).OfType<string>().ToList()
               from value in setting.Entries(values)
               select value,
        ];
    }

    static bool Names(Entry entry, Setting setting) =>
        (entry.Key + ":").StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase);

    static string? Wrong(Entry entry)
    {
        var parts = entry.Key.Split(':');
        if (parts[0].Equals(Settings.Section, StringComparison.OrdinalIgnoreCase))
            return parts.Length == 1 ? $"{entry.Key}: expected settings by name" : WrongSetting(entry, parts);
        if (Settings.All.Any(s => s.Option.Property.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase)))
            return $"{parts[0]}: belongs into the section '{Settings.Section}'";
        if (NearestName.Of(parts[0], [Settings.Section]) is { } meant)
            return $"{parts[0]}: unknown section; did you mean '{meant}'?";
        return parts is ["Logging", .., "LogLevel", _] && !Enum.TryParse<LogLevel>(entry.Text, true, out _)
            ? $"{entry.Key}: expected one of {string.Join(", ", Enum.GetNames<LogLevel>())}, got '{entry.Text}'"
            : null;
    }

    static string? WrongSetting(Entry entry, string[] parts)
    {
        var names = Settings.All.Select(s => s.Option.Property.Name).ToList();
        if (Settings.All.FirstOrDefault(s => Names(entry, s)) is not { } setting)
        {
            return $"{entry.Key}: unknown setting"
                + NearestName.Hint(parts[1], names, $"expected one of {string.Join(", ", names)}");
        }
        var isList = setting.Option.ElementType is not null;
        if (isList ? parts.Length == 2 && entry.Text is not null : parts.Length > 2)
            return $"{setting.Key}: expected {setting.Option.Expected}";
        if (entry.Text is null)
        {
            return isList && parts.Length == 2
                ? null
                : $"{entry.Key}: expected {setting.Option.Expected}; leave it out for the default";
        }
        return setting.Wrong(entry.Text) is { } wrong ? $"{entry.Key}: {wrong}" : null;
    }

    static List<Entry> Entries(string path)
    {
        try
        {
            var bytes = PlainFile.ReadBytes(path).AsSpan();
            if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                bytes = bytes[3..];
            var reader = new Utf8JsonReader(bytes, AsTheHost);
            var entries = new List<Entry>();
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new InputException($"{path}:1: expected an object");
            var place = (Begin: 0, Line: 1);
            Add(ref reader, bytes, "", ref place, entries);
            reader.Read(); // nothing may follow
            return entries;
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}:{JsonText.Sentence(e)}: no JSON; mend it, or move the file away", e);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{path}: {JsonText.NoText}", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw new InputException(StorageException.Reading(path, e).Message, e);
        }
    }

    // Lines are counted on from the last value.
    static void Add(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, string key, ref (int Begin, int Line) place,
        List<Entry> entries)
    {
        var begin = (int)reader.TokenStartIndex;
        place = (begin, place.Line + bytes[place.Begin..begin].Count((byte)'\n'));
        var (line, count) = (place.Line, entries.Count);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString();
                    reader.Read();
                    Add(ref reader, bytes, key.Length == 0 ? name! : $"{key}:{name}", ref place, entries);
                }
                break;
            case JsonTokenType.StartArray:
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                    Add(ref reader, bytes, $"{key}:{i}", ref place, entries);
                break;
            case JsonTokenType.String:
                Note(reader.GetString());
                return;
            case JsonTokenType.Null:
                Note(null);
                return;
            default:
                Note(System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                return;
        }
        if (entries.Count == count && key.Length > 0)
            Note(null);

        void Note(string? text) => entries.Add(new Entry(key, text, line));
    }
}
