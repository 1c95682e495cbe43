using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Comparing;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Reporting.Tests;

/// <summary>
/// A run folder in which anything was changed is refused; where whoever changed it made the checksums anew, it is read or
/// refused. Nothing outside it is looked at.
/// </summary>
public sealed class RunFolderFuzzTests : InFolder
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    string Place => Path.Combine(Folder, "run");

    string PathOf(string file) => Path.Combine(Place, file);

    void Write() => RunFolder.Write(Place, Records.Facts(), Records.Run([1, 0.5, double.NaN], 1.2, timeToTarget: 0.3) with
    {
        Faults = [new("drop", 7)],
        TimelineAgents = [(0, "server", 0)],
        Roles = [new("server", 1), new("worker", 3)],
    });

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("metrics.csv")]
    [InlineData("staleness.csv")]
    [InlineData("model.csv")]
    [InlineData("timeline.json")]
    public void Any_change_is_refused(string file)
    {
        Write();
        var whole = File.ReadAllBytes(PathOf(file));

        Campaign.Run(30, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(PathOf(file), bytes);
            if (bytes.AsSpan().SequenceEqual(whole))
                StoredRun.Read(Place);
            else
                Assert.Contains(Place, Assert.Throws<DamagedRunException>(() => StoredRun.Read(Place)).Message);
        });
    }

    [Fact]
    public void A_manifest_with_a_new_checksum_is_read_or_refused()
    {
        Write();
        var text = File.ReadAllText(PathOf("manifest.json"));
        var whole = Encoding.UTF8.GetBytes(text[..text.LastIndexOf(",\n", StringComparison.Ordinal)]);

        var read = 0;
        Campaign.Run(150, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllText(PathOf("manifest.json"), ManifestSeal.Add(Encoding.UTF8.GetString(bytes) + "\n}"));
            read += IsRead() ? 1 : 0;
        });
        Assert.True(read > 0, "no mutant is read, so that what is read behind the checksum is not tried");
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("staleness.csv")]
    public void A_table_with_a_new_checksum_is_read_or_refused(string file)
    {
        Write();
        var whole = File.ReadAllBytes(PathOf(file));
        var manifest = JsonNode.Parse(File.ReadAllText(PathOf("manifest.json")))!;
        manifest.AsObject().Remove(ManifestSeal.Key);
        var entry = manifest["files"]!.AsArray().Single(f => (string?)f!["name"] == file)!;

        Campaign.Run(60, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(PathOf(file), bytes);
            (entry["bytes"], entry["sha256"]) = (bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            File.WriteAllText(PathOf("manifest.json"), ManifestSeal.Add(manifest.ToJsonString(Indented)));
            IsRead();
        });
    }


    // What is read is compared with itself, as 'compare' does.
    bool IsRead()
    {
        try
        {
            var distance = Assert.Single(RunPairs.Compare(Place, Place)).Distance;
            Assert.True(distance == 0 || double.IsNaN(distance), $"a run is {distance} from itself");
            return true;
        }
        catch (InputException e)
        {
            Assert.DoesNotContain("\n   at ", e.Message, StringComparison.Ordinal);
            return false;
        }
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/dev/zero")]
    [InlineData("tables/../../outside")]
    [InlineData("replay/silo-/../../../outside.log")]
    [InlineData("notes.txt")]
    public void A_manifest_cannot_have_other_files_looked_at_than_those_of_a_run(string name)
    {
        Write();
        File.WriteAllText(Path.Combine(Folder, "outside"), "secret");
        var manifest = JsonNode.Parse(File.ReadAllText(PathOf("manifest.json")))!;
        manifest.AsObject().Remove(ManifestSeal.Key);
        manifest["files"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = name, ["bytes"] = 1, ["sha256"] = "" });
        File.WriteAllText(PathOf("manifest.json"), ManifestSeal.Add(manifest.ToJsonString(Indented)));

        Assert.StartsWith(
            $"{PathOf("manifest.json")}: is damaged: '{name}' is no file of a run folder",
            Assert.Throws<DamagedRunException>(() => StoredRun.Read(Place)).Message, StringComparison.Ordinal);
    }
}
