using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// Options with a value, read as values of experiment files are: numbers with a point, words as they are listed.
/// </summary>
static class Switches
{
    /// <summary>A whole number of at least 1.</summary>
    public static Option<int?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => int.TryParse(
            Only(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : Refuse<int?>(result, "a whole number of at least 1"),
    };

    /// <summary>A seed.</summary>
    public static Option<ulong?> Seed(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => ulong.TryParse(
            Only(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : Refuse<ulong?>(result, "a whole number of at least 0"),
    };

    /// <summary>A number.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="help">The name of its value.</param>
    /// <param name="description">What it is.</param>
    /// <param name="expected">Which numbers are good, in words.</param>
    /// <param name="isGood">Which numbers are good.</param>
    public static Option<double?> Number(
        string name, string help, string description, string expected, Func<double, bool> isGood) => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result => Numbers.TryParse(Only(result), out var number) && isGood(number)
                ? number
                : Refuse<double?>(result, expected),
        };

    /// <summary>A time on the wall, in seconds.</summary>
    public static Option<double?> Duration(string name, string description) => Value<double?>(
        name, "TIME", description, "a time above 0, for instance 90s, 10m or 2h",
        text => VirtualTime.TryParse(text, out var time) && time > VirtualTime.Zero ? time.Seconds : null);

    /// <summary>An amount of memory, in bytes.</summary>
    public static Option<long?> Memory(string name, string description) => Value<long?>(
        name, "SIZE", description, "an amount of memory, for instance 500MB or 8GB",
        text => MachineMemory.TryParse(text, out var bytes) ? bytes : null);

    /// <summary>A value of some kind.</summary>
    /// <typeparam name="T">The kind, with null for none.</typeparam>
    /// <param name="name">The option's name.</param>
    /// <param name="help">The name of its value.</param>
    /// <param name="description">What it is.</param>
    /// <param name="expected">Which texts are good, in words.</param>
    /// <param name="read">Reads a text; null for one that is not good.</param>
    public static Option<T?> Value<T>(
        string name, string help, string description, string expected, Func<string, T?> read) => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result => read(Only(result)) is { } value ? value : Refuse<T?>(result, expected),
        };

    /// <summary>One of the names of an enumeration.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public static Option<T?> OneOf<T>(string name, string description)
        where T : struct, Enum
    {
        var names = OptionText.EnumNames(typeof(T)).ToList();
        var list = string.Join(", ", names.Select(n => n.Name));
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', names.Select(n => n.Name)),
            CustomParser = result => names.Find(n => n.Name == Only(result)).Value is T value
                ? value
                : Refuse<T?>(result, $"one of {list}"),
        };
        option.CompletionSources.Add([.. names.Select(n => n.Name)]);
        return option;
    }

    static string Only(ArgumentResult result) => result.Tokens is [var token] ? token.Value : "";

    static T? Refuse<T>(ArgumentResult result, string expected)
    {
        var (name, given) = (((OptionResult)result.Parent!).Option.Name, Only(result));
        var hint = Numbers.TryParse(given, ',', out _) && given.Contains(',', StringComparison.Ordinal)
            ? "; decimals are written with a point"
            : "";
        result.AddError($"{name} expects {expected}; got '{given}'{hint}");
        return default;
    }
}
