using System.CommandLine;
using AsyncOpt.Core.Catalog;

namespace AsyncOpt.Benchmarks.Commands;

/// <summary>The command line as a whole, and what is wrong with one.</summary>
static class CommandLine
{
    /// <summary>Without files of options: a value may begin with @.</summary>
    public static ParserConfiguration Parsing { get; } = new() { ResponseFileTokenReplacer = null };

    /// <summary>All commands.</summary>
    public static RootCommand Create()
    {
        var root = MeasureCommand.Create();
        root.Subcommands.Add(CompareCommand.Create());
        root.Subcommands.Add(ScaleCommand.Create());
        root.Subcommands.Add(GpuCommand.Create());
        root.Subcommands.Add(ProbeCommand.Create());
        root.Subcommands.Add(ProbeCommand.CreateWarming());
        return root;
    }

    /// <summary>What is wrong with a command line, a sentence each; none for a good one.</summary>
    public static IReadOnlyList<string> Wrong(ParseResult parsed) =>
        Client.ParseSentences.Of(parsed, "dotnet run -c Release --project benchmarks --");

    /// <summary>Holds the values of an argument to names. The library does so too, but knows no nearest name.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="what">What the names are, for messages.</param>
    /// <param name="names">The names.</param>
    public static void Expect(Argument argument, string what, IReadOnlyList<string> names)
    {
        argument.CompletionSources.Add([.. names]);
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !names.Contains(t.Value)))
                result.AddError($"unknown {what} '{token.Value}'"
                    + NearestName.Hint(token.Value, names, $"expected one of {string.Join(", ", names)}"));
        });
    }
}
