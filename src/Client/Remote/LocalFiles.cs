using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Client.Remote;

/// <summary>
/// Finds the files of the user's own that a run names, where an embedded run would. Which keys name files depends on
/// what reads them, so every text that leads to a file counts; sets of the catalogue are the silo's own.
/// </summary>
/// <param name="locate">Gives the path of a file that is given by name or path.</param>
sealed class LocalFiles(Func<string, string> locate)
{
    readonly ConcurrentDictionary<string, InputFile?> _found = new(StringComparer.Ordinal);

    /// <summary>The files that a specification names.</summary>
    public IReadOnlyList<InputFile> Of(JsonNode specification) =>
    [
        .. Texts(specification).Distinct(StringComparer.Ordinal).Select(text => _found.GetOrAdd(text, Find))
            .OfType<InputFile>(),
    ];

    InputFile? Find(string text)
    {
        try
        {
            return DataCatalogue.Default.Find(text) is null ? InputFile.Find("", text, locate(text)) : null;
        }
        catch (InputException)
        {
            return null; // not here: the silo may have it, or says that it has not
        }
    }

    static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject mapping => mapping.Where(e => e.Key != "name").SelectMany(e => Texts(e.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 0 => [text],
        _ => [],
    };
}
