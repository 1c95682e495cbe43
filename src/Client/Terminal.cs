using System.Globalization;
using Spectre.Console;

namespace AsyncOpt.Client;

/// <summary>Where the command line writes: results to the console, messages for the user to the error stream.</summary>
/// <param name="Output">Results, plain text.</param>
/// <param name="Error">Errors and warnings, plain text.</param>
/// <param name="Drawing">Makes what draws tables and progress on <paramref name="Output"/>.</param>
sealed record Terminal(TextWriter Output, TextWriter Error, Func<IAnsiConsole> Drawing)
{
    /// <summary>Columns of text where there is no terminal.</summary>
    public const int WidthWithoutTerminal = 120;

    // Narrower than that no table can be read.
    const int WidthMin = 40;

    // Made for who draws: finding out what the terminal can do takes a while.
    readonly Lazy<IAnsiConsole> _console = new(Drawing);

    /// <summary>Tables, progress.</summary>
    public IAnsiConsole Console => _console.Value;

    /// <summary>Whether a person is looking: progress is drawn in place.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive && Console.Profile.Out.IsTerminal;

    /// <summary>Columns of text; what draws need not be made to tell them.</summary>
    public int Width => Columns?.Invoke() ?? Console.Profile.Width;

    Func<int>? Columns { get; init; }

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var wanted = Environment.GetEnvironmentVariable("COLUMNS");
        return new(System.Console.Out, System.Console.Error, () =>
        {
            var console = AnsiConsole.Console;
            console.Profile.Width = WidthOf(wanted, console.Profile.Out.IsTerminal ? console.Profile.Width : null);
            return console;
        })
        {
            Columns = System.Console.IsOutputRedirected ? () => WidthOf(wanted, null) : null,
        };
    }

    /// <summary>How wide text may be: what the user says in COLUMNS, else as wide as the terminal.</summary>
    /// <param name="columns">The variable; null where it is not set.</param>
    /// <param name="terminal">The terminal's columns; null where there is none.</param>
    public static int WidthOf(string? columns, int? terminal) =>
        int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted > 0
            ? Math.Max(wanted, WidthMin)
            : terminal ?? WidthWithoutTerminal;

    /// <summary>Writes a line as it stands: no markup, no wrapping.</summary>
    public void Line(string text = "")
    {
        Output.WriteLine(text);
        Output.Flush();
    }
}
