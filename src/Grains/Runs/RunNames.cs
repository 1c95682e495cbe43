using System.Text.RegularExpressions;

namespace AsyncOpt.Grains.Runs;

/// <summary>Names of runs, and of what is kept of them: safe as names of files and in addresses.</summary>
static partial class RunNames
{
    /// <summary>Whether the text is a name.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>The text, if it is a name.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Checked(string text) => IsName(text)
        ? text
        : throw new ArgumentException(
            $"'{text}' is no name: expected 1 to 100 letters, digits, '.', '_' and '-', a letter or digit first");

    /// <summary>A name for a new run: names sort by time.</summary>
    /// <param name="now">The time.</param>
    public static string New(DateTimeOffset now) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{now.UtcDateTime:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..6]}");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Name();
}
