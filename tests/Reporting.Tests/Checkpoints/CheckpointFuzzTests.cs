using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AsyncOpt.Core;
using AsyncOpt.Reporting.Checkpoints;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Reporting.Tests.Checkpoints;

/// <summary>A checkpoint in which anything was changed is not gone on from, and the one before it is.</summary>
public sealed class CheckpointFuzzTests : InFolder
{
    string Run => RunFolder.PathOf(Folder, "async", 0);

    static RunIdentity Identity { get; } = new()
    {
        Specification = new JsonObject { ["method"] = new JsonObject { ["name"] = "async-sgd", ["step"] = 0.1 } },
        Build = "b",
        Numerics = Records.Facts().Numerics,
        OnProcessor = true,
        Contents = ["x"],
    };

    (string Newest, byte[] Whole) Write()
    {
        var kept = new RunCheckpoints(Run);
        kept.Save(new CheckpointHead { Run = Identity, VirtualTime = 5 }, 2, to => to.Write("five"u8));
        kept.Save(
            new CheckpointHead { Run = Identity, VirtualTime = 7, Resumed = [3, 5], RunSeconds = 1.5 }, 2,
            to => to.Write("seven"u8));
        var newest = Directory.GetFiles(Path.Combine(Run, RunCheckpoints.Folder)).Order(StringComparer.Ordinal).Last();
        return (newest, File.ReadAllBytes(newest));
    }

    [Fact]
    public void Any_change_is_refused_and_named()
    {
        var (newest, whole) = Write();

        Campaign.Run(100, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(newest, bytes);
            var refused = new List<string>();
            var first = new RunCheckpoints(Run).Good(Identity, refused.Add).First();
            if (bytes.AsSpan().SequenceEqual(whole))
                Assert.Equal((7, 0), (first.Head.VirtualTime, refused.Count));
            else
            {
                Assert.Equal(5, first.Head.VirtualTime);
                Assert.StartsWith($"{newest}: ", Assert.Single(refused), StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void With_a_new_checksum_it_is_read_or_refused()
    {
        var (newest, whole) = Write();
        var read = 0;

        Campaign.Run(200, mutator => mutator.Of(whole[..^SHA256.HashSizeInBytes]), bytes =>
        {
            File.WriteAllBytes(newest, [.. bytes, .. SHA256.HashData(bytes)]);
            var refused = new List<string>();
            var found = new RunCheckpoints(Run).Good(Identity, refused.Add).ToList();
            Assert.Equal(2, found.Count + refused.Count);
            Assert.Null(found[0].Head.Run.Difference(Identity));
            read += found.Count - 1;
            _ = new RunCheckpoints(Run).Identity();
        });
        Assert.True(read > 0, "no mutant is read");
    }
}
