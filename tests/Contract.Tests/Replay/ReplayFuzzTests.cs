using System.Buffers.Binary;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Replay;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Contract.Tests.Replay;

/// <summary>
/// Whatever is in a log, it is refused, or replayed up to where it differs; what was changed without its checksums never
/// counts as another order of events.
/// </summary>
public class ReplayFuzzTests
{
    /// <summary>Methods whose logs have every kind of entry.</summary>
    public static TheoryData<string, string> Plans =>
    [
        .. from name in (string[])["async-sgd", "d-sgd", "sa-srrw"]
           from faults in ContractTests.Runs.Where(run => run.Item1 == name).Select(run => run.Item2)
           select (name, faults),
    ];

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_changed_log_is_refused_or_cut_and_equal_as_far_as_it_goes(string method, string faults)
    {
        var plan = ContractTests.For(method).Plan(faults);
        var whole = EngineLog.Of(plan);

        Campaign.Run(15, mutator => mutator.Of(whole), bytes =>
        {
            if (Replay(plan, bytes) is not { } report)
                return;
            Assert.Empty(report.Differences);
            Assert.True(report.IsEqualAsFarAsItGoes);
            Assert.True(
                report.Warnings.Count > 0 || bytes.AsSpan().StartsWith(whole), "a changed log counts as a whole one");
        });
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void With_new_checksums_it_is_refused_or_replayed(string method, string faults)
    {
        var plan = ContractTests.For(method).Plan(faults);
        var (head, blocks) = Blocks(EngineLog.Of(plan));
        var replayed = 0;

        Campaign.Run(30, mutator => Changed(mutator, head, blocks), bytes => replayed += Replay(plan, bytes) is null ? 0 : 1);

        Assert.True(replayed > 0, "no mutant is replayed");
    }

    static ReplayReport? Replay(RunPlan plan, byte[] bytes)
    {
        try
        {
            return Replayer.Run(plan, ReplayLog.Read([("mutant.log", bytes)]), TestContext.Current.CancellationToken);
        }
        catch (InputException)
        {
            return null;
        }
    }

    // The head, and each block's kind and content.
    static (byte[] Head, List<(byte Kind, byte[] Content)> Blocks) Blocks(byte[] log)
    {
        var at = ReplayLogFormat.Magic.Length;
        var header = (int)ReplayLogFormat.Read(log, ref at);
        at += header;
        var (head, blocks) = (log[..at], new List<(byte, byte[])>());
        while (at < log.Length)
        {
            var kind = log[at++];
            var length = (int)ReplayLogFormat.Read(log, ref at);
            blocks.Add((kind, log[at..(at + length)]));
            at += length + ReplayLogFormat.CheckBytes;
        }
        return (head, blocks);
    }

    static byte[] Changed(Mutator mutator, byte[] head, List<(byte Kind, byte[] Content)> blocks)
    {
        var changed = mutator.Below(blocks.Count);
        var bytes = new List<byte>(head);
        foreach (var (i, (kind, content)) in blocks.Index())
        {
            if (i != changed)
                Add(bytes, kind, content);
            else if (mutator.Below(8) > 0)
                Add(bytes, mutator.Below(8) > 0 ? kind : (byte)mutator.Below(5), Entry(mutator, content));
        }
        return [.. bytes];
    }

    // As often one byte as more: most other changes end the block.
    static byte[] Entry(Mutator mutator, byte[] content)
    {
        if (mutator.Below(2) == 0 || content.Length == 0)
            return mutator.Of(content);
        var changed = (byte[])content.Clone();
        changed[mutator.Below(content.Length)] += (byte)(1 + mutator.Below(3));
        return changed;
    }

    static void Add(List<byte> to, byte kind, byte[] content)
    {
        var length = new byte[ReplayLogFormat.NumberBytesMax];
        to.Add(kind);
        to.AddRange(length[..ReplayLogFormat.Write(length, 0, (ulong)content.Length)]);
        to.AddRange(content);
        var check = new byte[ReplayLogFormat.CheckBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(check, ReplayLogFormat.CheckOf(kind, content));
        to.AddRange(check);
    }
}
