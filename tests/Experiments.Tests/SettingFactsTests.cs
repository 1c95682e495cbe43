namespace AsyncOpt.Experiments.Tests;

public sealed class SettingFactsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("asyncopt-experiment").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    IReadOnlyList<(string Key, string Name, string Value)> Facts(string text)
    {
        var arm = Experiment.Load(Write("e.yaml", text), new LoadOptions { OptimumFolder = _folder }).Arms[0];
        return Arm.SettingFacts(arm.PlanWithoutOptimum(0));
    }

    [Fact]
    public void Delays_and_speeds_by_name_and_what_they_were_divided_by_are_said()
    {
        Write("g.csv", "rome,paris\nparis,oslo\noslo,rome\n");
        Write("pings.csv", "a;b;ms\nrome;paris;1,5\nparis;oslo;2,5\noslo;rome;4,5\nrome;bern;9\n");
        Write("speeds.csv", "city,s\noslo,3\nparis,1\nrome,2\n");

        var facts = Facts("""
            topology: { name: edge-list, file: g.csv }
            method: { name: d-sgd, step: 0.1 }
            problem: { name: quadratic, dimension: 3 }
            links: { delay: { name: per-link, file: pings.csv, from: a, to: b, value: ms, symmetric: true } }
            compute: { per-task: 1ms, speeds: { name: file, file: speeds.csv, names: city, column: s } }
            stop: { time: 10s, updates: 2000 }
            samples: 4
            """);

        Assert.Equal(
        [
            ("links", "note", "passed over 1 name that is no node: 'bern'"),
            ("links", "note", "rows are those of the nodes of the same name"),
            ("links", "note", "delays are 0.0015 to 0.0045 s: numbers of the file are ms, times 1"),
            ("compute", "speeds", "0.5 to 1.5, 1 on average; the slowest is node 2 'oslo'"),
            ("compute", "note", "factors are divided by their mean, 2 (normalize: mean)"),
            ("stop", "updates", "2,000, judged at sampling instants, every 2.5 s: a run may go beyond it"),
        ],
        facts);
    }

    [Fact]
    public void Lines_of_a_table_are_chosen_by_what_their_columns_say()
    {
        Write("pings.csv", "a,b,size,ms\nx,y,24,1\nx,y,64,9\ny,x,24,2\ny,x,64,9\n");

        var facts = Facts(Parsing.Nodes.Replace("nodes: 6", "nodes: 2") + """

            links: { delay: { name: per-link, file: pings.csv, from: a, to: b, value: ms, where: { size: 24 } } }
            """);

        Assert.Contains(("links", "note", "delays are 0.001 to 0.002 s: numbers of the file are ms, times 1"), facts);
    }

    [Fact]
    public void The_row_of_a_server_is_said()
    {
        Write("m.tsv", "0\t1\t2\n3\t0\t4\n5\t6\t0\n");

        var facts = Facts(Parsing.Workers.Replace("workers: 4", "workers: 3") + "\nlinks: { delay: { name: per-link, file: m.tsv } }");

        Assert.Contains(
            ("links", "note", "the server is on row 0, that of worker 0 too; server-row or server-name places it"), facts);
    }

    [Fact]
    public void Staleness_and_what_unequal_speeds_do_are_foretold()
    {
        // Cycles of 1 s and 3 s: worker 0 makes three quarters of the updates. The optimum is 2, and the limit is 1.
        var facts = Facts("""
            method: { name: async-sgd, step: 0.1 }
            workers: 2
            problem: { name: quadratic, targets: [[0], [4]] }
            compute: { per-task: 1s, speeds: { name: list, factors: [1, 3] } }
            stop: { time: 30s }
            samples: 4
            """).Where(f => f.Key == "theory").Select(f => (f.Name, f.Value)).ToList();

        Assert.Equal(
        [
            ("staleness", "1 in the mean; 3 of worker 1, with 25 % of the updates; "
                + "0.3333 of worker 0, with 75 % of the updates"),
            ("staleness,", "NOT met: the slowest worker makes 20 tasks (each takes 3 s, and the run 30 s)"),
            ("staleness,", "met: every message arrives once and no worker goes down; messages do not wait for each "
                + "other; the mean of a task is known"),
            ("bias", "small steps lead to the mean of the targets weighted by how often each worker answers: gap 0.5, "
                + "squared-error 1"),
        ],
        facts);
    }

    [Fact]
    public void What_was_not_read_from_a_file_is_not_explained() => Assert.Empty(Facts(Parsing.Nodes));
}
