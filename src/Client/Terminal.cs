using Spectre.Console;

namespace AsyncOpt.Client;

/// <summary>Where the command line writes: results to the console, messages for the user to the error stream.</summary>
/// <param name="Console">Results, tables, progress.</param>
/// <param name="Error">Errors and warnings, plain text.</param>
sealed record Terminal(IAnsiConsole Console, TextWriter Error)
{
    /// <summary>Columns of text where there is no terminal.</summary>
    public const int WidthWithoutTerminal = 120;

    /// <summary>Whether a person is looking: progress is drawn in place.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive && Console.Profile.Out.IsTerminal;

    /// <summary>Columns of text.</summary>
    public int Width => Console.Profile.Width;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var console = AnsiConsole.Console;
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthWithoutTerminal;
        return new Terminal(console, System.Console.Error);
    }

    /// <summary>Writes a line as it stands: no markup, no wrapping.</summary>
    public void Line(string text = "")
    {
        Console.Profile.Out.Writer.WriteLine(text);
        Console.Profile.Out.Writer.Flush();
    }
}
