using AsyncOpt.Core.Faults;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Simulation.Tests.Methods.Rounds;

/// <summary>Loses chosen messages: the k-th of a link, from 0. A server is place -1.</summary>
sealed class LostMessages(Func<int, int, long, bool> isLost) : Fault
{
    public override bool JudgesMessages => true;

    public override bool LosesMessages => true;

    public override bool CountsPerLink => true;

    public override Verdict Judge(in MessageContext message, in Draw draw) =>
        isLost(message.From, message.To, message.Sequence) ? Verdict.Drop : Verdict.Pass;
}
