using System.CommandLine;
using AsyncOpt.Client.Display;

namespace AsyncOpt.Client.Commands;

/// <summary><c>cancel ID</c>: a run on a silo ends where it stands.</summary>
static class CancelCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("cancel", "Ends a run on a silo where it stands; what there is can be fetched.");
        var id = new Argument<string>("ID") { Description = "The run, as 'asyncopt runs' names it." };
        var silo = SiloOption.Defaulted();
        command.Arguments.Add(id);
        command.Options.Add(silo);
        command.SetAction(async (parsed, _) =>
        {
            using var gateway = SiloOption.Gateway(parsed, silo, session);
            var status = await gateway.Cancel(parsed.GetRequiredValue(id), session.Cancellation);
            session.Terminal.Line(status.IsOver
                ? RunsTable.Sentence(status)
                : $"run {status.Id} was asked to end; "
                    + $"'asyncopt runs {status.Id} --silo {gateway.Silo}' says when it has");
            return ExitCode.Ok;
        });
        return command;
    }
}
