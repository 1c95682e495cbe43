using System.Text.Json.Nodes;
using AsyncOpt.Core.Laws;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Laws whose values are about some size: a time in seconds, or a factor.</summary>
static class LawRules
{
    static readonly Dictionary<Type, Func<OptionDrawer, double, JsonObject>> All = new()
    {
        [typeof(Constant)] = Constant,
        [typeof(Empirical)] = Empirical,
        [typeof(LogNormal)] = LogNormal,
        [typeof(Pareto)] = Pareto,
        [typeof(ShiftedExponential)] = ShiftedExponential,
        [typeof(TruncatedNormal)] = TruncatedNormal,
        [typeof(Uniform)] = Uniform,
        [typeof(Weibull)] = Weibull,
        [typeof(Zipf)] = Zipf,
    };

    /// <summary>A law whose values are about a size.</summary>
    /// <param name="d">The choices.</param>
    /// <param name="size">The size.</param>
    public static JsonObject Any(OptionDrawer d, double size)
    {
        var entry = d.Dice.Pick([.. d.Catalogue.OfKind(typeof(Law)).Where(e => All.ContainsKey(e.Type))]);
        d.Names.Add((entry.Kind.Plural, entry.Name));
        var law = All[entry.Type](d, size);
        law.Insert(0, "name", entry.Name);
        return law;
    }

    public static JsonObject Constant(OptionDrawer d, double size) => new() { ["value"] = Size(d, size) };

    public static JsonObject Empirical(OptionDrawer d, double size) => new()
    {
        ["values"] = new JsonArray([.. Enumerable.Range(0, d.Dice.Whole(1, 4)).Select(_ => (JsonNode)Size(d, size))]),
    };

    public static JsonObject LogNormal(OptionDrawer d, double size) => new()
    {
        [d.Dice.Chance(0.5) ? "median" : "mean"] = Size(d, size),
        ["sigma"] = d.Dice.Number(0.1, 1.5),
        ["shift"] = d.Dice.Chance(0.5) ? 0 : Size(d, size),
    };

    public static JsonObject Pareto(OptionDrawer d, double size) => new()
    {
        ["scale"] = Size(d, 0.5 * size),
        ["shape"] = d.Dice.Number(1.1, 3),
    };

    public static JsonObject ShiftedExponential(OptionDrawer d, double size) => new()
    {
        ["shift"] = d.Dice.Chance(0.3) ? 0 : Size(d, size),
        ["mean"] = Size(d, size),
    };

    public static JsonObject TruncatedNormal(OptionDrawer d, double size) => new()
    {
        ["mean"] = Size(d, size),
        ["sd"] = Size(d, 0.5 * size),
        ["floor"] = d.Dice.Chance(0.5) ? 0 : 0.3 * size,
    };

    public static JsonObject Uniform(OptionDrawer d, double size)
    {
        var low = d.Dice.Chance(0.2) ? 0 : Size(d, 0.5 * size);
        return new() { ["low"] = low, ["high"] = low + Size(d, size) };
    }

    public static JsonObject Weibull(OptionDrawer d, double size) => new()
    {
        ["scale"] = Size(d, size),
        ["shape"] = d.Dice.Number(0.5, 3),
        ["shift"] = d.Dice.Chance(0.5) ? 0 : Size(d, size),
    };

    public static JsonObject Zipf(OptionDrawer d, double size) => new()
    {
        ["exponent"] = d.Dice.Number(0.2, 2),
        ["count"] = d.Dice.Whole(1, 8),
        ["scale"] = Size(d, 0.5 * size),
    };

    static double Size(OptionDrawer d, double size) => d.Dice.Scale(0.3 * size, 2 * size);
}
