namespace AsyncOpt.Simulation.State;

/// <summary>Staleness of one agent's updates.</summary>
struct AgentStaleness
{
    public long Updates;
    public long Sum;
    public long Max;
}
