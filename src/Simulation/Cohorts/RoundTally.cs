namespace AsyncOpt.Simulation.Cohorts;

/// <summary>What only a look at all agents can tell of a round.</summary>
/// <param name="LastCompleted">Agents whose last event is the completion.</param>
/// <param name="NotFinite">The first agent with a result that is infinite or NaN; -1 for none.</param>
readonly record struct RoundTally(long LastCompleted, int NotFinite);
