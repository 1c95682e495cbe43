using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Problems, small.</summary>
static class ProblemRules
{
    // Rules for those that need a file, or what this one knows nothing of, are left out.
    static readonly Type[] Shardings =
    [
        typeof(IidSharding), typeof(ByLabelSharding), typeof(ContiguousSharding), typeof(DirichletSharding),
        typeof(RepeatSharding), typeof(OnePerNodeSharding),
    ];

    public static JsonObject Quadratic(OptionDrawer d) => new()
    {
        ["dimension"] = d.Dice.WholeScale(1, 6),
        ["heterogeneity"] = d.Dice.Chance(0.3) ? 0 : d.Dice.Number(0.1, 2),
        ["conditioning"] = d.Dice.Chance(0.3) ? 1 : d.Dice.Scale(1, 100),
        ["noise"] = d.Dice.Chance(0.3) ? 0 : d.Dice.Number(0.01, 1),
    };

    public static JsonObject QuadraticBilevel(OptionDrawer d) => new()
    {
        ["dimension"] = d.Dice.Whole(1, 4),
        ["lower"] = d.Dice.Whole(1, 3),
        ["noise"] = d.Dice.Chance(0.3) ? 0 : d.Dice.Number(0.01, 0.5),
        ["matrix-noise"] = d.Dice.Chance(0.5) ? 0 : d.Dice.Number(0.01, 0.1),
    };

    public static JsonObject Synthetic(OptionDrawer d, bool hasClasses)
    {
        var data = new JsonObject { ["dimension"] = d.Dice.Whole(1, 5), ["noise"] = d.Dice.Number(0, 0.3) };
        data["samples"] = d.Dice.Whole(2, 5) * Math.Max(4, d.Setting.Places);
        if (hasClasses && d.Dice.Chance(0.3))
            data["conditioning"] = d.Dice.Scale(1, 20);
        return data;
    }

    public static JsonObject Sampled(OptionDrawer d, Type source)
    {
        var problem = new JsonObject { ["data"] = Data(d, source), ["regularization"] = d.Dice.Scale(0.01, 0.3) };
        if (d.Dice.Chance(0.6))
            problem["sharding"] = Sharding(d);
        if (d.Dice.Chance(0.3))
            problem["sampling"] = d.Dice.Pick([.. OptionText.EnumNames(typeof(Core.Problems.Sampling))]).Name;
        if (d.Dice.Chance(0.3))
            problem["standardize"] = true;
        if (d.Dice.Chance(0.3))
            problem["bias"] = true;
        if (d.Dice.Chance(0.3))
            problem["split"] = new JsonObject { ["train"] = 0.75, ["test"] = 0.25 };
        return problem;
    }

    public static JsonObject Mlp(OptionDrawer d)
    {
        var problem = Sampled(d, typeof(SyntheticClassification));
        problem["hidden"] = new JsonArray(d.Dice.Whole(1, 4));
        return problem;
    }

    static JsonObject Data(OptionDrawer d, Type source) => d.Of(Catalogue.EntryOf(source));

    static JsonObject Sharding(OptionDrawer d) => d.Of(Catalogue.EntryOf(d.Dice.Pick(Shardings)));
}
