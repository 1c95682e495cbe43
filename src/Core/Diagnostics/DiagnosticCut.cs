using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Diagnostics;

/// <summary>What all agents hold at one sampling instant, as a diagnostic sees it. It is valid meanwhile.</summary>
/// <param name="plan">The run.</param>
/// <param name="layout">The method's roles, with their vectors and tables.</param>
public abstract class DiagnosticCut(RunPlan plan, Layout layout)
{
    /// <summary>The run.</summary>
    public RunPlan Plan { get; } = plan;

    /// <summary>The method's roles, with their vectors and tables.</summary>
    public Layout Layout { get; } = layout;

    /// <summary>Virtual time, in seconds.</summary>
    public double Time { get; protected set; }

    /// <summary>The number of the sampling instant: 0 at the start of the run.</summary>
    public long Instant { get; protected set; }

    /// <summary>Updates so far, over all agents.</summary>
    public long Updates { get; protected set; }

    /// <summary>
    /// The estimate: the one vector, or the mean over the agents of its role, also where each is an estimate. Empty
    /// where the method declares none.
    /// </summary>
    public abstract ReadOnlySpan<double> Estimate { get; }

    /// <summary>How many agents the estimate's role has: m of a mean; 0 without an estimate.</summary>
    public abstract int Agents { get; }

    /// <summary>Reads the vector that an agent of the estimate's role contributes to it.</summary>
    /// <param name="agent">The agent's rank in its role, from 0.</param>
    /// <param name="x">Receives as many coordinates as the estimate has.</param>
    public abstract void Read(int agent, Span<double> x);

    /// <summary>Reads a declared vector of an agent of any role.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="vector">The vector's name.</param>
    /// <param name="agent">The agent's rank in its role, from 0.</param>
    /// <param name="x">Receives as many coordinates as the vector has.</param>
    /// <exception cref="ArgumentException">There is no such role or vector.</exception>
    public abstract void Read(string role, string vector, int agent, Span<double> x);

    /// <summary>A declared table of an agent, for instance the visits that a token counted.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="table">The name the table was declared with.</param>
    /// <param name="agent">The agent's rank in its role, from 0.</param>
    /// <exception cref="ArgumentException">There is no such role or table.</exception>
    public abstract ReadOnlySpan<double> Numbers(string role, string table, int agent);

    /// <summary>
    /// Random numbers of this diagnostic at this instant: independent of everything else in the run, and the same each
    /// time they are asked for.
    /// </summary>
    /// <param name="stream">Which of its independent streams, 0 to 255.</param>
    public abstract DrawSequence Draws(int stream = 0);
}
