using System.Text.RegularExpressions;
using AsyncOpt.Core;

namespace AsyncOpt.Experiments.Tests.Specification;

/// <summary>What a slip of the finger makes of a good file.</summary>
public partial class EditTests
{
    const string Characters = "{}[]:,-#&*!|>'\"%@`\t";

    // The shape of the quickstart: block and flow, lists, comments, a folded text, arms and a sweep.
    const string Good = """
        name: x
        description: >
          Folded.
        workers: 2
        problem: { name: quadratic, targets: [[1], [3]] }
        links:
          delay: { name: uniform, low: 1ms, high: 3ms }
        compute:
          per-task: 10ms   # each
          speeds: { name: list, factors: [1, 2] }
        stop: { time: 1s, target: { metric: gap, value: 0.01 } }
        samples: 2
        arms:
          a: { method: { name: async-sgd, step: 0.1 } }
          "b":
            method: { name: minibatch-sgd, step: 'x' }
        sweep:
          grid: { method.step: [0.1, 0.2] }
          best: { metric: gap }
        """;

    static readonly string Text = Good.Replace("'x'", "'0.1'", StringComparison.Ordinal);

    [GeneratedRegex(@"^test\.yaml:\d+:\d+: \S")]
    private static partial Regex Placed();

    static IEnumerable<string> Edits()
    {
        for (var i = 0; i < Text.Length; i++)
        {
            yield return Text.Remove(i, 1);
            foreach (var c in Characters)
            {
                yield return Text.Insert(i, $"{c}");
                yield return Text.Remove(i, 1).Insert(i, $"{c}");
            }
        }
    }

    [Fact]
    public void Every_edit_of_one_character_loads_or_is_refused_with_its_place()
    {
        Assert.Equal(2, Parsing.Load(Text).Arms.Count);
        var (loaded, refused) = (0, 0);
        Assert.All(Edits(), text =>
        {
            try
            {
                Parsing.Load(text);
                loaded++;
            }
            catch (InputException e)
            {
                refused++;
                Assert.All(e.Message.Split('\n'), line => Assert.Matches(Placed(), line));
                Assert.DoesNotContain("System.", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("current state of the object", e.Message, StringComparison.Ordinal);
            }
        });
        Assert.InRange(loaded, 100, refused);
    }
}
