using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Computations;

/// <summary>How long computations take by the run's compute model: the same draws on every host.</summary>
static class Durations
{
    /// <summary>The duration of one computation, in ns.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="role">The role of the agent that computes.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="place">Where it is; -1 for a server.</param>
    /// <param name="number">Rank of the computation among the agent's: names the draw.</param>
    /// <param name="asked">What is computed.</param>
    /// <param name="now">When it is requested, in ns; only slowdowns look at it.</param>
    public static long Of(
        RunPlan plan, RoleLayout role, int agent, int place, long number, in Asked asked, long now = 0) =>
        Of(plan, role, agent, place, number, in asked, now, JitterOf(plan, agent, number));

    /// <summary>The factor that is drawn for a computation; 1 where none is.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="agent">The agent that computes.</param>
    /// <param name="number">Rank of the computation among the agent's: names the draw.</param>
    public static double JitterOf(RunPlan plan, int agent, long number) =>
        plan.Compute.Jitter?.Sample(new Draw(plan.Seeds.Run, Purpose.ComputeTime, (ulong)agent, (ulong)number)) ?? 1;

    /// <summary>The duration of one computation whose factor has been drawn, in ns.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="role">The role of the agent that computes.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="place">Where it is; -1 for a server.</param>
    /// <param name="number">Rank of the computation among the agent's: names the draws of slowdowns.</param>
    /// <param name="asked">What is computed.</param>
    /// <param name="now">When it is requested, in ns; only slowdowns look at it.</param>
    /// <param name="jitter">What <see cref="JitterOf"/> says.</param>
    public static long Of(
        RunPlan plan, RoleLayout role, int agent, int place, long number, in Asked asked, long now, double jitter) =>
        plan.Compute.Duration(
            FactorOf(plan, role, agent, place, number, in asked, now, jitter), asked.Steps, asked.Samples).Nanoseconds;

    /// <summary>What the time of a computation's work is multiplied by; parameters as those of its duration.</summary>
    public static double FactorOf(
        RunPlan plan, RoleLayout role, int agent, int place, long number, in Asked asked, long now, double jitter)
    {
        var model = plan.Compute;
        var factor = role.Count switch
        {
            Count.One => 1.0,
            Count.Tokens when model.TokenFactors is { } tokens => tokens[agent - role.First],
            _ => model.Factors[place],
        };
        if (model.Slowdowns.Count > 0)
        {
            factor *= model.SlowedBy(
                new ComputeContext
                {
                    Now = new(now),
                    Agent = agent,
                    Place = place,
                    Number = number,
                    Steps = asked.Steps,
                    Samples = asked.Samples,
                    Role = role,
                },
                plan.Seeds.Run);
        }
        return factor * jitter;
    }
}
