using System.CommandLine;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary><c>probe WORKLOAD AGENTS</c>: how the program measures in a process of its own.</summary>
static class ProbeCommand
{
    public static Command Create()
    {
        var command = new Command(Probe.Command, "Measures one workload and prints what it cost.") { Hidden = true };
        var workload = new Argument<string>("WORKLOAD");
        CommandLine.Expect(workload, "workload", [.. Named.All.Keys]);
        var agents = new Argument<int>("AGENTS");
        command.Arguments.Add(workload);
        command.Arguments.Add(agents);
        command.SetAction(parsed =>
            Console.WriteLine(Probe.Here(Named.All[parsed.GetRequiredValue(workload)], parsed.GetValue(agents)).Json()));
        return command;
    }
}
