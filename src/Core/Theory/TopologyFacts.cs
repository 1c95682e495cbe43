using System.Globalization;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Core.Theory;

/// <summary>
/// What a user wants to know of a graph before running on it: its size, its degrees, how fast it mixes.
/// </summary>
public static class TopologyFacts
{
    /// <summary>The facts, each a name and a value.</summary>
    /// <param name="topology">The graph.</param>
    /// <param name="mixing">
    /// The mixing matrices, where the method mixes; of a schedule the phases share no spectrum.
    /// </param>
    /// <param name="timeIsUp">Asked after every product with the matrix; true ends the search for eigenvalues.</param>
    public static IEnumerable<(string Name, string Value)> Of(
        Topology topology, MixingSchedule? mixing = null, Func<bool>? timeIsUp = null)
    {
        yield return ("nodes", Text(topology.Nodes));
        yield return ("directed edges", Text(topology.Edges));
        yield return ("degree", Degrees(topology));
        if (Names(topology) is { } names)
            yield return ("names", names);
        if (topology.ReadAs.Count > 0)
            yield return ("read as", string.Join("; ", topology.ReadAs));
        if (topology.Notes.Count > 0)
            yield return ("notes", string.Join("; ", topology.Notes));
        if (mixing is null)
            yield break;
        yield return ("mixing matrix", Kind(mixing));
        if (mixing.Period > 1)
        {
            yield return ("phases", Text(mixing.Period));
            yield break;
        }
        var spectrum = Spectrum.Of(mixing.At(0), new SpectrumLimits { TimeIsUp = timeIsUp });
        yield return ("spectral gap", Number(spectrum.Gap));
        if (spectrum is { SecondLargest: { } second, Smallest: { } smallest })
            yield return ("second largest and smallest eigenvalue", $"{Number(second)}, {Number(smallest)}");
        yield return ("eigenvalues found by", Way(spectrum));
    }

    // Numbers go from 0; names are worth a line where they are others.
    static string? Names(Topology t)
    {
        if (t.Labels is not { } labels || labels.Index().All(l => l.Item == Text(l.Index)))
            return null;
        var last = labels.Count - 1;
        return $"node 0 is '{labels[0]}'" + (last > 0 ? $", node {Text(last)} is '{labels[last]}'" : "");
    }

    static string Degrees(Topology t)
    {
        var (least, most) = (Math.Min(t.InDegreeMin, t.OutDegreeMin), Math.Max(t.InDegreeMax, t.OutDegreeMax));
        return least == most
            ? Text(least)
            : $"{Text(least)} to {Text(most)}, {Number((double)t.Edges / t.Nodes)} on average";
    }

    static string Kind(MixingSchedule mixing) =>
        mixing.IsSymmetric ? "symmetric"
        : mixing.IsDoublyStochastic ? "doubly stochastic"
        : "row-stochastic only: the mean drifts";

    static string Way(Spectrum spectrum)
    {
        var way = spectrum.Way switch
        {
            SpectrumWay.ClosedForm => "formula",
            SpectrumWay.Dense => "dense matrix",
            _ => $"{spectrum.Way}, {spectrum.Iterations} products, residual {Number(spectrum.Residual)}",
        };
        return spectrum.Converged ? way : $"{way}: not converged, so the true gap may be smaller";
    }

    static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(double value) => Counted.Digits(value, 5);
}
