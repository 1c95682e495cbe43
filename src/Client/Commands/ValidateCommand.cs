using System.CommandLine;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Client.Commands;

/// <summary><c>validate FILE</c>: finds every problem of an experiment file, then builds each arm without running it.</summary>
static class ValidateCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("validate", "Checks an experiment file, and builds every arm without running it.");
        var options = new ExperimentOptions(command);
        command.SetAction(parsed =>
        {
            var experiment = session.Services.Experiments.Load(options.File(parsed), options.Overrides(parsed));
            var terminal = session.Terminal;
            for (var arm = 0; arm < experiment.Arms.Count; arm++)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                var prepared = experiment.Prepare(arm, 0);
                terminal.Line($"{experiment.Arms[arm]}: {Of(prepared.Plan)}");
                foreach (var warning in prepared.Warnings)
                    terminal.Error.WriteLine($"warning: {experiment.Arms[arm]}: {warning}");
            }

            terminal.Line($"{experiment.Name} is valid: {experiment.Arms.Count} arms x {experiment.Seeds} seeds");
            return ExitCode.Ok;
        });
        return command;
    }

    static string Of(RunPlan plan)
    {
        var facts = plan.Problem.Facts().Select(f => $"{f.Name} {f.Value}");
        string[] sizes = [$"{plan.Places} {(plan.Topology is null ? "workers" : "nodes")}", $"{plan.Problem.Parameters} parameters"];
        return string.Join(", ", sizes.Concat(facts));
    }
}
