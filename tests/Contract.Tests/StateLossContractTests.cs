using AsyncOpt.Core;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// Methods that say so go on with agents that have lost their state, and keep the contract: the same bits for partitions
/// and shards and after a checkpoint, no standstill, and live runs that the simulation replays.
/// </summary>
public class StateLossContractTests
{
    static readonly VirtualTime Timeout = VirtualTime.FromSeconds(0.1);
    static readonly StepSchedule Rate = ConstantSchedule.Of(0.05);

    static readonly Dictionary<string, Method> WithTimeout = new()
    {
        ["async-sgd timeout"] = new AsyncSgd(new() { Step = Rate, Timeout = Timeout }),
        ["minibatch-sgd timeout"] = new MinibatchSgd(new()
        {
            Step = Rate, Participation = new Participation { Timeout = Timeout },
        }),
        ["ad-psgd timeout"] = new AdPsgd(new() { Step = Rate, Timeout = Timeout }),
        ["d-sgd awc timeout"] = new DSgd(new() { Step = Rate, Timeout = Timeout }),
        ["d-sgd cta timeout"] = new DSgd(new() { Step = Rate, Timeout = Timeout, Variant = DSgd.Order.Cta }),
    };

    static bool GoesOn(Method method) => method.Tolerates.HasFlag(Tolerance.StateLoss);

    static IEnumerable<string> Names => ContractTests.Methods
        .Where(name => GoesOn(ContractTests.For(name).Plan("none").Method)).Concat(WithTimeout.Keys);

    public static TheoryData<string, string> Owed =>
        [.. Names.SelectMany(name => ContractTests.PromisesWithStateLoss.Select(promise => (name, promise)))];

    public static TheoryData<string> Refused =>
        [.. ContractTests.Methods.Where(name => !GoesOn(ContractTests.For(name).Plan("none").Method))];

    [Theory]
    [MemberData(nameof(Owed))]
    public void A_method_that_goes_on_without_state_keeps_each_promise(string method, string promise) =>
        (WithTimeout.TryGetValue(method, out var known) ? ContractTests.For(known) : ContractTests.For(method))
            .Check(promise);

    [Theory]
    [MemberData(nameof(Refused))]
    public void Any_other_is_refused_with_a_remedy(string method)
    {
        var refusal = Assert.Throws<InputException>(() => ContractTests.For(method).Plan("state-loss"));

        Assert.Contains(
            $"'{method}' cannot go on with agents that have lost their state; give 'state: kept'", refusal.Message,
            StringComparison.Ordinal);
    }
}
