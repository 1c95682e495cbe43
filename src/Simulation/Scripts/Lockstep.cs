using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Simulation.Rules;

namespace AsyncOpt.Simulation.Scripts;

/// <summary>
/// Agents of a run that act in lockstep, as far as its specification and the handlers of its start say: they take
/// rounds.
/// </summary>
/// <param name="Role">Their role.</param>
/// <param name="Server">The server that all of them hear from, and it from them; null where a topology says who hears
/// from whom.</param>
/// <param name="Delay">The delay of all messages to them, in ns.</param>
/// <param name="ServerDelay">That of all messages to the server, in ns.</param>
sealed record Lockstep(RoleLayout Role, RoleLayout? Server, long Delay, long ServerDelay)
{
    /// <summary>The agents in lockstep; null for none.</summary>
    public static Lockstep? Of(RunPlan plan, Layout layout) => EqualTimes.Of(plan) && layout.Roles.All(HasNoStation)
        ? layout.Roles switch
        {
            [{ Count: Count.PerNode, Vectors.Count: > 0 } nodes] => OfNodes(plan, nodes),
            [{ Count: Count.One } server, { Count: Count.PerWorker, Vectors.Count: > 0 } workers] =>
                OfWorkers(plan, server, workers),
            _ => null,
        }
        : null;

    static Lockstep? OfNodes(RunPlan plan, RoleLayout nodes)
    {
        var links = Enumerable.Range(0, nodes.Agents)
            .SelectMany(node => plan.Topology!.OutNeighbours(node).ToArray(), (node, other) => (node, other));
        // A log of updates has those of each node.
        return !plan.LogUpdates && plan.Topology is { Period: 1, HasRows: true, InDegreeMin: > 0 } topology
            && nodes.Agents == topology.Nodes && StartsAlike(nodes.Program) && OneDelay(plan, links) is { } delay
            ? new(nodes, null, delay, delay)
            : null;
    }

    static Lockstep? OfWorkers(RunPlan plan, RoleLayout server, RoleLayout workers)
    {
        var places = Enumerable.Range(0, workers.Agents);
        return OneDelay(plan, places.Select(place => (-1, place))) is { } down
            && OneDelay(plan, places.Select(place => (place, -1))) is { } up
            ? new(workers, server, down, up)
            : null;
    }

    static bool HasNoStation(RoleLayout role) =>
        role is { ServiceTime: null, Program.WhileComputing: WhileComputing.Handle };

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


    /// <summary>The one delay of some links, in ns; null where they differ.</summary>
    static long? OneDelay(RunPlan plan, IEnumerable<(int From, int To)> links)
    {
        VirtualTime? delay = null;
        foreach (var (from, to) in links)
        {
            var own = plan.Links.Delay.Floor(from, to);
            if ((delay ??= own) != own)
                return null;
        }
        // Delays that the quantum raises are counted message by message.
        return delay >= plan.Links.Quantum ? delay.Value.Nanoseconds : null;
    }
}
