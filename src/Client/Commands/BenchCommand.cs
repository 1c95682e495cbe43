using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AsyncOpt.Core;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>bench</c>: measures this machine. The benchmarks are a program of their own, which only a checkout has: it is
/// built and started from there, and prints by itself.
/// </summary>
static class BenchCommand
{
    public static Command Create(Session session)
    {
        var command = new Command(
            "bench", "Measures the engine beside its references on this machine; prints ratios.");
        var rows = new Argument<string[]>("ROWS")
        {
            Description = "Rows to measure, such as phold or ring; without, all.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var all = new Option<bool>("--all")
        {
            Description = "Everything there is instead of a selection.",
        };
        var repetitions = Switches.Count("--repetitions", "How many turns.");
        var report = new Option<FileInfo?>("--out")
        {
            Description = "Where to write the report: Markdown, or CSV where the name ends in .csv.",
            HelpName = "FILE",
        };
        var json = new Option<FileInfo?>("--json")
        {
            Description = "Where to write the report for programs.",
            HelpName = "FILE",
        };
        var compare = new Option<FileInfo?>("--compare")
        {
            Description = "An older report that --json wrote; exit code 1 where a ratio fell, or memory grew, by more "
                + "than 20 %, or where an event allocates.",
            HelpName = "FILE",
        };
        command.Arguments.Add(rows);
        foreach (var option in (Option[])[all, repetitions, report, json, compare])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            List<string> arguments = [.. parsed.GetValue(rows) ?? []];
            if (!parsed.GetValue(all))
                arguments.Add("--short");
            Add("--repetitions", parsed.GetValue(repetitions)?.ToString(CultureInfo.InvariantCulture));
            Add("--out", parsed.GetValue(report)?.FullName);
            Add("--json", parsed.GetValue(json)?.FullName);
            Add("--compare", parsed.GetValue(compare)?.FullName);
            return session.Services.Start(OfCheckout(AppContext.BaseDirectory, arguments), session.Cancellation);

            void Add(string option, string? value)
            {
                if (value is not null)
                    arguments.AddRange([option, value]);
            }
        });
        return command;
    }

    /// <summary>How to build and start the benchmarks of the checkout that holds a folder.</summary>
    /// <param name="folder">Where the client lies.</param>
    /// <param name="arguments">What the benchmarks get.</param>
    /// <exception cref="InputException">It lies in no checkout.</exception>
    public static ProcessStartInfo OfCheckout(string folder, IReadOnlyList<string> arguments)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
        {
            var project = Path.Combine(above.FullName, "benchmarks", "Benchmarks.csproj");
            if (File.Exists(project))
                return new("dotnet", ["run", "-c", "Release", "--project", project, "--", .. arguments]);
        }
        throw new InputException(
            $"bench needs a checkout of the source, with benchmarks/Benchmarks.csproj; none holds '{folder}'");
    }
}
