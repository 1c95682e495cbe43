using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Checkpoints;

namespace AsyncOpt.Simulation.Windows;

/// <summary>What the course of a run in virtual time asks of its host, however that has the events handled.</summary>
interface IVirtualHost
{
    /// <summary>The virtual time, in ns, of the last event handled so far.</summary>
    long LastTime { get; }

    /// <summary>Goes on from a checkpoint; null where the run begins.</summary>
    Standing? Resume();

    /// <summary>Starts all agents.</summary>
    void Start();

    /// <summary>
    /// Handles all events before an instant, unless cancelled; false if none at or after it lets an agent act.
    /// </summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="isSampled">Whether the judge samples there.</param>
    bool RunUntil(long instant, bool isSampled);

    /// <summary>
    /// Where the run stands still next after an instant, for a checkpoint, in ns; the greatest number for nowhere.
    /// </summary>
    /// <param name="instant">Virtual time, in ns.</param>
    /// <param name="next">The next sampling instant, in ns.</param>
    long CutAfter(long instant, long next);

    /// <summary>The run stands still: writes a checkpoint of the present where one is due.</summary>
    /// <returns>Why the run is to end here; null where it goes on.</returns>
    string? Cut(Standing standing);

    /// <summary>No event will be handled any more: shows the judge all there is.</summary>
    void Gather();

    /// <summary>Says in a run's record how the host ran it.</summary>
    RunRecord Describe(RunRecord record);
}
