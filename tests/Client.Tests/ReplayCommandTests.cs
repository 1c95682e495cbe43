using System.Text.RegularExpressions;
using AsyncOpt.Core.Runs;
using AsyncOpt.Experiments;
using AsyncOpt.Simulation.Replay;

namespace AsyncOpt.Client.Tests;

public sealed partial class ReplayCommandTests : IDisposable
{
    // A server and two workers: each starts, the workers compute once, the server has the first answer.
    const int Agents = 3;

    readonly FakeShell _shell = new();
    readonly string _specification;
    readonly string _log;

    public ReplayCommandTests()
    {
        _specification = Experiment.Load(_shell.Experiment()).Arms[0].SpecificationOf(0).ToJsonString();
        _log = Path.Combine(_shell.Folder, "run", "replay", "silo-1.log");
        Directory.CreateDirectory(Path.GetDirectoryName(_log)!);
    }

    public void Dispose() => _shell.Dispose();

    void Write(ulong[] hashes, string? numerics = null, bool isWhole = true, bool finish = true)
    {
        var header = ReplayLogHeader.Here("run-7", _specification, Agents, Precision.Float64);
        using var to = new ReplayLogWriter(
            File.Create(_log), header with { Numerics = numerics ?? header.Numerics });
        for (var agent = 0; agent < Agents; agent++)
            to.Start(agent, 0);
        for (var worker = 1; worker < Agents; worker++)
        {
            to.Message(worker, 1_000, sender: 0, number: (uint)worker - 1, arrival: 900, service: 0);
            to.Computed(worker, 5_000, 0);
        }
        to.Message(0, 7_000, sender: 2, number: 0, arrival: 6_900, service: 0);
        for (var agent = 0; agent < Agents && finish; agent++)
            to.Finish(agent, hashes[agent], agent == 0 ? 2 : 3);
        if (isWhole)
            to.Complete();
    }

    // What the states are, a replay of other ones says.
    ulong[] Hashes()
    {
        Write(new ulong[Agents]);
        Assert.Equal(3, _shell.Run("replay", _log));
        return [.. from agent in (string[])["server", "worker 0", "worker 1"]
                   select Found().Matches(_shell.Error).Single(m => m.Groups["agent"].Value == agent)
                   into difference
                   select Convert.ToUInt64(difference.Groups["hash"].Value, 16)];
    }

    [GeneratedRegex("  (?<agent>.*), after [23] events: expected state 0000000000000000, got (?<hash>[0-9a-f]{16})")]
    private static partial Regex Found();

    [Fact]
    public void States_that_are_found_again_end_with_0_and_others_with_3()
    {
        var hashes = Hashes();
        Assert.Contains("run-7: 3 of 3 agents differ", _shell.Error, StringComparison.Ordinal);
        Assert.Equal(Agents, hashes.Distinct().Count());
        Write(hashes);

        Assert.Equal(0, _shell.Run("replay", _log));

        Assert.Matches(@"server +1 +2 +1 +0\s+worker +2 +6 +2 +0", _shell.Out);
        Assert.Contains("run-7: all 3 agents in the same state, bit for bit, after 8 events", _shell.Out, StringComparison.Ordinal);

        Write([hashes[0], hashes[1] ^ 1, hashes[2]]);
        Assert.Equal(3, _shell.Run("replay", _log));
        Assert.Contains("run-7: 1 of 3 agents differs", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_folder_stands_for_the_logs_in_it()
    {
        Write(Hashes());

        Assert.Equal(0, _shell.Run("replay", Path.Combine(_shell.Folder, "run")));
        Assert.Equal(0, _shell.Run("replay", Path.Combine(_shell.Folder, "run", "replay")));

        Assert.Equal(2, _shell.Run("replay", _shell.Folder));
        Assert.Contains("no replay logs", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_was_cut_says_so_and_ends_with_1()
    {
        Write(Hashes(), isWhole: false, finish: false);

        Assert.Equal(1, _shell.Run("replay", _log));

        Assert.Contains("silo-1.log: cut after 3 whole blocks", _shell.Error, StringComparison.Ordinal);
        Assert.Contains("equal as far as the log goes: 0 of 3 agents could be compared", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_numerics_class_is_a_warning()
    {
        Write(Hashes(), numerics: "abacus");

        Assert.Equal(0, _shell.Run("replay", _log));

        Assert.Contains("warning: the log is of the numerics class 'abacus'", _shell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_file_is_told_without_a_stack_trace()
    {
        File.WriteAllText(_log, "Dear diary");
        Assert.Equal(2, _shell.Run("replay", _log));
        Assert.Contains("silo-1.log: no replay log of this version; expected a .log file", _shell.Error, StringComparison.Ordinal);

        Assert.Equal(2, _shell.Run("replay", "nowhere.log"));
        Assert.Contains("nowhere.log: no such file", _shell.Error, StringComparison.Ordinal);

        var header = ReplayLogHeader.Here("run-7", """{ "method": "async-sgt" }""", Agents, Precision.Float64);
        using (var to = new ReplayLogWriter(File.Create(_log), header))
            to.Complete();
        Assert.Equal(2, _shell.Run("replay", _log));
        Assert.Contains("silo-1.log: the specification in this log cannot be run here:\nspecification:",
            _shell.Error, StringComparison.Ordinal);

        Assert.Equal(2, _shell.Run("replay"));
    }
}
