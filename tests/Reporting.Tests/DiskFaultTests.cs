using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Checkpoints;

namespace AsyncOpt.Reporting.Tests;

/// <summary>
/// Whichever operation of the disk fails, and whenever the power goes: an error that says so, the last good state kept,
/// and never a state that nobody wrote.
/// </summary>
public sealed class DiskFaultTests : InFolder
{
    string Output => Path.Combine(Folder, "out");

    string Trash => Path.Combine(Folder, "trash");

    string Run => RunFolder.PathOf(Output, "async", 0);

    public static TheoryData<int, string> Faults => new()
    {
        { 28, "no space is left on the disk" },
        { 30, "the file system is read-only" },
        { 5, "" },                                      // an error of the device
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_checkpoint_that_cannot_be_kept_leaves_those_before_it(int error, string words)
    {
        var operations = Operations(disk => new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7)), Earlier);
        Assert.InRange(operations, 8, 40);
        foreach (var on in (bool[])[false, true])
        {
            for (var at = 1; at <= operations; at++)
            {
                Earlier();
                var disk = new FaultyDisk { FailsAt = at, FailsOn = on, Fault = () => new IOException("?", error) };

                var e = Assert.Throws<StorageException>(() => new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7)));

                Assert.Contains(words, e.Message, StringComparison.Ordinal);
                Assert.Contains(Output, e.Message, StringComparison.Ordinal);
                var left = Good();
                Assert.True(left is [5, 3] or [7, 5, 3] or [7, 5], $"operation {at}: {string.Join(' ', left)}");
                // Once there is room again, the next one is kept, and nothing is left over.
                new RunCheckpoints(Run, new FaultyDisk()).Save(Head(8), 2, State(8));
                Assert.Equal(8, Good()[0]);
                Assert.Equal(2, Directory.GetFileSystemEntries(Path.Combine(Run, RunCheckpoints.Folder)).Length);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_run_that_cannot_be_written_leaves_its_checkpoints(int error, string words)
    {
        var operations = Operations(disk => WriteRun(disk), Earlier);
        Assert.InRange(operations, 20, 100);
        foreach (var on in (bool[])[false, true])
        {
            for (var at = 1; at <= operations; at++)
            {
                Earlier();
                var disk = new FaultyDisk { FailsAt = at, FailsOn = on, Fault = () => new IOException("?", error) };

                var e = Assert.Throws<StorageException>(() => WriteRun(disk));

                Assert.Contains(words, e.Message, StringComparison.Ordinal);
                using (ExperimentFolder.Open(Output))
                    Assert.True(RunFolder.IsWhole(Run) || Good() is [5, 3], $"operation {at}");
                WriteRun(new FaultyDisk());
                Assert.True(RunFolder.IsWhole(Run));
            }
        }
    }

    [Fact]
    public void Whenever_the_power_goes_the_last_checkpoint_that_was_kept_is_there()
    {
        var operations = Operations(disk => new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7)), Earlier);
        var (sevens, fives) = (0, 0);
        for (var at = 1; at <= operations + 1; at++)
        {
            foreach (var (names, share) in Losses(
                at, Earlier, disk => new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7))))
            {
                var newest = Good().FirstOrDefault();
                (sevens, fives) = (sevens + (newest == 7 ? 1 : 0), fives + (newest == 5 ? 1 : 0));
                Assert.True(
                    newest == 7 || (newest == 5 && at <= operations),
                    $"at operation {at}, {names} names lost, {share} of what was not synced left: {newest}");
            }
        }
        Assert.True(sevens > 0 && fives > 0);
    }

    [Fact]
    public void Whenever_the_power_goes_a_run_is_whole_or_goes_on_from_its_checkpoint()
    {
        var operations = Operations(disk => WriteRun(disk), Earlier);
        var (whole, resumable) = (0, 0);
        for (var at = 1; at <= operations + 1; at++)
        {
            foreach (var (names, share) in Losses(at, Earlier, disk => WriteRun(disk)))
            {
                using (ExperimentFolder.Open(Output))
                {
                    var isWhole = RunFolder.IsWhole(Run);
                    (whole, resumable) = (whole + (isWhole ? 1 : 0), resumable + (isWhole ? 0 : 1));
                    Assert.True(
                        isWhole || (Good() is [5, 3] && at <= operations),
                        $"at operation {at}, {names} names lost, {share} of what was not synced left");
                }
            }
        }
        Assert.True(whole > 0 && resumable > 0);
    }

    [Fact]
    public void A_disk_that_lies_about_syncing_loses_checkpoints_and_never_gives_another_state()
    {
        var operations = Operations(disk => new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7)), Earlier);
        var lost = 0;
        for (var at = 1; at <= operations + 1; at++)
        {
            // Good checks each state.
            foreach (var _ in Losses(
                at, () => { }, disk =>
                {
                    new RunCheckpoints(Run, disk).Save(Head(3), 2, State(3));
                    new RunCheckpoints(Run, disk).Save(Head(7), 2, State(7));
                }, lies: true))
                lost += Good().Count == 0 ? 1 : 0;
        }
        Assert.True(lost > 0);
    }

    [Fact]
    public void A_device_that_is_full_is_told_as_such()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        Earlier();

        var e = Assert.Throws<StorageException>(
            () => new RunCheckpoints(Run, new FullDisk()).Save(Head(7), 2, State(7)));

        Assert.Contains("no space is left on the disk", e.Message, StringComparison.Ordinal);
        Assert.Equal([5, 3], Good());
        Assert.Throws<StorageException>(() => WriteRun(new FullDisk()));
        Assert.Equal([5, 3], Good());
    }

    [Fact]
    public void A_folder_that_is_gone_is_told_as_such()
    {
        Earlier();
        var e = Assert.Throws<StorageException>(() => new RunCheckpoints(Run).Save(Head(7), 2, to =>
        {
            Directory.Delete(Output, recursive: true);
            to.Write([1]);
        }));
        Assert.Contains(Output, e.Message, StringComparison.Ordinal);
        Assert.Contains("not there", e.Message, StringComparison.Ordinal);
    }

    // Where each of some ways to lose power at an operation leaves the folder.
    IEnumerable<(int Names, double Share)> Losses(
        int at, Action before, Action<Disk> work, bool lies = false)
    {
        var names = int.MaxValue;
        for (var k = 0; k <= names; k++)
        {
            foreach (var share in (double[])[0, 0.5, 1])
            {
                Clear();
                before();
                var disk = new PowerlessDisk(Trash, lies)
                {
                    FailsAt = at,
                    FailsOn = true,
                    Fault = () => new PowerLossException(),
                };
                try
                {
                    work(disk);
                }
                catch (PowerLossException)
                {
                    // Nothing is done after it.
                }
                names = disk.Names;
                disk.Lose(k, share);
                yield return (k, share);
            }
        }
    }

    int Operations(Action<Disk> work, Action before)
    {
        before();
        var disk = new FaultyDisk();
        work(disk);
        return disk.Operations;
    }

    // Two checkpoints that were kept.
    void Earlier()
    {
        Clear();
        var kept = new RunCheckpoints(Run, new FaultyDisk());
        kept.Save(Head(3), 2, State(3));
        kept.Save(Head(5), 2, State(5));
    }

    void Clear()
    {
        foreach (var folder in (string[])[Output, Trash])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    void WriteRun(Disk disk) => RunFolder.Write(
        Run, Records.Facts() with { Repetition = 0 }, Records.Run([1]), disk, survives: true);

    // The times of those that are found, the newest first; each has the state that was written.
    List<long> Good()
    {
        var times = new List<long>();
        foreach (var found in new RunCheckpoints(Run).Good(Identity, _ => { }))
        {
            using var state = new MemoryStream();
            using (var stream = found.Open())
                stream.CopyTo(state);
            Assert.Equal(StateOf(found.Head.VirtualTime), state.ToArray());
            times.Add(found.Head.VirtualTime);
        }
        return times;
    }

    // More than a buffer of a file.
    static byte[] StateOf(long time) =>
        [.. Enumerable.Range(0, 100_000).Select(i => (byte)((i * i) ^ (i >> 7) ^ time))];

    static Action<Stream> State(long time) => to => to.Write(StateOf(time));

    static CheckpointHead Head(long time) => new() { Run = Identity, VirtualTime = time };

    static RunIdentity Identity { get; } =
        new() { Specification = JsonNode.Parse("""{ "method": { "name": "async-sgd" } }""")! };

    // Not of the file system: nothing of it is handled.
    sealed class PowerLossException : Exception;

    // Real writes that the system refuses.
    sealed class FullDisk : Disk
    {
        public override Stream Create(string path)
        {
            File.WriteAllText(path, "");
            return new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        }
    }
}
