using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;

namespace AsyncOpt.Grains.Tests.Runs;

public class WorkFolderTests
{
    [Fact]
    public void What_a_process_that_was_killed_has_left_is_deleted_and_what_another_holds_stays()
    {
        using var other = new WorkFolder();
        var held = other.New();
        var left = Directory.CreateTempSubdirectory("asyncopt-silo-").FullName;
        File.WriteAllText(Path.Combine(left, "lock"), "");
        Directory.CreateDirectory(Path.Combine(left, "work"));

        using (var work = new WorkFolder())
        {
            var own = work.New();

            Assert.True(Directory.Exists(own));
            Assert.False(Directory.Exists(left));
            Assert.True(Directory.Exists(held));
            work.Dispose();
            Assert.False(Directory.Exists(Path.GetDirectoryName(own)));
        }
    }

    [Fact]
    public void A_folder_goes_with_its_work_and_what_cannot_be_written_there_is_said()
    {
        using var work = new WorkFolder();
        var place = "";

        var e = Assert.Throws<StorageException>(() => work.Use<int>(folder =>
        {
            place = folder;
            throw new IOException("No space left on device", 28);
        }));

        Assert.EndsWith(
            "temporary files cannot be written: no space is left on the disk; free some, or choose another place with TMPDIR",
            e.Message);
        Assert.True(e.IsFull);
        Assert.False(Directory.Exists(place));
    }
}
