using System.CommandLine;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Workloads;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary>
/// <c>probe WORKLOAD AGENTS</c> and <c>warm-up WORKLOAD AGENTS</c>: how the program measures in a process of its own.
/// </summary>
static class ProbeCommand
{
    public static Command Create() => Create(
        Probe.Command, "Measures one workload and prints what it cost.",
        (workload, agents) => Probe.Here(Named.All[workload], agents).Json());

    public static Command CreateWarming() => Create(
        Warming.Command, "Runs one workload until its rate has settled and prints the first and the last rate.",
        (workload, agents) => Warming.Here(workload, agents).Json());

    static Command Create(string name, string description, Func<string, int, string> measure)
    {
        var command = new Command(name, description) { Hidden = true };
        var workload = new Argument<string>("WORKLOAD");
        CommandLine.Expect(workload, "workload", [.. Named.All.Keys]);
        var agents = new Argument<int>("AGENTS");
        command.Arguments.Add(workload);
        command.Arguments.Add(agents);
        command.SetAction(parsed =>
            Console.WriteLine(measure(parsed.GetRequiredValue(workload), parsed.GetValue(agents))));
        return command;
    }
}
