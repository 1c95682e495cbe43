using System.Globalization;
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
        var lines = File.ReadAllLines(file);
        var facts = lines.Where(l => l.StartsWith("# ", StringComparison.Ordinal)).Select(l => l[2..].Trim());
        var table = lines.Where(l => !l.StartsWith('#')).Select(l => l.Split(',')).ToList();
        var columns = Columns.Select(name => table.Count == 0 ? -1 : Array.IndexOf(table[0], name)).ToArray();
        if (columns.Contains(-1) || table.Count < 2)
        {
            throw new InputException($"{file}: expected a folder of runs, or the table of 'benchmarks scale --csv', "
                + $"which has the columns {string.Join(", ", Columns)}");
        }
        var rows = table.Skip(1).Select((cells, k) => Read(file, k, cells, columns)).ToList();
        var workloads = rows.Select(r => r.Workload).Distinct().ToList();
        return new Figure
        {
            Description = string.Join("; ", facts),
            Legend = [.. workloads.Select(w => new LegendEntry(Names.GetValueOrDefault(w, w), ""))],
            Note = "bands: least to greatest",
            Panels =
            [
                Panel("events per second of wall time, one core", "events / s", r => (r.Speed, r.Least, r.Greatest)),
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

    static Row Read(string file, int number, string[] cells, int[] columns)
    {
        try
        {
            var agents = Number(1);
            return new Row(cells[columns[0]], agents, Number(2), Number(3), Number(4), Number(5) / agents);
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException)
        {
            throw new InputException(
                $"{file}: row {number + 1} is no row of this table: '{string.Join(',', cells)}'", e);
        }

        double Number(int column) =>
            double.Parse(cells[columns[column]], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    sealed record Row(string Workload, double Agents, double Speed, double Least, double Greatest, double Bytes);
}
