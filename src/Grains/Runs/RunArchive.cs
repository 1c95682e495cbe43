using System.IO.Compression;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>Writes what a run leaves behind: record and run folder.</summary>
static class RunArchive
{
    /// <summary>Keeps the record as JSON and the run folder as a zip.</summary>
    /// <param name="store">Where.</param>
    /// <param name="work">Where the folder is put together.</param>
    /// <param name="run">The run.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="built">What it was made of.</param>
    /// <param name="result">What it came to.</param>
    /// <param name="sideBySide">How many runs shared the process.</param>
    public static async Task Write(
        IRunStore store, WorkFolder work, string run, RunRequest request, BuiltRun built, RunResult result,
        int sideBySide)
    {
        await store.Write(run, KeptRun.RecordFile, RecordJson.Write(result.Record));
        await store.Write(run, KeptRun.FolderFile, work.Use(
            place => Zip(place, Facts(request, built, sideBySide), result)));
    }

    static RunFacts Facts(RunRequest request, BuiltRun built, int sideBySide)
    {
        var plugins = built.Experiment.Catalogue.Entries.Select(e => e.Type.Assembly);
        return RunFacts.Of(
            (request.Name, request.Arm, request.Repetition), built.Plan, built.Arm.SpecificationOf(built.Plan, 0),
            plugins) with
        {
            SideBySide = sideBySide,
            TimeFactor = request.Mode == RunMode.Live ? request.TimeFactor : null,
            Topology = built.Arm.TopologyFacts(built.Plan),
            Warnings = built.Arm.Warnings,
        };
    }

    // A file of the folder, or of a folder in it.
    static void Attach(string folder, string file, byte[] bytes)
    {
        var path = Path.Combine([folder, .. file.Split('/').Select(part => RunNames.Checked(part))]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    static byte[] Zip(string place, RunFacts facts, RunResult result)
    {
        var folder = Path.Combine(place, "run");
        RunFolder.Write(folder, facts, result.Record);
        foreach (var (file, bytes) in result.Attachments)
            Attach(folder, file, bytes);
        using var zip = new MemoryStream();
        ZipFile.CreateFromDirectory(folder, zip, CompressionLevel.Fastest, includeBaseDirectory: false);
        return zip.ToArray();
    }
}
