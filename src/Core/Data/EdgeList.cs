namespace AsyncOpt.Core.Data;

/// <summary>A graph as a file has it, nothing added or dropped.</summary>
public sealed class EdgeList
{
    /// <summary>The nodes' labels: node i is the i-th.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The edges in file order, as node numbers from 0.</summary>
    public required IReadOnlyList<(int From, int To)> Edges { get; init; }

    /// <summary>Whether edges have one direction, where the file tells.</summary>
    public bool? Directed { get; init; }

    /// <summary>What was taken for what and what was passed over, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
