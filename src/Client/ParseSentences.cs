using System.CommandLine;
using System.CommandLine.Parsing;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Client;

/// <summary>
/// What is wrong with a command line, a sentence each. The library's own sentences, which begin with a capital letter
/// and name types in code, are left aside: what they say is found out anew.
/// </summary>
static class ParseSentences
{
    /// <summary>The sentences; none for a good command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="program">What the user starts.</param>
    public static IReadOnlyList<string> Of(ParseResult parsed, string program)
    {
        List<string> empty = [.. Empty(parsed)];
        var said = empty.Count > 0 ? empty : [.. UnknownOptions(parsed)];
        if (said.Count == 0 && parsed.Errors.Count == 0)
            return [];
        if (said.Count == 0)
            said.AddRange([.. TooMany(parsed), .. Missing(parsed)]);
        if (empty.Count == 0)
            said.AddRange(parsed.Errors.Select(Sentence).Where(s => s.Length > 0));
        if (said.Count == 0)
            said.AddRange(parsed.Errors.Select(e => e.Message));
        return [.. said.Distinct(), $"'{Path(parsed.CommandResult, program)} --help' shows how"];
    }

    // The library takes an unknown option for an argument where one is to come.
    static IEnumerable<string> UnknownOptions(ParseResult parsed) =>
        from token in parsed.CommandResult.Command.Arguments
            .SelectMany(a => parsed.CommandResult.GetResult(a)?.Tokens.Select(t => t.Value) ?? [])
            .Concat(parsed.UnmatchedTokens)
        where token.Length > 1 && token[0] == '-'
        let names = OptionsOf(parsed.CommandResult).Select(o => o.Name)
        select $"unknown option '{token}'{NearestName.Hint(token, names)}";

    static IEnumerable<string> TooMany(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        return command.Subcommands.Count > 0
            ? parsed.UnmatchedTokens.Take(1).Select(token => $"unknown command '{token}'"
                + NearestName.Hint(token, command.Subcommands.Select(c => c.Name), Commands(command)))
            : parsed.UnmatchedTokens.Select(
                token => $"'{token}' is one value too many: {command.Name} takes {Takes(command)}");
    }

    // A command that was misspelled is not missing beside.
    static IEnumerable<string> Missing(ParseResult parsed)
    {
        var (result, command) = (parsed.CommandResult, parsed.CommandResult.Command);
        if (command.Subcommands.Count > 0 && command.Action is null && parsed.UnmatchedTokens.Count == 0)
            yield return $"a command is missing; {Commands(command)}";
        foreach (var argument in command.Arguments)
            if (argument.Arity.MinimumNumberOfValues > 0 && result.GetResult(argument) is not { Tokens.Count: > 0 })
                yield return $"{argument.Name} is missing: {argument.Description}";
    }

    // What a variable of the shell that is not set leaves.
    static IEnumerable<string> Empty(ParseResult parsed) =>
        from result in parsed.CommandResult.Children
        where result.Tokens.Any(t => t.Value.Length == 0)
        select result is OptionResult { Option: var option }
            ? $"{option.Name} has an empty value; expected {option.HelpName ?? "one"}"
            : $"{((ArgumentResult)result).Argument.Name} is empty: {((ArgumentResult)result).Argument.Description}";

    static string Sentence(ParseError error) => error.SymbolResult switch
    {
        _ when !char.IsUpper(error.Message[0]) => error.Message,
        OptionResult { Tokens.Count: 0 } option => $"{option.Option.Name} needs a value: {option.Option.HelpName}",
        OptionResult { IdentifierTokenCount: > 1 } option => $"{option.Option.Name} is given more than once",
        _ => "",
    };

    static IEnumerable<System.CommandLine.Option> OptionsOf(CommandResult command)
    {
        for (SymbolResult? result = command; result is not null; result = result.Parent)
            if (result is CommandResult { Command: var c })
                foreach (var option in c.Options)
                    if (c == command.Command || option.Recursive)
                        yield return option;
    }

    static string Commands(Command command) =>
        "expected one of " + string.Join(", ", command.Subcommands.Select(c => c.Name));

    static string Takes(Command command) => command.Arguments.Count == 0
        ? "none"
        : string.Join(" and ", command.Arguments.Select(a => a.Name));

    static string Path(CommandResult result, string program) =>
        result.Parent is CommandResult above ? $"{Path(above, program)} {result.Command.Name}" : program;
}
