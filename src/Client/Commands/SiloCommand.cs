using System.CommandLine;
using AsyncOpt.Silo;

namespace AsyncOpt.Client.Commands;

/// <summary><c>silo</c>: hosts a silo with its gateway until it is stopped.</summary>
static class SiloCommand
{
    const string Name = "silo";

    public static Command Create(Session session)
    {
        var command = new Command(
            Name, "Starts a silo, which makes runs for others; without options it is a cluster of its own.");
        // The list of all commands needs its name alone, and its options take longer to make than all the others.
        if (session.Args.Contains(Name))
            Complete(command, session);
        return command;
    }

    static void Complete(Command command, Session session)
    {
        var switches = Settings.All.Select(s => (Setting: s, Switch: SwitchOf(s))).ToList();
        foreach (var (_, option) in switches)
            command.Options.Add(option);
        var create = new Option<bool>("--create-schema")
        {
            Description = "Makes the tables in PostgreSQL that are not there, and ends; can be done again at any time.",
        };
        command.Options.Add(create);
        command.SetAction(parsed => SiloProgram.Run(
            [.. switches.SelectMany(s => s.Setting.Entries(parsed.GetValue(s.Switch) ?? []))], parsed.GetValue(create),
            session.Terminal.Line, session.Terminal.Error.WriteLine, session.Cancellation)
            .GetAwaiter().GetResult());
    }

    static Option<string[]> SwitchOf(Setting setting)
    {
        var given = setting.Option.DefaultText is { Length: > 0 } text and not "none" ? $" Default: {text}" : "";
        var option = new Option<string[]>(setting.Switch)
        {
            Description = $"{setting.Option.Summary}{given}",
            HelpName = setting.Option.Expected,
            Arity = ArgumentArity.OneOrMore,
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (setting.Wrong(token.Value) is { } wrong)
                    result.AddError($"{setting.Switch}: {wrong}");
        });
        return option;
    }
}
