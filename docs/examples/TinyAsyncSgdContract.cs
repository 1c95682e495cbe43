using AsyncOpt.Testing;

namespace Examples;

public class TinyAsyncSgdContract
{
    public static TheoryData<string> Promises => [.. ContractTests.Promises];

    [Theory, MemberData(nameof(Promises))]
    public void It_keeps(string promise) => ContractTests.For("tiny-async-sgd").Check(promise);
}
