using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Simulation.Rules;

/// <summary>Faults by which senders send again what they sent before.</summary>
sealed class Recalling
{
    readonly (Fault Rule, int Number)[] _rules;
    readonly int[] _kept;
    readonly ulong _seed;
    readonly Layout _layout;

    Recalling(RunPlan plan, Layout layout)
    {
        (_seed, _layout) = (plan.Seeds.Run, layout);
        _rules = [.. plan.Faults.Select((fault, i) => (fault, i)).Where(f => f.fault.JudgesMessages)];
        // By place, from the server on.
        _kept = [.. Enumerable.Range(-1, plan.Places + 1).Select(
            place => _rules.Select(r => r.Rule.Recollection(place)).DefaultIfEmpty().Max())];
    }

    /// <summary>Those of a run; null where there are none.</summary>
    public static Recalling? Of(RunPlan plan, Layout layout) =>
        new Recalling(plan, layout) is var recalling && Array.Exists(recalling._kept, kept => kept > 0)
            ? recalling
            : null;

    /// <summary>How many of the last messages of each link and kind are kept that leave a place.</summary>
    /// <param name="place">The place; -1 for the server.</param>
    public int Kept(int place) => _kept[place + 1];

    /// <summary>
    /// How many messages before, of the same link and kind, was the one whose vectors are sent instead; 0 for its own.
    /// </summary>
    /// <param name="route">The message's route.</param>
    /// <param name="sending">The message; its sequence counts those that its sender sends with vectors.</param>
    /// <param name="fault">Which of the run's faults says so; -1 for none.</param>
    public int Ago(in Route route, in Sending sending, out int fault)
    {
        var message = sending.On(in route, sending.Sequence, _layout);
        foreach (var (rule, number) in _rules)
        {
            var draw = new Draw(
                _seed, Purpose.LinkFault, IdOf(sending.Sender), sending.Sequence | ((ulong)number << Links.RuleShift));
            if (rule.Recalls(in message, in draw) is var ago and > 0)
            {
                fault = number;
                return ago;
            }
        }
        fault = -1;
        return 0;
    }

    static ulong IdOf(int sender) => (1UL << 53) | (uint)sender;
}
