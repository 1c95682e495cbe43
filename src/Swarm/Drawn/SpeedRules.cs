using System.Text.Json.Nodes;
using AsyncOpt.Core.ComputeTimes;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>The key <c>compute</c>.</summary>
static class SpeedRules
{
    public static JsonObject Listed(OptionDrawer d) => new() { ["factors"] = Factors(d, d.Setting.Places) };

    public static JsonObject Spread(OptionDrawer d)
    {
        var cycles = d.Dice.Chance(0.5);
        return new()
        {
            ["factors"] = Factors(d, cycles ? d.Dice.Whole(1, d.Setting.Places) : d.Setting.Places),
            ["exponent"] = d.Dice.Number(0, 2),
            ["cycle"] = cycles,
        };
    }

    public static JsonObject Straggler(OptionDrawer d) => new()
    {
        ["place"] = d.Dice.Whole(0, d.Setting.Places - 1),
        ["factor"] = d.Dice.Scale(0.3, 8),
    };

    public static JsonObject Drawn(OptionDrawer d) => new() { ["law"] = LawRules.Any(d, 1) };

    public static JsonObject Bursts(OptionDrawer d) => new()
    {
        ["enter"] = d.Dice.Scale(0.01, 0.3),
        ["leave"] = d.Dice.Number(0.1, 1),
        ["factor"] = d.Dice.Scale(0.2, 8),
    };

    /// <summary>What computations take.</summary>
    public static JsonObject Of(OptionDrawer d)
    {
        var dice = d.Dice;
        // Steps and samples may be none: then a computation would take no time, and a token alone would walk for ever.
        var compute = new JsonObject { ["per-task"] = d.Ticks(0.3, 3) };
        if (d.Setting.IsLockstep)
            return compute;
        if (dice.Chance(0.3))
            compute["per-step"] = d.Ticks(0.1, 1);
        if (dice.Chance(0.3))
            compute["per-sample"] = d.Ticks(0.3, 3);
        if (dice.Chance(0.5))
            compute["speeds"] = d.Any(typeof(Speeds));
        if (dice.Chance(0.4))
            compute["jitter"] = LawRules.Any(d, 1);
        if (dice.Chance(0.2))
            compute["slowdowns"] = new JsonArray(d.Any(typeof(Slowdown)));
        return compute;
    }

    static JsonArray Factors(OptionDrawer d, int count) =>
        new([.. Enumerable.Range(0, count).Select(_ => (JsonNode)d.Dice.Scale(0.3, 5))]);
}
