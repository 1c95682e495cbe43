using System.Globalization;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// The hashes that short runs had when <c>RecordedBits.tsv</c> was written: what changes none of them changes no bit
/// that a user sees. They hold in the numerics class that the file's first line names; elsewhere nothing is compared.
/// </summary>
/// <remarks>
/// A change of bits that is meant is recorded by running this project with ASYNCOPT_RECORD_BITS set to the path of the
/// file: it is then written anew, run by run, instead of compared with.
/// </remarks>
static class RecordedBits
{
    static readonly string Here = NumericsClass.Here(Precision.Float64).ToString();
    static readonly string? Recording = Environment.GetEnvironmentVariable("ASYNCOPT_RECORD_BITS");
    static readonly Lock Gate = new();
    static readonly SortedDictionary<string, string> Recorded = new(StringComparer.Ordinal);
    static readonly Dictionary<string, string> Known = Read(out Class);

    /// <summary>The numerics class of the recorded hashes.</summary>
    public static readonly string Class;

    /// <summary>Whether hashes can be compared here.</summary>
    public static bool Hold => Class == Here;

    /// <summary>The number of recorded hashes.</summary>
    public static int Count => Known.Count;

    /// <summary>A run's hash is the recorded one.</summary>
    /// <param name="run">Names the run.</param>
    /// <param name="hash">Its hash today.</param>
    public static void Check(string run, ulong hash)
    {
        var text = hash.ToString("x16", CultureInfo.InvariantCulture);
        if (Recording is not null)
            Record(run, text);
        else if (Hold)
            Assert.Equal($"{run}: {Known.GetValueOrDefault(run, "not recorded")}", $"{run}: {text}");
    }

    static void Record(string run, string hash)
    {
        lock (Gate)
        {
            Recorded[run] = hash;
            File.WriteAllLines(Recording!, [Here, .. Recorded.Select(r => $"{r.Key}\t{r.Value}")]);
        }
    }

    static Dictionary<string, string> Read(out string numbers)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "RecordedBits.tsv"));
        numbers = lines[0];
        return lines[1..].Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[1]);
    }
}
