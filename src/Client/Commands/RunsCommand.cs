using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Client.Remote;
using AsyncOpt.Client.Running;
using AsyncOpt.Core;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>runs [ID]</c>: the runs that a silo knows, or one of them. <c>runs ID --out DIR</c> follows a run to its end and
/// brings its folder, also where it ended while nobody watched.
/// </summary>
static class RunsCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("runs", "Lists the runs of a silo, or shows one, or brings its folder.");
        var id = new Argument<string?>("ID")
        {
            Description = "A run; without it, all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string?>("--out")
        {
            Description = "Follows the run to its end and writes its run folder there.",
            HelpName = "DIR",
        };
        var quiet = new Option<bool>("--quiet") { Description = "No progress." };
        var silo = SiloOption.Defaulted();
        command.Arguments.Add(id);
        command.Options.Add(output);
        command.Options.Add(silo);
        command.Options.Add(quiet);
        command.Validators.Add(result =>
        {
            if (result.GetResult(id) is not { Tokens.Count: > 0 } && result.GetResult(output) is { Implicit: false })
                result.AddError("--out needs the run whose folder is to be brought: asyncopt runs ID --out DIR");
        });
        command.SetAction(async (parsed, _) =>
        {
            using var gateway = SiloOption.Gateway(parsed, silo, session);
            if (parsed.GetValue(id) is not { } run)
                return List(session.Terminal, await gateway.Runs(session.Cancellation));
            var status = await gateway.Status(run, session.Cancellation);
            if (parsed.GetValue(output) is { } folder)
                return Bring(session, gateway, status, folder, RunningOptions.View(parsed.GetValue(quiet), session));
            session.Terminal.Line(RunsTable.Sentence(status));
            return ExitCode.Ok;
        });
        return command;
    }

    static int List(Terminal terminal, RunStatus[] runs)
    {
        if (runs.Length == 0)
            terminal.Line("there are no runs");
        else
            terminal.Console.Write(RunsTable.Of(runs));
        return ExitCode.Ok;
    }

    static int Bring(Session session, GatewayClient gateway, RunStatus status, string folder, IProgressView view)
    {
        var run = new RemoteRun(gateway, status.Id);
        view.Show(1, () =>
        {
            using var progress = view.Begin($"{status.Name} {status.Arm}");
            if (!status.IsOver)
                status = run.Follow(progress, session.Cancellation).GetAwaiter().GetResult();
            if (status.HasRecord)
                run.Fetch(folder, session.Cancellation).GetAwaiter().GetResult();
        });
        session.Terminal.Line(RunsTable.Sentence(status));
        if (!status.HasRecord)
            throw new InputException($"run {status.Id} has no folder: it did not come far enough");
        session.Terminal.Line($"1 run folder: {folder}");
        return status.Outcome is { } outcome && Messages.IsGood(outcome) ? ExitCode.Ok : ExitCode.Failed;
    }
}
