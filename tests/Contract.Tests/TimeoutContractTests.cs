using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Methods.Bilevel;
using AsyncOpt.Core.Methods.Rounds;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// Methods with timeouts and with some of their workers keep the contract where messages are lost and agents crash: the
/// same bits for partitions and shards and after a checkpoint, and live runs that the simulation replays.
/// </summary>
public class TimeoutContractTests
{
    static readonly VirtualTime Timeout = VirtualTime.FromSeconds(0.1);
    static readonly StepSchedule Rate = ConstantSchedule.Of(0.05), One = ConstantSchedule.Of(1);

    static readonly Participation Some = new()
    {
        Workers = 6, OverSelection = 1.3, Timeout = Timeout, Quorum = 2, Late = LateAnswers.Fold,
    };

    static readonly Dictionary<string, Method> Methods = new()
    {
        ["minibatch-sgd"] = new MinibatchSgd(new() { Step = Rate, Participation = Some }),
        ["local-sgd"] = new LocalSgd(new()
        {
            Rate = Rate, Steps = 2, OuterRate = One,
            Participation = Some with { Late = LateAnswers.Drop, By = SelectionRule.Samples },
        }),
        ["local-sgd folding"] = new LocalSgd(new() { Rate = Rate, Steps = 2, OuterRate = One, Participation = Some }),
        ["streaming-diloco"] = new StreamingDiloco(new()
        {
            Rate = Rate, Steps = 3, Outer = new Sgd(), OuterRate = One, Timeout = Timeout,
        }),
        ["async-sgd"] = new AsyncSgd(new() { Step = Rate, Timeout = Timeout }),
        ["async-local-sgd"] = new AsyncLocalSgd(new() { Rate = Rate, Steps = 2, OuterRate = One, Timeout = Timeout }),
        ["d-sgd awc"] = new DSgd(new() { Step = Rate, Timeout = Timeout }),
        ["d-sgd atc"] = new DSgd(new()
        {
            Step = Rate, Timeout = Timeout, Variant = DSgd.Order.Atc, Missing = MissingRows.Renormalize,
        }),
        ["d-sgd cta"] = new DSgd(new() { Step = Rate, Timeout = Timeout, Variant = DSgd.Order.Cta }),
        ["soba"] = new Soba(new() { Step = Rate, Timeout = Timeout }),
        ["gradient-tracking"] = new GradientTracking(new() { Step = Rate, Timeout = Timeout }),
    };

    public static TheoryData<string, string> Owed =>
    [
        .. from method in Methods.Keys
           from promise in ContractTests.Promises
           where promise.EndsWith("under drop", StringComparison.Ordinal)
               || promise.EndsWith("under crash", StringComparison.Ordinal)
           select (method, promise),
    ];

    [Theory]
    [MemberData(nameof(Owed))]
    public void A_method_with_a_timeout_keeps_each_promise(string method, string promise) =>
        ContractTests.For(Methods[method]).Check(promise);
}
