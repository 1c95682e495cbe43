using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>
/// Whether the agents of a run act in lockstep, as far as its specification and the handlers of its start say: then
/// they take rounds.
/// </summary>
static class Lockstep
{
    /// <summary>
    /// The one delay of all links, in ns; null where agents do not act in lockstep.
    /// </summary>
    public static long? Delay(RunPlan plan, Layout layout) =>
        HasRounds(layout) && IsRegular(plan) && layout.Roles[0].Agents == plan.Topology!.Nodes
            ? UniformDelay(plan)
            : null;

    /// <summary>
    /// The delays of all messages from and to the server, in ns; null where there are not one server and workers in
    /// lockstep.
    /// </summary>
    public static (long Down, long Up)? ServerDelays(RunPlan plan, Layout layout)
    {
        if (ServerAndWorkers(layout) is not { } roles || !HasEqualTimes(plan))
            return null;
        var delays = plan.Links.Delay;
        var (down, up) = (delays.Floor(-1, 0), delays.Floor(0, -1));
        for (var place = 1; place < roles.Workers.Agents; place++)
        {
            if (delays.Floor(-1, place) != down || delays.Floor(place, -1) != up)
                return null;
        }
        return down >= plan.Links.Quantum && up >= plan.Links.Quantum
            ? (down.Nanoseconds, up.Nanoseconds)
            : null;
    }

    /// <summary>The roles of a server and its workers, if there are no others.</summary>
    public static (RoleLayout Server, RoleLayout Workers)? ServerAndWorkers(Layout layout) =>
        layout.Roles is [{ Count: Count.One } server, { Count: Count.PerWorker } workers]
        && HasNoStation(server) && HasNoStation(workers)
            ? (server, workers)
            : null;

    static bool HasNoStation(RoleLayout role) =>
        role is { ServiceTime: null, Program.WhileComputing: WhileComputing.Handle };

    static bool HasRounds(Layout layout) =>
        layout.Roles is [{ Count: Count.PerNode, ServiceTime: null, Vectors.Count: > 0 } role]
        && role.Program.WhileComputing == WhileComputing.Handle && StartsAlike(role.Program);

    /// <summary>Whether agents ask for the same at the start, whichever they are.</summary>
    static unsafe bool StartsAlike(RoleProgram program)
    {
        var script = new CohortRecorder();
        script.Begin(new Instant(0, new Peer(0), 0));
        try
        {
            fixed (byte* state = new byte[Math.Max(1, program.StateBytes)])
                program.Start(state, script);
            return !script.IsBeyond;
        }
        catch (NotAlikeException)
        {
            return false;
        }
    }

    static bool IsRegular(RunPlan plan) =>
        plan.Topology is { Period: 1, HasRows: true, InDegreeMin: > 0 } && !plan.LogUpdates && HasEqualTimes(plan);

    // All computations of a kind take equally long, and no message is lost, delayed by others, or by chance.
    static bool HasEqualTimes(RunPlan plan) =>
        !plan.Faults.Any(f => f.JudgesMessages)
        && plan.Links is { Fifo: false, SendRate: null, ReceiveRate: null, Delay.IsRandom: false }
        && plan.Compute.IsConstant && Array.TrueForAll(plan.Compute.Factors, f => f == plan.Compute.Factors[0]);

    static long? UniformDelay(RunPlan plan)
    {
        var topology = plan.Topology!;
        VirtualTime? delay = null;
        for (var node = 0; node < topology.Nodes; node++)
        {
            foreach (var other in topology.OutNeighbours(node))
            {
                var edge = plan.Links.Delay.Floor(node, other);
                if ((delay ??= edge) != edge)
                    return null;
            }
        }
        // Delays that the quantum raises are counted message by message.
        return delay >= plan.Links.Quantum ? delay.Value.Nanoseconds : null;
    }
}
