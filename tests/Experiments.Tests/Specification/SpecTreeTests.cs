using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Tests.Specification;

public class SpecTreeTests
{
    static string Text(SpecNode? node) => node switch
    {
        null => "missing",
        SpecScalar s => s.IsNull ? "~" : s.Value,
        SpecSequence q => "[" + string.Join(", ", q.Items.Select(Text)) + "]",
        SpecMapping m => "{" + string.Join(", ", m.Entries.Select(e => $"{e.Key}: {Text(e.Value)}")) + "}",
        _ => "?",
    };

    static string Merged(string below, string above) => Text(SpecTree.Overlay(Parsing.Read(below), Parsing.Read(above)));

    static string Set(string text, params string[] sets)
    {
        var diagnostics = new Diagnostics();
        var tree = sets.Aggregate(Parsing.Read(text), (t, set) => SpecTree.Set(t, set, diagnostics));
        diagnostics.ThrowIfAny();
        return Text(tree);
    }

    [Fact]
    public void Mappings_merge_key_by_key() =>
        Assert.Equal("{m: {name: a, x: 1, y: 3, z: 4}, n: 5}", Merged("m: {name: a, x: 1, y: 2}\nn: 5", "m: {y: 3, z: 4}"));

    [Fact]
    public void The_same_name_merges_and_another_replaces_whole()
    {
        Assert.Equal("{m: {name: a, x: 1, y: 2}}", Merged("m: {name: a, x: 1}", "m: {name: a, y: 2}"));
        Assert.Equal("{m: {name: b, y: 2}}", Merged("m: {name: a, x: 1}", "m: {name: b, y: 2}"));
        Assert.Equal("{m: {name: b, y: 2}}", Merged("m: a", "m: {name: b, y: 2}"));
    }

    [Fact]
    public void Lists_scalars_and_nothing_replace() =>
        Assert.Equal("{a: [3], b: x, c: ~}", Merged("a: [1, 2]\nb: {k: 1}\nc: 1", "a: [3]\nb: x\nc: ~"));

    [Fact]
    public void A_seed_of_its_own_keeps_the_number_for_the_others() =>
        Assert.Equal("{seed: {base: 5, run: 3}}", Merged("seed: 5", "seed: {run: 3}"));

    [Theory]
    [InlineData("m: {step: 1}", "m.step=0.5", "{m: {step: 0.5}}")]
    [InlineData("a: 1", "m.n.o=x", "{a: 1, m: {n: {o: x}}}")]
    [InlineData("m: lazy", "m.share=0.3", "{m: {name: lazy, share: 0.3}}")]
    [InlineData("m: {name: a, x: 1}", "m={name: b}", "{m: {name: b}}")]
    [InlineData("l: [{p: 1}, {p: 2}]", "l.1.p=3", "{l: [{p: 1}, {p: 3}]}")]
    [InlineData("l: [1]", "l=[]", "{l: []}")]
    [InlineData("a: 1", "a=", "{a: ~}")]
    [InlineData("a: 1", "a=x=y", "{a: x=y}")]
    [InlineData("initial: default", "initial.scale=2", "{initial: {scale: 2}}")]
    public void An_override_puts_a_value_at_its_keys(string text, string set, string expected) =>
        Assert.Equal(expected, Set(text, set));

    [Theory]
    [InlineData("step", "--set step: expected key.path=value")]
    [InlineData("=1", "expected key.path=value")]
    [InlineData("a..b=1", "expected key.path=value")]
    [InlineData("l.7=1", "expected the number of an item of a list, from 0 to 0, got '7'")]
    [InlineData("a=[1", "--set a=[1: a: this '[' is not closed")]
    public void A_broken_override_is_reported_as_it_was_given(string set, string expected) =>
        Assert.Contains(expected, Assert.Throws<Core.InputException>(() => Set("l: [1]", set)).Message);
}
