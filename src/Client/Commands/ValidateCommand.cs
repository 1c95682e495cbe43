using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Experiments;

namespace AsyncOpt.Client.Commands;

/// <summary><c>validate FILE</c>: finds every problem of an experiment file; opens its data, runs nothing.</summary>
static class ValidateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("validate", "Checks an experiment file and what it names, and runs nothing.");
        var options = new ExperimentOptions(command);
        command.SetAction(parsed =>
        {
            var experiment = options.Load(parsed, session);
            foreach (var arm in experiment.Arms)
            {
                session.Terminal.Line($"{arm.Name}: {Of(arm.File)}");
                var plan = arm.PlanWithoutOptimum(0);
                Show(session, "problem", Arm.ProblemFacts(plan));
                Show(session, "topology", arm.TopologyFacts(plan));
                foreach (var setting in Arm.SettingFacts(plan).GroupBy(f => f.Key, f => (f.Name, f.Value)))
                    Show(session, setting.Key, [.. setting]);
            }
            Messages.Conditions(session.Terminal, experiment.Arms);
            Messages.Warnings(session.Terminal, experiment.Arms);

            var grid = "";
            if (experiment.HasSweep)
            {
                var points = options.Load(parsed, session, sweep: true, build: false).Arms.Count;
                grid = $", a sweep of {Counted.Of(points, "point")}";
            }
            session.Terminal.Line($"{experiment.Name} is valid: {Counted.Of(experiment.Arms.Count, "arm")}, "
                + $"{Counted.Of(experiment.Seeds, "seed")}{grid}");
            return ExitCode.Ok;
        });
        return command;
    }

    static void Show(Session session, string what, IReadOnlyList<(string Name, string Value)> facts)
    {
        foreach (var (name, value) in facts)
            session.Terminal.Line($"  {what}: {name} {value}");
    }

    static string Of(ExperimentFile file)
    {
        var places = file.Topology is { } topology ? topology.Entry.Name : Counted.Of(file.Workers ?? 0, "worker");
        return $"{file.Method.Entry.Name} on {file.Problem.Entry.Name}, {places}";
    }
}
