using System.Text.Json;
using AsyncOpt.Core;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Reports for programs: JSON.</summary>
static class ReportFile
{
    static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text of a report.</summary>
    public static string Json(Report report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <summary>Reads a report.</summary>
    /// <param name="path">A file that <c>--json</c> wrote.</param>
    /// <exception cref="InputException">There is none, or it is something else.</exception>
    public static Report Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Report>(File.ReadAllText(path), Options)
                ?? throw new JsonException("it holds nothing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{StorageException.Reading(path, e).Message}; expected a report that --json wrote");
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"'{path}' is no report that --json wrote: {JsonText.Sentence(e, typeof(Report))}");
        }
    }
}
