using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Reporting;

namespace AsyncOpt.Benchmarks.Measure;

/// <summary>What a whole process of the client took, from start to end.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="Processor">Processor time of all threads, in seconds; NaN where it cannot be told.</param>
/// <param name="Manifests">The manifests of the runs that it made.</param>
sealed record WholeRun(double Seconds, double Processor, IReadOnlyList<JsonNode> Manifests)
{
    static readonly Lazy<string> Client = new(Build);

    /// <summary>Wall time for which the engine and computations alone account.</summary>
    public double EngineSeconds =>
        Manifests.Sum(m => (PartOf(m, "engine") + PartOf(m, "computations")) / SideBySide(m));

    /// <summary>Wall and processor time, and what the runs' manifests say of their parts.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"wall {Seconds:0.00} s, processor {Processor:0.00} s");
        if (Manifests.Count == 0)
            return text;
        // Data and optima are made once for several runs; the longest stands for them.
        var parts = Manifests[0].Key(Manifest.WallParts).AsObject().Select(p => p.Key).Select(name => (
            Name: name,
            Seconds: name is "data" or "optimum"
                ? Manifests.Max(m => PartOf(m, name))
                : Manifests.Sum(m => PartOf(m, name))));
        return $"{text}; runs: {Manifests.Count}, at the same time {Manifests.Max(SideBySide)}; "
            + string.Join(", ", parts.Select(p => string.Create(
                CultureInfo.InvariantCulture, $"{p.Name} {p.Seconds:0.00} s")));
    }

    /// <summary>Starts the client and waits for its end.</summary>
    /// <param name="arguments">What it gets; a folder for what it writes is added where it takes one.</param>
    /// <param name="writes">Whether it takes one.</param>
    public static WholeRun Of(IReadOnlyList<string> arguments, bool writes)
    {
        var output = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        try
        {
            var program = Client.Value;
            var (clock, before) = (Stopwatch.StartNew(), ProcessorOfChildren());
            Start(program, [.. arguments, .. writes ? (string[])["--out", Path.Combine(output, "out")] : []]);
            return new(clock.Elapsed.TotalSeconds, ProcessorOfChildren() - before,
            [
                .. Directory.EnumerateFiles(output, RunFolder.ManifestFile, SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal).Select(JsonText.ReadFile),
            ]);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    static double PartOf(JsonNode manifest, string name) =>
        manifest.Key(Manifest.WallParts).Key(name).Value<double>();

    static int SideBySide(JsonNode manifest) => manifest.Key("machine").Key("runs_side_by_side").Value<int>();

    static string Build()
    {
        Start("dotnet", ["build", Path.Combine(Places.Root, "src", "Client"), "-c", "Release", "-v", "q"]);
        return Path.Combine(Places.Root, "artifacts", "bin", "Client", "release", "asyncopt");
    }

    static void Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Places.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{Path.GetFileName(program)} {string.Join(' ', arguments)} failed: {error.Result}{output.Result}");
        }
    }

    // Fields 16 and 17 of proc_pid_stat(5), in hundredths of a second: children that were waited for.
    static double ProcessorOfChildren()
    {
        const string Stat = "/proc/self/stat";
        if (!File.Exists(Stat))
            return double.NaN;
        var text = File.ReadAllText(Stat);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture)
            + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
    }
}
