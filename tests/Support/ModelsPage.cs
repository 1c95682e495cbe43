using System.Globalization;
using Xunit;

namespace AsyncOpt.Tests;

/// <summary>
/// The table of docs/models.md: what closed forms of the models predict, and what tests measured. A test that calls
/// <see cref="Row"/> has a line there, which ASYNCOPT_REWRITE=1 writes.
/// </summary>
public static class ModelsPage
{
    const string Page = "docs/models.md", Begin = "<!-- measured -->", End = "<!-- end of measured -->";

    // Beyond so many standard errors a prediction is wrong: by chance once in 16,000 times.
    const double Most = 4;

    static readonly Lock Rewriting = new();

    /// <summary>What was measured is what was predicted, and the page says both.</summary>
    /// <param name="model">The model's name in experiment files.</param>
    /// <param name="quantity">What was measured, in a few words, without bars; with the model, one of a kind.</param>
    /// <param name="predicted">The closed form.</param>
    /// <param name="measured">What was measured.</param>
    /// <param name="error">The standard error of that.</param>
    public static void Row(string model, string quantity, double predicted, double measured, double error)
    {
        var z = (measured - predicted) / error;
        Assert.InRange(z, -Most, Most);
        var key = $"| `{model}` | {quantity} |";
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{key} {Short(predicted)} | {Short(measured)} | {z:+0.0;-0.0} |");
        lock (Rewriting)
        {
            if (Environment.GetEnvironmentVariable("ASYNCOPT_REWRITE") == "1")
                Write(key, line);
            Assert.Equal(line, Array.Find(Lines(out _, out _), l => l.StartsWith(key, StringComparison.Ordinal)));
        }
    }

    // Four digits, without an exponent.
    static string Short(double value)
    {
        var digits = value == 0 ? 0 : Math.Max(0, 3 - (int)Math.Floor(Math.Log10(Math.Abs(value))));
        return value.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }

    static void Write(string key, string line)
    {
        var others = Lines(out var before, out var after).Where(l => !l.StartsWith(key, StringComparison.Ordinal));
        var lines = others.Append(line).Order(StringComparer.Ordinal);
        File.WriteAllText(Path.Combine(Root(), Page), before + string.Concat(lines.Select(l => l + "\n")) + after);
    }

    // The rows of the table, and what is before and after them.
    static string[] Lines(out string before, out string after)
    {
        var text = File.ReadAllText(Path.Combine(Root(), Page));
        var first = text.IndexOf("---: |\n", text.IndexOf(Begin, StringComparison.Ordinal), StringComparison.Ordinal) + 7;
        var last = text.IndexOf(End, StringComparison.Ordinal);
        (before, after) = (text[..first], text[last..]);
        return text[first..last].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AsyncOpt.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
