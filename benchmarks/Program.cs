using System.CommandLine;
using AsyncOpt.Benchmarks.Measure;
using AsyncOpt.Benchmarks.Rows;

var rows = new Dictionary<string, Func<IEnumerable<Comparison>>>
{
    ["phold"] = PholdRow.Comparisons,
    ["token"] = TokenRow.Comparisons,
    ["ring"] = RingRow.Comparisons,
    ["federated"] = FederatedRow.Comparisons,
    ["local-steps"] = LocalStepsRow.Comparisons,
};
var only = new Argument<string[]>("rows")
{
    Description = $"Which rows to measure: {string.Join(", ", rows.Keys)}; without, all.",
    Arity = ArgumentArity.ZeroOrMore,
};
only.AcceptOnlyFromAmong([.. rows.Keys]);
var repetitions = new Option<int>("--repetitions", "-n") { Description = "How many turns.", DefaultValueFactory = _ => 5 };
var output = new Option<FileInfo?>("--out")
{
    Description = "Where to write the report; Markdown, or CSV where the name ends in .csv.",
};
var filter = new Option<string?>("--only") { Description = "Measures only what contains this text, for instance 'float64'." };
var alone = new Option<bool>("--alone") { Description = "Leaves the references out: for a profiler." };
var root = new RootCommand("Measures the engine beside its references, in the same run, and prints ratios.")
{
    only, repetitions, output, filter, alone,
};
root.SetAction(parsed =>
{
    var facts = Machine.Facts().ToList();
    facts.ForEach(Console.WriteLine);
    Console.WriteLine();
    Console.WriteLine(Report.Header);
    var results = new List<Result>();
    var turns = Math.Max(1, parsed.GetValue(repetitions));
    foreach (var (name, comparisons) in rows)
    {
        if (parsed.GetValue(only) is { Length: > 0 } chosen && !chosen.Contains(name))
            continue;
        foreach (var comparison in comparisons())
        {
            if (parsed.GetValue(filter) is { } text && !comparison.What.Contains(text, StringComparison.OrdinalIgnoreCase))
                continue;
            var these = parsed.GetValue(alone) ? [comparison.RunAlone(turns)] : comparison.Run(turns);
            foreach (var result in these)
            {
                results.Add(result);
                Console.WriteLine(Report.Row(result));
            }
        }
    }
    facts.Add($"load average at the end: {Machine.Load()}");
    if (parsed.GetValue(output) is not { } file)
        return;
    var isCsv = file.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase);
    File.WriteAllText(file.FullName, isCsv ? Report.Csv(results) : Report.Markdown(facts, turns, results));
});
return root.Parse(args).Invoke();
