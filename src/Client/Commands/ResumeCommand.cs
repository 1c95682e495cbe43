using System.CommandLine;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>resume DIR</c>: gives the command again that made the runs of a folder, with whatever options are given now in
/// place of those of then. Runs that are there are not made again; those that were interrupted go on from their last
/// checkpoint.
/// </summary>
static class ResumeCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("resume", "Goes on with interrupted runs, from their last checkpoints.");
        var folder = new Argument<string>("DIR")
        {
            Description = "The folder of an experiment's runs, or of one of them.",
        };
        command.Arguments.Add(folder);
        RunningOptions.AddForResuming(command);
        command.SetAction(parsed =>
        {
            var (was, output) = ResumeFile.Find(parsed.GetRequiredValue(folder));
            List<GivenOption> now = [.. ResumeFile.Given(parsed.CommandResult)];
            var options = was.Options.Where(option => now.TrueForAll(o => o.Name != option.Name)).Concat(now);
            return App.Run(
                [was.Command, was.File, .. options.SelectMany(o => o.Words), "--out", output, "--same-only"],
                session.Services, session.Terminal, session.Cancellation);
        });
        return command;
    }
}
