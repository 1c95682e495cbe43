using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Core.Topologies;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Tests.Specification;

public class BinderTests
{
    enum Colour
    {
        DarkRed,
        Blue,
    }

    sealed record Inner : ICheckedOptions
    {
        [Bare] public int Low { get; init; }

        public int High { get; init; } = 10;

        public IEnumerable<string> Violations() => Low > High ? [$"low is {Low}, above high, {High}"] : [];
    }

    sealed record Everything
    {
        [Time, Range(0, 1e9)] public double Time { get; init; }

        [Range(0, 1)] public double Share { get; init; }

        [Range(0.0, 1.0, MinimumIsExclusive = true)] public double Positive { get; init; } = 1;

        public double Any { get; init; }

        public int Whole { get; init; }

        public long Long { get; init; }

        public ulong Seed { get; init; }

        public bool Flag { get; init; }

        public string Text { get; init; } = "";

        [MinLength(2)] public string Long2 { get; init; } = "ab";

        public Colour Colour { get; init; }

        [Range(0, 5)] public double[] Numbers { get; init; } = [];

        public int[] Wholes { get; init; } = [];

        public IReadOnlyList<string> Words { get; init; } = [];

        public int? Maybe { get; init; }

        [Word("auto")] public int? Auto { get; init; } = 3;

        public Inner Inner { get; init; } = new();

        public StepSchedule? Step { get; init; }

        public LinkDelay? Delay { get; init; }

        public MixingRule Mixing { get; init; } = new LazyMixing(new LazyMixing.Options { Share = 0.25 });

        public IReadOnlyList<Law> Laws { get; init; } = [];

        public Picky? Picky { get; init; }
    }

    [EntryKind("picky things")]
    internal abstract class Picky;

    internal sealed class PickyAttribute(string name) : EntryAttribute(name);

    [Picky("argument")]
    internal sealed class PickyArgument : Picky
    {
        public PickyArgument() => throw new ArgumentException("never pleased", "thing");
    }

    [Picky("input")]
    internal sealed class PickyInput : Picky
    {
        public PickyInput() => throw new InputException("not today");
    }

    static readonly Catalogue Catalogue = Catalogue.Of(typeof(Catalogue).Assembly, typeof(BinderTests).Assembly);

    static Everything Bind(string text, out string json)
    {
        var diagnostics = new Diagnostics();
        var bound = new Binder(Catalogue, diagnostics).Bind<Everything>(Parsing.Read(text), out var node);
        diagnostics.ThrowIfAny();
        json = node.ToJsonString();
        return bound;
    }

    static Everything Bind(string text) => Bind(text, out _);

    static string Error(string text) => Assert.Throws<InputException>(() => Bind(text)).Message;

    [Theory]
    [InlineData("2", 2)]
    [InlineData("9.3ms", 0.0093)]
    [InlineData("250us", 0.00025)]
    [InlineData("7ns", 7e-9)]
    [InlineData("1.5 s", 1.5)]
    [InlineData("2m", 120)]
    [InlineData("1e-1h", 360)]
    [InlineData("2.5E3 us", 0.0025)]
    [InlineData(".5s", 0.5)]
    [InlineData("+1s", 1)]
    public void Times_may_have_units(string text, double seconds) => Assert.Equal(seconds, Bind($"time: {text}").Time);

    [Theory]
    [InlineData("time: 5 minutes")]
    [InlineData("time: ms")]
    [InlineData("time: 1ex2ms")]
    [InlineData("time: -1s")]
    [InlineData("time: 1_000")]
    [InlineData("time: '1,5'")]
    [InlineData("time: .nan")]
    [InlineData("time: .inf")]
    [InlineData("any: 5ms")]
    [InlineData("any: 1e999")]
    [InlineData("any: .inf")]
    [InlineData("share: 1.4")] // the attribute's own check would round it to 1
    [InlineData("positive: 0")]
    [InlineData("whole: 1.5")]
    [InlineData("whole: 3e9")]
    [InlineData("seed: -1")]
    [InlineData("flag: yes")]
    [InlineData("colour: dark-Red")]
    [InlineData("numbers: 3")]
    [InlineData("numbers: [1, 6]")]
    [InlineData("wholes: [1, x]")]
    [InlineData("text: [a]")]
    [InlineData("inner: [1]")]
    [InlineData("inner: x")]
    [InlineData("laws: [1, fast]")]
    [InlineData("long2: a")]
    [InlineData("any: {}")]
    public void A_value_of_the_wrong_type_or_out_of_range_is_refused(string text) =>
        Assert.StartsWith("test.yaml:1:", Error(text));

    [Fact]
    public void Values_of_every_type_are_read()
    {
        var e = Bind("""
            share: 0.5
            whole: 1e6
            long: -9000000000
            seed: 18446744073709551615
            flag: true
            text: 5ms
            colour: dark-red
            numbers: [0, 2.5]
            wholes: [1, 2]
            words: [a, "1"]
            maybe: 4
            auto: auto
            inner: { low: 2, high: 3 }
            """);

        Assert.Equal((0.5, 1_000_000, -9_000_000_000, ulong.MaxValue), (e.Share, e.Whole, e.Long, e.Seed));
        Assert.True(e.Flag);
        Assert.Equal(("5ms", Colour.DarkRed, 4, null), (e.Text, e.Colour, e.Maybe, e.Auto));
        Assert.Equal([0, 2.5], e.Numbers);
        Assert.Equal([1, 2], e.Wholes);
        Assert.Equal(["a", "1"], e.Words);
        Assert.Equal(new Inner { Low = 2, High = 3 }, e.Inner);
    }

    [Fact]
    public void Nothing_written_is_nothing_given()
    {
        var e = Bind("whole: null\nmaybe: ~\nauto: null\nnumbers: null");

        Assert.Equal((0, null, 3), (e.Whole, e.Maybe, e.Auto));
        Assert.Empty(e.Numbers);
    }

    [Fact]
    public void A_key_without_a_value_is_refused_not_ignored() => Assert.Equal(
        "test.yaml:1:7: whole: the key has no value: expected a whole number; remove the key, or write 'null', for the "
            + "default",
        Error("whole:\n"));

    [Theory]
    [InlineData("any: 0,5", "test.yaml:1:6: any: expected a number, got '0,5'; decimals are written with a point: 0.5")]
    [InlineData("any: 1,000", "test.yaml:1:6: any: expected a number, got '1,000'; decimals are written with a point: 1.000; "
        + "thousands without a mark: 1000")]
    [InlineData("any: 0,125", "test.yaml:1:6: any: expected a number, got '0,125'; decimals are written with a point: 0.125")]
    [InlineData("{ any: 0,05 }", "test.yaml:1:10: decimals are written with a point: '0,05' is read as two values; write 0.05")]
    [InlineData("numbers: [0,05]", "test.yaml:1:13: numbers[1]: expected a number from 0 to 5, got '05'; a number does not "
        + "begin with 0, and decimals are written with a point")]
    [InlineData("whole: 007", "test.yaml:1:8: whole: expected a whole number, got '007'; a number does not begin with 0, and "
        + "decimals are written with a point")]
    [InlineData("time: 0,5ms", "test.yaml:1:7: time: expected a time such as 5ms, from 0 to 1e9, got '0,5ms'; a time is one "
        + "number and its unit: write 0.5ms")]
    public void A_decimal_comma_is_refused_and_never_read_as_something_else(string text, string expected) =>
        Assert.Equal(expected, Error(text));

    [Theory]
    [InlineData("1h30m", "90m")]
    [InlineData("1h 0m 5.5s", "3605.5s")]
    [InlineData("5\u00b5s", "5us")]                             // the micro sign
    [InlineData("5\u03bcs", "5us")]                             // the Greek letter
    [InlineData("1,5s", "1.5s")]
    [InlineData("1_000ms", "1000ms")]
    [InlineData("PT5S", "5s")]
    [InlineData("PT1H30M", "90m")]
    [InlineData("5 min", "5m")]
    [InlineData("2 hours", "2h")]
    public void A_time_as_it_is_written_elsewhere_names_ours(string text, string ours) => Assert.Equal(
        $"test.yaml:1:7: time: expected a time such as 5ms, from 0 to 1e9, got '{text}'; a time is one number and its "
            + $"unit: write {ours}",
        Error($"time: {text}"));

    [Theory]
    [InlineData("1,000ms")]                                     // 1 ms or 1 s
    [InlineData("1.2.3s")]
    [InlineData("PT")]
    [InlineData("h")]
    public void A_time_that_may_be_several_gets_no_other(string text) =>
        Assert.DoesNotContain("write", Error($"time: {text}"));

    [Fact]
    public void A_bare_value_stands_for_the_option_that_is_marked() => Assert.Equal(7, Bind("inner: 7").Inner.Low);

    [Fact]
    public void Relations_are_checked_where_all_parts_are_good()
    {
        Assert.Equal("test.yaml:1:8: inner: low is 12, above high, 10", Error("inner: 12"));
        Assert.Equal(
            "test.yaml:1:25: inner.high: expected a whole number, got 'x'", Error("inner: { low: 12, high: x }"));
    }

    [Fact]
    public void A_number_is_a_constant_law_and_a_law_is_a_link()
    {
        Assert.Equal(0.1, Bind("step: 0.1").Step!.At(1000));
        Assert.Equal([2, 0.003], Bind("laws: [2, 3ms]").Laws.Select(l => l.Mean));

        var link = Bind("delay: { name: shifted-exponential, shift: 1ms, mean: 4ms }", out var json).Delay;
        Assert.IsType<LawLink>(link);
        Assert.Contains(
            "\"delay\":{\"name\":\"law\",\"law\":{\"name\":\"shifted-exponential\",\"shift\":0.001,\"mean\":0.004}}", json);
        Assert.Contains(
            "\"delay\":{\"name\":\"law\",\"law\":{\"name\":\"constant\",\"value\":0.005}}", Json("delay: 5ms"));

        static string Json(string text)
        {
            Bind(text, out var json);
            return json;
        }
    }

    [Fact]
    public void What_is_wrong_within_a_law_is_reported_at_its_own_place() => Assert.Equal(
        "test.yaml:1:43: delay.mean: expected a time such as 5ms, at least 0, got 'x'",
        Error("delay: { name: shifted-exponential, mean: x }"));

    [Fact]
    public void Names_of_laws_are_suggested_where_a_link_is_expected() => Assert.Equal(
        "test.yaml:1:16: delay.name: unknown name in links: 'log-nromal'; did you mean 'log-normal'?",
        Parsing.WithoutLists(Error("delay: { name: log-nromal }")));

    [Fact]
    public void The_names_there_are_follow_the_nearest_one() => Assert.Equal(
        "test.yaml:1:18: inner: unknown key 'hgih'; did you mean 'high'? (expected one of high, low)",
        Error("inner: { low: 1, hgih: 2 }"));


    [Fact]
    public void A_default_that_was_made_in_code_is_written_with_its_options()
    {
        Bind("whole: 1", out var json);

        Assert.Contains("\"mixing\":{\"name\":\"lazy\",\"share\":0.25,\"inner\":{\"name\":\"metropolis-hastings\"}}", json);
    }

    [Theory]
    [InlineData("picky: argument", "test.yaml:1:8: picky: never pleased")]
    [InlineData("picky: { name: input }", "test.yaml:1:8: picky: not today")]
    [InlineData("picky: {}", "test.yaml:1:8: picky: missing key 'name': expected a name out of picky things")]
    [InlineData("picky: { name: [a] }", "test.yaml:1:16: picky.name: expected a name out of picky things, got a list; "
        + "expected one of argument, input")]
    [InlineData("mixing: { name: uniform, x: 1 }", "test.yaml:1:26: mixing: unknown key 'x'; there are no options here")]
    public void What_an_entry_refuses_is_reported_where_it_is_named(string text, string expected) =>
        Assert.Equal(expected, Error(text));

    [Fact]
    public void A_choice_makes_instances_that_share_nothing()
    {
        var diagnostics = new Diagnostics();
        var binder = new Binder(Catalogue, diagnostics);
        var choice = binder.Choose<LinkDelay>(Parsing.Read("d: { name: law, law: 3ms }")["d"]!)!;

        Assert.NotSame(choice.Create(), choice.Create());
        Assert.Equal("law", choice.Entry.Name);
        Assert.Null(binder.Choose<LinkDelay>(Parsing.Read("d: nothing")["d"]!));
        Assert.Equal(1, diagnostics.Count);
    }
}
