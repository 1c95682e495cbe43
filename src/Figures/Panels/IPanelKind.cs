using AsyncOpt.Core;

namespace AsyncOpt.Figures.Panels;

/// <summary>A kind of panel: a pure function of runs.</summary>
interface IPanelKind
{
    /// <summary>Whether it draws what is asked for by a name.</summary>
    bool Is(string name);

    /// <summary>Whether it has bands over the seeds.</summary>
    bool HasBands => false;

    /// <summary>The panel.</summary>
    /// <param name="arms">The arms, in the order of their colours.</param>
    /// <param name="asked">What was asked for.</param>
    /// <exception cref="InputException">The runs have nothing of it.</exception>
    Panel Of(IReadOnlyList<FigureArm> arms, PanelRequest asked);
}

/// <summary>What a panel shall show.</summary>
/// <param name="Name">A metric, or the name of another kind of panel.</param>
/// <param name="IsLog">Whether its upward axis is logarithmic.</param>
/// <param name="Over">What metrics are drawn over.</param>
/// <param name="Beside">
/// Another metric, as thin lines; null for what theory predicts of it, where runs have that.
/// </param>
public sealed record PanelRequest(string Name, bool IsLog, Spent Over, string? Beside = null);
