using System.CommandLine;
using System.Globalization;
using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary><c>scale</c>: speed and memory from 10^2 to 10^6 agents, as CSV; <c>asyncopt plot</c> draws it.</summary>
static class ScaleCommand
{
    const string Header =
        "workload,agents,events_per_second,events_per_second_min,events_per_second_max,engine_bytes,resident_bytes,allocated_per_event";

    const int Turns = 3;

    static readonly string[] Workloads = ["phold", "d-sgd", "gossip", "async-sgd"];

    static readonly int[] Sizes = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000];

    public static Command Create()
    {
        var command = new Command("scale", "Measures workloads from 10^2 to 10^6 agents, each in a process of its own.");
        var output = new Option<FileInfo?>("--csv") { Description = "Where to write the numbers, beside the terminal." };
        var repetitions = Client.Commands.Switches.Count("--repetitions", $"How many turns; {Turns} by default.");
        repetitions.Aliases.Add("-n");
        var workloads = new Argument<string[]>("workloads") { Arity = ArgumentArity.ZeroOrMore, Description = "Without, all." };
        CommandLine.Expect(workloads, "workload", Workloads);
        command.Arguments.Add(workloads);
        command.Options.Add(output);
        command.Options.Add(repetitions);
        command.SetAction(parsed =>
        {
            var chosen = parsed.GetValue(workloads) is { Length: > 0 } some ? some : Workloads;
            List<string> lines = [.. Machine.Facts().Select(fact => $"# {fact}"), Header];
            lines.ForEach(Console.WriteLine);
            foreach (var (workload, agents) in chosen.SelectMany(w => Sizes.Select(n => (w, n))))
            {
                lines.Add(Line(workload, agents, parsed.GetValue(repetitions) ?? Turns));
                Console.WriteLine(lines[^1]);
            }
            if (parsed.GetValue(output) is { } file)
                File.WriteAllLines(file.FullName, lines);
        });
        return command;
    }

    static string Line(string workload, int agents, int turns)
    {
        var probes = Enumerable.Range(0, turns).Select(_ => Probe.Elsewhere(workload, agents)).ToList();
        var rate = Sample.Of(probes.Select(p => p.EventsPerSecond));
        return string.Create(CultureInfo.InvariantCulture,
            $"{workload},{agents},{rate.Median:0},{rate.Min:0},{rate.Max:0},{probes[0].EngineBytes:0},"
            + $"{Sample.Of(probes.Select(p => p.ResidentBytes)).Median:0},{probes.Max(p => p.AllocatedPerEvent):0.###}");
    }
}
