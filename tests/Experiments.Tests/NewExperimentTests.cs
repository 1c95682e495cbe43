using System.Text.RegularExpressions;
using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Experiments.Tests;

public class NewExperimentTests
{
    static readonly Catalogue Catalogue = Catalogue.Load();

    public static TheoryData<string> Methods => new(
        from entry in Catalogue.OfKind(typeof(Method))
        from name in entry.KnownAs.Where(k => k.Known.With is not null).Select(k => k.Known.Name).Prepend(entry.Name)
        select name);

    [Theory]
    [MemberData(nameof(Methods))]
    public void It_is_valid_and_what_it_says_of_defaults_is_true(string name)
    {
        var text = NewExperiment.Text(Catalogue, name);
        var spelled = Regex.Replace(text, "(?m)^( *)#([a-z])", "$1$2");

        var plain = Assert.Single(Parsing.Load(text).Arms);
        Assert.Equal(
            plain.Specification["method"]!.ToJsonString(),
            Assert.Single(Parsing.Load(Replaced(text, spelled)).Arms).Specification["method"]!.ToJsonString());
    }

    [Fact]
    public void Every_option_is_explained()
    {
        var text = NewExperiment.Text(Catalogue, "async-sgd");

        foreach (var key in (string[])["step", "batch-size", "adaptive", "delay", "fifo", "send-rate", "per-task", "jitter",
            "time", "updates", "samples", "seeds", "seed", "precision", "initial", "faults", "partitions"])
            Assert.Matches($"(?m)^ *#?{key}: \\S", text);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public void A_name_that_is_no_method_leads_somewhere()
    {
        Assert.Equal("no method 'gossip'; see ad-psgd: asynchronous, in pairs; d-sgd: in iterations, with all neighbours",
            Assert.Throws<InputException>(() => NewExperiment.Text(Catalogue, "gossip")).Message);
        Assert.Equal("no method 'ring': it is one of topologies, which 'asyncopt describe ring' explains; "
            + "'asyncopt list methods' shows the methods",
            Assert.Throws<InputException>(() => NewExperiment.Text(Catalogue, "ring")).Message);
        Assert.Equal("no method 'fedbuf'; did you mean 'fedbuff'? ('asyncopt list methods' shows them; "
            + "those of a plug-in need --plugin DLL)",
            Assert.Throws<InputException>(() => NewExperiment.Text(Catalogue, "fedbuf")).Message);
    }

    // The method of one text in the other.
    static string Replaced(string text, string spelled)
    {
        static Match Method(string t) => Regex.Match(t, @"(?ms)^method:.*?(?=^problem:)");
        return text.Replace(Method(text).Value, Method(spelled).Value, StringComparison.Ordinal);
    }
}
