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
        var stale = false;
        foreach (var file in files)
        {
            if (!File.Exists(file))
                throw new InputException($"{file}: no such page{NearestName.FileHint(file, NearestName.OfFile(file))}");
            var text = File.ReadAllText(file);
            var fresh = Page.Rewritten(text, what =>
            {
                var body = numbers.Of(what);
                if (body is null)
                {
                    var lacking = PageNumbers.IsOfReport(what) ? "no report" : "no runs";
                    terminal.Line($"{file}: {what}: {lacking}, left as it is");
                }
                return body;
            });
            var changed = Page.Blocks(text).Zip(Page.Blocks(fresh)).Where(p => p.First != p.Second).ToList();
            foreach (var (block, _) in changed)
                terminal.Line($"{file}: {block.What}: {(check ? "stale" : "written")}");
            stale |= changed.Count > 0;
            if (!check && changed.Count > 0)
                AtomicFile.Write(file, to => to.Write(fresh));
        }
        return check && stale ? ExitCode.Failed : ExitCode.Ok;
    }
}
