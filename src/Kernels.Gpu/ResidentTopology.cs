using AsyncOpt.Core.Topologies;
using ILGPU;
using ILGPU.Runtime;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>A topology on the device, and the mixing matrices on it that were used.</summary>
/// <typeparam name="T">float or double.</typeparam>
sealed class ResidentTopology<T> : IDisposable
    where T : unmanaged, System.Numerics.INumber<T>
{
    readonly Accelerator _accelerator;
    readonly Topology _topology;
    readonly MemoryBuffer1D<int, Stride1D.Dense> _start, _neighbour, _rank, _outDegree;
    readonly Dictionary<MixingMatrix, Mixing> _mixings = [];

    /// <summary>Sends it.</summary>
    public ResidentTopology(Accelerator accelerator, Topology topology)
    {
        (_accelerator, _topology) = (accelerator, topology);
        var edges = checked((int)topology.Edges);
        var (start, outDegree) = (new int[topology.Nodes + 1], new int[topology.Nodes]);
        var (neighbour, rank) = (new int[Math.Max(1, edges)], new int[Math.Max(1, edges)]);
        for (var i = 0; i < topology.Nodes; i++)
        {
            outDegree[i] = topology.OutDegree(i);
            start[i + 1] = start[i] + topology.InDegree(i);
            for (var k = 0; k < topology.InDegree(i); k++)
            {
                var sender = topology.InNeighbour(i, k);
                neighbour[start[i] + k] = sender;
                rank[start[i] + k] = (int)(topology.InEdgeId(i, k) - topology.OutStart(sender));
            }
        }
        (_start, _outDegree) = (accelerator.Allocate1D(start), accelerator.Allocate1D(outDegree));
        (_neighbour, _rank) = (accelerator.Allocate1D(neighbour), accelerator.Allocate1D(rank));
    }

    /// <summary>The topology there.</summary>
    public TopologyViews Views => new()
    {
        Start = _start.View.BaseView,
        Neighbour = _neighbour.View.BaseView,
        Rank = _rank.View.BaseView,
        OutDegree = _outDegree.View.BaseView,
    };

    /// <summary>A matrix on it, sent when it is first asked for.</summary>
    public MixingViews<T> Of(MixingMatrix matrix)
    {
        if (!_mixings.TryGetValue(matrix, out var mixing))
            _mixings.Add(matrix, mixing = Sent(matrix));
        return new() { Weight = mixing.Weight.View.BaseView, Self = mixing.Self.View.BaseView };
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var buffer in (IDisposable[])[_start, _neighbour, _rank, _outDegree])
            buffer.Dispose();
        foreach (var (weight, self) in _mixings.Values)
        {
            weight.Dispose();
            self.Dispose();
        }
    }

    Mixing Sent(MixingMatrix matrix)
    {
        if (!ReferenceEquals(matrix.Topology, _topology))
            throw new ArgumentException("the matrix is on another topology", nameof(matrix));
        var (weight, self) = (new T[_neighbour.Length], new T[matrix.Nodes]);
        var at = 0;
        for (var i = 0; i < matrix.Nodes; i++)
        {
            self[i] = T.CreateTruncating(matrix.SelfWeight(i));
            foreach (var w in matrix.Weights(i))
                weight[at++] = T.CreateTruncating(w);
        }
        return new(_accelerator.Allocate1D(weight), _accelerator.Allocate1D(self));
    }

    readonly record struct Mixing(MemoryBuffer1D<T, Stride1D.Dense> Weight, MemoryBuffer1D<T, Stride1D.Dense> Self);
}
