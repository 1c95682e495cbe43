using System.Runtime.InteropServices;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>The factors of durations of computations made ahead: the bits of each.</summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="jitter">Their law.</param>
/// <param name="cores">The agents' cores.</param>
sealed class JittersAhead<T>(ulong seed, Law jitter, AgentCores<T> cores) : DrawsAhead<T>(cores)
    where T : unmanaged
{
    protected override uint RankOf(ref readonly AgentCore core) => core.Computations;

    protected override void Make(ReadOnlySpan<ulong> agents, ReadOnlySpan<ulong> ranks, Span<ulong> words) =>
        jitter.Sample(new Draws(seed, Purpose.ComputeTime, agents, ranks), MemoryMarshal.Cast<ulong, double>(words));
}
