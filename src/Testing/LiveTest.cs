using System.IO.Compression;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation.Replay;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncOpt.Testing;

/// <summary>For tests of methods: runs an arm live, every agent a grain, and proves the run.</summary>
public static class LiveTest
{
    static readonly TimeSpan Page = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs an arm on a cluster, and feeds the order in which its grains handled their events to the embedded host:
    /// every agent must come to the same state there, bit for bit.
    /// </summary>
    /// <param name="silo">The services of a silo to which <c>AddAsyncOpt</c> added its grains.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="timeFactor">Wall seconds per virtual second; 0 for no delay at all.</param>
    /// <param name="repetition">Which of the arm's seeds, from 0.</param>
    /// <param name="cancellation">Ends the wait, not the run.</param>
    /// <returns>What the run reported, and what came of its replay.</returns>
    /// <exception cref="InputException">The run failed; the message says why.</exception>
    public static async Task<(RunRecord Record, ReplayReport Replay)> Run(
        IServiceProvider silo, Arm arm, double timeFactor = 0.1, int repetition = 0,
        CancellationToken cancellation = default)
    {
        var id = $"test-{Guid.NewGuid():n}";
        var run = silo.GetRequiredService<IGrainFactory>().GetGrain<IRunGrain>(id);
        await run.Submit(new RunRequest
        {
            Name = "test",
            Arm = arm.Name,
            Repetition = repetition,
            Specification = arm.SpecificationOf(repetition).ToJsonString(),
            Mode = RunMode.Live,
            TimeFactor = timeFactor,
            ReplayLog = true,
        });
        var end = await End(run).WaitAsync(cancellation);
        if (!end.HasRecord)
            throw new InputException($"the run left no record: {end.Reason}");
        var store = silo.GetRequiredService<IRunStore>();
        var record = RecordJson.Read((await store.Read(id, KeptRun.RecordFile, cancellation))!);
        var log = ReplayLog.Read(LogsOf((await store.Read(id, KeptRun.FolderFile, cancellation))!));
        return (record, Replayer.Run(arm.Plan(repetition, cancellation: cancellation), log, cancellation));
    }

    static async Task<RunStatus> End(IRunGrain run)
    {
        for (var after = 0L; ;)
        {
            var page = await run.Follow(after, Page);
            if (page!.End is { } end)
                return end;
            after = page.Lines.Count == 0 ? after : page.Lines[^1].Cursor;
        }
    }

    /// <summary>The replay logs in a zipped run folder.</summary>
    internal static List<(string Name, byte[] Bytes)> LogsOf(byte[] folder)
    {
        using var zip = new ZipArchive(new MemoryStream(folder));
        return [.. zip.Entries.Where(e => e.FullName.StartsWith("replay/", StringComparison.Ordinal)).Select(e =>
        {
            using var bytes = new MemoryStream();
            using var log = e.Open();
            log.CopyTo(bytes);
            return (e.FullName, bytes.ToArray());
        })];
    }
}
