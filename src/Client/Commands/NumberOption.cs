using System.CommandLine.Parsing;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Client.Commands;

/// <summary>Options that are numbers, read as files are: a decimal comma is a mistake, and not left out.</summary>
static class NumberOption
{
    /// <summary>Reads the number of an option.</summary>
    public static double? Parse(ArgumentResult result)
    {
        if (result.Tokens is [var token] && Numbers.TryParse(token.Value, out var value))
            return value;
        if (result.Tokens is [var wrong])
            result.AddError($"{(result.Parent as OptionResult)?.Option.Name} {Numbers.Refusal(wrong.Value)}");
        return null;
    }
}
