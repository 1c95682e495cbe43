using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Core.Tests.Programs;

public sealed class LayoutTests
{
    [Fact]
    public void A_method_has_as_many_kinds_of_messages_as_a_byte_numbers()
    {
        var layout = Layout.Of(new Talkative(Layout.KindsMax), Context);
        Assert.Equal(byte.MaxValue, layout.Kinds.Max(k => k.Number));
        var error = Assert.Throws<InvalidOperationException>(
            () => Layout.Of(new Talkative(Layout.KindsMax + 1), Context));
        Assert.Contains("256 kinds", error.Message, StringComparison.Ordinal);
    }

    static LayoutContext Context => LayoutContext.Of(new Quadratic(new() { Targets = [[1]] }), 1, null);

    sealed class Talkative(int kinds) : Method
    {
        public override void Declare(Layout layout) =>
            layout.Messages([.. Enumerable.Range(0, kinds).Select(k => new MessageKind($"kind {k}"))]);
    }
}
