using System.Globalization;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Topologies;

/// <summary>Options of all graphs that come from files.</summary>
public abstract record FileGraphOptions
{
    /// <summary>The file, plain or compressed by gzip, whatever its name.</summary>
    public required string File { get; init; }

    /// <summary>Whether edges have one direction; auto: as the file says, both where it says nothing.</summary>
    [Word("auto")]
    public bool? Directed { get; init; }

    /// <summary>Whether to keep only the largest component, edges taken both ways.</summary>
    public bool LargestComponent { get; init; }
}

/// <summary>Makes topologies of what files have.</summary>
static class FileGraph
{
    /// <summary>
    /// The topology of a file's graph: self loops and repeated edges dropped and counted, nodes numbered by label where
    /// all labels are whole numbers, else in their order.
    /// </summary>
    /// <param name="name">The generator's name.</param>
    /// <param name="graph">The file's graph.</param>
    /// <param name="options">What to make of it.</param>
    public static Topology Of(string name, EdgeList graph, FileGraphOptions options)
    {
        var number = NodeNumbers.Of(graph.Labels);
        bool directed = options.Directed ?? graph.Directed ?? false;
        var edges = new TopologyBuilder(graph.Labels.Count, symmetric: !directed, graph.Edges.Count);
        foreach ((int from, int to) in graph.Edges)
            edges.Add(number[from], number[to]);
        var rows = edges.Rows();
        var labels = new string[graph.Labels.Count];
        for (int i = 0; i < labels.Length; i++)
            labels[number[i]] = graph.Labels[i];
        var readAs = new List<string>(graph.Notes);
        if (options.Directed is null && graph.Directed == true)
            readAs.Add("edges have one direction, as the file says; 'directed: false' takes them both ways");
        if (options.Directed == false && graph.Directed == true)
            readAs.Add("edges are taken both ways, though the file says that they have one direction");
        var notes = new List<string>();
        if (edges.SelfLoops > 0)
            notes.Add($"dropped {Counted.Of(edges.SelfLoops, "self loop")}");
        notes.AddRange(labels.Where(label => Numbers.TryParse(label, out _))
            .GroupBy(label => double.Parse(label, CultureInfo.InvariantCulture)).Where(same => same.Count() > 1).Take(1)
            .Select(same => $"nodes '{same.First()}' and '{same.ElementAt(1)}' are two, though equal as numbers"));
        if (edges.Duplicates > 0)
        {
            notes.Add($"dropped {Counted.Of(edges.Duplicates, "repeated edge")}"
                + (directed ? "" : ", those listed both ways among them"));
        }
        var whole = new Topology(name, rows) { Labels = labels, ReadAs = readAs, Notes = notes };
        return options.LargestComponent ? Connectivity.LargestComponent(whole) : whole;
    }
}
