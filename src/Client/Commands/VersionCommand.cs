using System.CommandLine;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary><c>version</c>: what this is, and the numerics class of its bits.</summary>
static class VersionCommand
{
    public static Command Create(Session session)
    {
        var command = new Command("version", "Shows the version and what the bits of a run depend on.");
        command.SetAction(_ =>
        {
            session.Terminal.Line($"asyncopt {Code.Version(typeof(VersionCommand).Assembly)}");
            session.Terminal.Line(RuntimeInformation.FrameworkDescription);
            session.Terminal.Line($"numerics class: {NumericsClass.Here(Precision.Float64)}");
            return ExitCode.Ok;
        });
        return command;
    }
}
