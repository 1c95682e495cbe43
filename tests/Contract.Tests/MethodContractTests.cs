using AsyncOpt.Simulation;

namespace AsyncOpt.Contract.Tests;

/// <summary>
/// Every method of the catalogue keeps the contract that authors of methods hold theirs to. A new method is tested
/// without an edit here.
/// </summary>
public class MethodContractTests
{
    /// <summary>Every method with everything it owes.</summary>
    public static TheoryData<string, string> Owed =>
        [.. ContractTests.Methods.SelectMany(m => ContractTests.Promises.Select(promise => (m, promise)))];

    [Theory]
    [MemberData(nameof(Owed))]
    public void Each_method_keeps_each_promise(string method, string promise) =>
        ContractTests.For(method).Check(promise);

    /// <summary>Every method under each kind of faults.</summary>
    public static TheoryData<string, string> Methods => [.. ContractTests.Runs];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Its_bits_are_those_recorded(string method, string faults) => RecordedBits.Check(
        $"method {method} {faults}", Simulator.Run(ContractTests.For(method).Plan(faults)).Hash);
}
