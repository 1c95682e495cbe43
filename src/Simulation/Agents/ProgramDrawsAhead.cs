using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The draws of programs made ahead: words 0 and 1 of each, word 1 above word 0.</summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="cores">The agents' cores.</param>
sealed class ProgramDrawsAhead<T>(ulong seed, AgentCores<T> cores) : DrawsAhead<T>(cores)
    where T : unmanaged
{
    protected override uint RankOf(ref readonly AgentCore core) => core.Draws;

    protected override void Make(ReadOnlySpan<ulong> agents, ReadOnlySpan<ulong> ranks, Span<ulong> words) =>
        new Draws(seed, Purpose.Program, agents, ranks).Words(words);
}
