using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Contract.Tests.Replay;

public class ReplayLogTests
{
    const int Agents = 7;

    static readonly ReplayLogHeader Header =
        ReplayLogHeader.Here("run-1", """{"name":"small","seed":1}""", Agents, Precision.Float32);

    [Fact]
    public void What_is_written_is_read()
    {
        var written = Entries(new Random(1), 5_000);

        var log = ReplayLog.Read([("a", Bytes(written))]);

        Assert.Equal(Header, log.Header);
        Assert.Empty(log.Cuts);
        for (var agent = 0; agent < Agents; agent++)
        {
            Assert.Equal(written[agent], Logs.EntriesOf(log, agent));
            Assert.Equal(HashOf(agent), log.FinalHashOf(agent));
            Assert.Equal(written[agent].Count, log.EventsOf(agent));
        }
    }

    [Fact]
    public void Threads_may_write_at_once_for_different_agents()
    {
        var written = Entries(new Random(2), 20_000);
        var stream = new MemoryStream();
        using (var writer = new ReplayLogWriter(stream, Header))
        {
            Parallel.For(0, Agents, agent => written[agent].ForEach(entry => Logs.Write(writer, agent, entry)));
            writer.Complete();
        }

        var log = ReplayLog.Read([("a", stream.ToArray())]);

        for (var agent = 0; agent < Agents; agent++)
            Assert.Equal(written[agent], Logs.EntriesOf(log, agent));
    }

    [Fact]
    public void A_log_for_which_there_is_no_space_is_named()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("needs /dev/full, as Linux has it");
        var writer = new ReplayLogWriter(
            new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite), Header);

        var e = Assert.Throws<StorageException>(() =>
        {
            for (var k = 0; k < 10_000; k++)
                writer.Timer(0, k, k);
        });

        Assert.Equal(
            "/dev/full: cannot be written: no space is left on the disk; free some, or choose another place", e.Message);
    }

    [Fact]
    public void An_entry_is_a_few_bytes()
    {
        var stream = new MemoryStream();
        using (var writer = new ReplayLogWriter(stream, Header))
        {
            for (var i = 0; i < 10_000; i++)
                writer.Message(3, 1_000_000L * i, i % 100, (uint)i, (1_000_000L * i) - 20_000, 0);
            writer.Complete();
        }

        Assert.InRange(stream.ToArray().Length, 50_000, 120_000);
    }

    [Fact]
    public void A_log_that_was_cut_anywhere_is_read_up_to_its_last_whole_block()
    {
        var written = Entries(new Random(3), 600);
        var whole = Bytes(written);
        var head = Bytes([.. written.Select(_ => new List<ReplayEntry>())]).Length - 100;
        var complete = 0;
        for (var length = whole.Length - 1; length > head; length -= 7)
        {
            var log = ReplayLog.Read([("a.log", whole[..length])]);

            var cut = Assert.Single(log.Cuts);
            Assert.StartsWith("a.log: cut after ", cut, StringComparison.Ordinal);
            for (var agent = 0; agent < Agents; agent++)
            {
                var read = Logs.EntriesOf(log, agent);
                Assert.True(written[agent].Take(read.Count).SequenceEqual(read), $"agent {agent} at {length} bytes");
                complete += log.FinalHashOf(agent) is null ? 0 : 1;
            }
        }
        Assert.True(complete > 0);
    }

    [Fact]
    public void A_flipped_bit_ends_what_can_be_read()
    {
        var written = Entries(new Random(4), 600);
        var bytes = Bytes(written);
        bytes[bytes.Length / 2] ^= 4;

        var log = ReplayLog.Read([("a.log", bytes)]);

        Assert.Single(log.Cuts);
        for (var agent = 0; agent < Agents; agent++)
        {
            var read = Logs.EntriesOf(log, agent);
            Assert.Equal(written[agent].Take(read.Count), read);
        }
    }

    [Fact]
    public void The_logs_of_several_silos_are_one_also_where_an_agent_moved()
    {
        var written = Entries(new Random(5), 900);
        var (a, b) = (new MemoryStream(), new MemoryStream());
        using (var first = new ReplayLogWriter(a, Header))
        using (var second = new ReplayLogWriter(b, Header))
        {
            for (var agent = 0; agent < Agents; agent++)
            {
                var half = agent == 3 ? written[agent].Count / 2 : agent % 2 == 0 ? 0 : written[agent].Count;
                foreach (var entry in written[agent].Take(half))
                    Logs.Write(first, agent, entry);
                if (agent == 3)
                    second.Continue(agent, first.EntriesOf(agent));
                foreach (var entry in written[agent].Skip(half))
                    Logs.Write(second, agent, entry);
                (half == written[agent].Count ? first : second).Finish(agent, HashOf(agent), written[agent].Count);
            }
            first.Complete();
            second.Complete();
        }

        foreach (var files in ((string, byte[])[][])[[("a", a.ToArray()), ("b", b.ToArray())], [("b", b.ToArray()), ("a", a.ToArray())]])
        {
            var log = ReplayLog.Read(files);
            for (var agent = 0; agent < Agents; agent++)
            {
                Assert.Equal(written[agent], Logs.EntriesOf(log, agent));
                Assert.Equal(HashOf(agent), log.FinalHashOf(agent));
            }
        }
        var missing = Assert.Throws<InputException>(() => ReplayLog.Read([("b", b.ToArray())]));
        Assert.Contains("agent 3 lacks its entries 0 to ", missing.Message, StringComparison.Ordinal);
        Assert.EndsWith("give the logs of all silos", missing.Message, StringComparison.Ordinal);
        var cut = ReplayLog.Read([("a", a.ToArray()[..400]), ("b", b.ToArray())]);
        Assert.Equal(2, cut.Cuts.Count);
        Assert.Null(cut.FinalHashOf(3));
        var twice = Assert.Throws<InputException>(() => ReplayLog.Read([("a", a.ToArray()), ("b", b.ToArray()), ("a", a.ToArray())]));
        Assert.Contains("entry 0 twice", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_whose_last_entries_are_missing_is_told_as_one_that_lacks_them()
    {
        var stream = new MemoryStream();
        using (var writer = new ReplayLogWriter(stream, Header))
        {
            for (var agent = 0; agent < Agents; agent++)
            {
                writer.Start(agent, 0);
                writer.Finish(agent, HashOf(agent), agent == 3 ? 4 : 1);
            }
            writer.Complete();
        }

        Assert.Equal(
            "agent 3 lacks its entries 1 to 3: give the logs of all silos",
            Assert.Throws<InputException>(() => ReplayLog.Read([("a", stream.ToArray())])).Message);
        var cut = ReplayLog.Read([("a", stream.ToArray()[..^1])]);
        Assert.Equal((null, 2), (cut.FinalHashOf(3), cut.Cuts.Count));
    }

    [Fact]
    public void Bad_files_are_told_by_name_and_cause()
    {
        var bytes = Bytes(Entries(new Random(6), 10));
        string Message(params (string, byte[])[] files) =>
            Assert.Throws<InputException>(() => ReplayLog.Read(files)).Message;

        Assert.Equal(
            "x.log: no replay log of this version; expected a .log file that a live run wrote with --replay-log",
            Message(("x.log", [1, 2, 3])));
        Assert.StartsWith("x.log: the header of the replay log is damaged", Message(("x.log", bytes[..40])), StringComparison.Ordinal);
        var other = new MemoryStream();
        using (var writer = new ReplayLogWriter(other, Header with { Run = "run-2" }))
            writer.Complete();
        Assert.Equal(
            "y.log: a log of run 'run-2', and those before it are of 'run-1': expected the logs of one run's silos",
            Message(("x.log", bytes), ("y.log", other.ToArray())));
        Assert.Equal("there is no log to read", Message());
        Assert.StartsWith("nowhere.log: no such file",
            Assert.Throws<InputException>(() => ReplayLog.Read(["nowhere.log"])).Message, StringComparison.Ordinal);
    }

    static ulong HashOf(int agent) => 0xFEDC_BA98_7654_3210UL + (ulong)agent;

    static byte[] Bytes(List<ReplayEntry>[] written)
    {
        var stream = new MemoryStream();
        using (var writer = new ReplayLogWriter(stream, Header))
        {
            var next = new int[Agents];
            for (var left = written.Sum(e => e.Count); left > 0;)
            {
                for (var agent = 0; agent < Agents; agent++)
                {
                    if (next[agent] == written[agent].Count)
                        continue;
                    Logs.Write(writer, agent, written[agent][next[agent]++]);
                    left--;
                }
            }
            for (var agent = 0; agent < Agents; agent++)
                writer.Finish(agent, HashOf(agent), written[agent].Count);
            writer.Complete();
        }
        return stream.ToArray();
    }

    // Numbers of all sizes, some time going backwards.
    static List<ReplayEntry>[] Entries(Random random, int count)
    {
        long Number(int bits) => random.NextInt64() >> (63 - random.Next(1, bits));
        var entries = new List<ReplayEntry>[Agents];
        for (var agent = 0; agent < Agents; agent++)
        {
            entries[agent] = [];
            for (var i = 0; i < count * (1 + agent) / Agents; i++)
            {
                var kind = (ReplayKind)random.Next(8);
                var entry = new ReplayEntry(kind, kind == ReplayKind.Check ? 0 : Number(62));
                entries[agent].Add(kind switch
                {
                    ReplayKind.Message => entry with
                    {
                        Sender = (int)Number(31),
                        Number = (uint)Number(32),
                        Arrival = Number(62),
                        Service = Number(60),
                    },
                    ReplayKind.Computed or ReplayKind.Timer => entry with { Number = (uint)Number(32) },
                    ReplayKind.Arrived => entry with
                    {
                        Place = (int)Number(31),
                        From = (int)Number(31),
                        Lost = random.Next(2) == 0,
                    },
                    ReplayKind.Check => entry with { Hash = (ulong)random.NextInt64(long.MinValue, long.MaxValue) },
                    _ => entry,
                });
            }
        }
        return entries;
    }
}
