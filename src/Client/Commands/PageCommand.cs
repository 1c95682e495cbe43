using System.CommandLine;
using AsyncOpt.Client.Display;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Reporting;

namespace AsyncOpt.Client.Commands;

/// <summary>
/// <c>page FILE...</c>: writes the generated blocks of pages anew from run folders and reports, or with
/// <c>--check</c> tells which are stale.
/// </summary>
static class PageCommand
{
    public static Command Create(Session session)
    {
        var command = new Command(
            "page", "Writes the blocks of numbers in pages of Markdown anew, from run folders and reports.");
        var files = new Argument<string[]>("FILE")
        {
            Description = "Pages with blocks '<!-- numbers: claim NAME -->', 'claims', 'experiment NAME METRIC...', "
                + "'distances FOLDER OTHER...', 'bench ROW...', 'bench-all ROW...' or 'scale'.",
            Arity = ArgumentArity.OneOrMore,
        };
        var runs = new Option<string>("--runs")
        {
            Description = "The folder of runs: claims in its folder 'claims', others by name.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "runs",
        };
        var bench = new Option<FileInfo?>("--bench")
        {
            Description = "A report of the benchmarks, NAME.json, with NAME-scale.csv beside it.",
            HelpName = "FILE",
        };
        var check = new Option<bool>("--check") { Description = "Write nothing; exit code 1 where a block is stale." };
        command.Arguments.Add(files);
        command.Options.Add(runs);
        command.Options.Add(bench);
        command.Options.Add(check);
        command.SetAction(parsed => Run(
            session.Terminal, parsed.GetRequiredValue(files),
            new PageNumbers(parsed.GetRequiredValue(runs), parsed.GetValue(bench)?.FullName), parsed.GetValue(check)));
        return command;
    }

    static int Run(Terminal terminal, IReadOnlyList<string> files, PageNumbers numbers, bool check)
    {
        // All that is wrong is said at once, before anything is written.
        var problems = new List<string>();
        var pages = files.Select(file => (File: file, Page: Fresh(terminal, file, numbers, problems))).ToList();
        if (problems.Count == 0 && pages.TrueForAll(p => !Page.Blocks(p.Page.Text).Any()))
        {
            problems.Add($"{string.Join(", ", files)}: no block of numbers: expected '<!-- numbers: WHAT -->' on a "
                + $"line of its own, and '{Page.End}' on another");
        }
        if (problems.Count > 0)
            throw new InputException(string.Join('\n', problems));
        var stale = false;
        foreach (var (file, (text, fresh)) in pages)
        {
            var changed = Page.Blocks(text).Zip(Page.Blocks(fresh)).Where(p => p.First.Body != p.Second.Body).ToList();
            foreach (var (old, now) in changed)
            {
                var how = PageNumbers.DifferInBuildOnly(old.Body, now.Body) ? ", only the build is another" : "";
                terminal.Line($"{file}: {old.What}: {(check ? "stale" : "written")}{how}");
            }
            stale |= changed.Count > 0;
            if (!check && changed.Count > 0)
                AtomicFile.Write(file, to => to.Write(fresh));
        }
        return check && stale ? ExitCode.Failed : ExitCode.Ok;
    }

    static (string Text, string Fresh) Fresh(
        Terminal terminal, string file, PageNumbers numbers, List<string> problems)
    {
        if (!File.Exists(file))
        {
            problems.Add($"{file}: no such page{NearestName.FileHint(file, NearestName.OfFile(file))}");
            return ("", "");
        }
        var text = PlainFile.ReadText(file);
        problems.AddRange(Page.Problems(text).Select(p => $"{file}:{p.Line}: {p.What}"));
        var bodies = new Queue<string?>(Page.Blocks(text).Select(Body).ToList());
        return (text, Page.Rewritten(text, _ => bodies.Dequeue()));

        string? Body((string What, string Body, int Line) block)
        {
            try
            {
                var body = numbers.Of(block.What);
                var lacking = PageNumbers.IsOfReport(block.What) ? "no report" : "no runs";
                if (body is null)
                    terminal.Line($"{file}: {block.What}: {lacking}, left as it is");
                return body;
            }
            catch (InputException e)
            {
                problems.Add($"{file}:{block.Line}: {e.Message}");
                return null;
            }
        }
    }
}
