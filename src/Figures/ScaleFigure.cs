using AsyncOpt.Core;

namespace AsyncOpt.Figures;

/// <summary>
/// How speed and memory depend on the number of agents: the table of <c>benchmarks scale</c> as two panels.
/// </summary>
public static class ScaleFigure
{
    static readonly Dictionary<string, string> Names = new()
    {
        ["phold"] = "PHOLD",
        ["d-sgd"] = "D-SGD, ring",
        ["gossip"] = "gossip, ring",
        ["async-sgd"] = "async SGD, workers",
    };

    static readonly string[] Columns =
        ["workload", "agents", "events_per_second", "events_per_second_min", "events_per_second_max", "engine_bytes"];

    /// <summary>Reads a table.</summary>
    /// <param name="file">Its path.</param>
    /// <exception cref="InputException">It is no such table.</exception>
    public static Figure Read(string file)
    {
        var table = CsvTable.Read(file, Columns, "a folder of runs, or the table of 'benchmarks scale --csv'");
        var facts = File.ReadLines(file).TakeWhile(l => l.StartsWith("# ", StringComparison.Ordinal))
            .Select(l => l[2..]);
        var rows = table.Rows.Select(row => RowOf(table, row)).ToList();
        var workloads = rows.Select(r => r.Workload).Distinct().ToList();
        return new Figure
        {
            Description = string.Join("; ", facts),
            Legend = [.. workloads.Select(w => new LegendEntry(Names.GetValueOrDefault(w, w), ""))],
            Note = "bands: least to greatest",
            Panels =
            [
                Panel("events per second, one core", "events / s", r => (r.Speed, r.Least, r.Greatest)),
                Panel("memory of the engine", "bytes per agent", r => (r.Bytes, r.Bytes, r.Bytes)),
            ],
        };

        Panel Panel(string title, string label, Func<Row, (double Value, double Low, double High)> of)
        {
            var values = rows.Select(of).ToList();
            var x = new Axis("agents, log scale", rows.Min(r => r.Agents), rows.Max(r => r.Agents), IsLog: true);
            var (low, high) = (values.Min(v => v.Low), values.Max(v => v.High));
            var y = new Axis(label + ", log scale", 0.8 * low, 1.25 * high, IsLog: true);
            var marks = workloads.Index()
                .SelectMany(w => Marks(w.Index, [.. rows.Where(r => r.Workload == w.Item)], of));
            return new Panel(title, x, y, [.. marks.OrderBy(m => m is Line)]);
        }
    }

    static IEnumerable<Mark> Marks(
        int arm, List<Row> rows, Func<Row, (double Value, double Low, double High)> of)
    {
        yield return new Band(arm, Points(v => v.Low), Points(v => v.High));
        yield return new Line(arm, Points(v => v.Value));

        List<PlotPoint> Points(Func<(double Value, double Low, double High), double> end) =>
            [.. rows.Select(r => new PlotPoint(r.Agents, end(of(r))))];
    }

    static Row RowOf(CsvTable table, string[] row)
    {
        var numbers = Columns[1..].Select(column => table.Number(row, column)).ToArray();
        return new Row(
            table.Text(row, Columns[0]), numbers[0], numbers[1], numbers[2], numbers[3], numbers[4] / numbers[0]);
    }

    sealed record Row(string Workload, double Agents, double Speed, double Least, double Greatest, double Bytes);
}
