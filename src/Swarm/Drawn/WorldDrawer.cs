using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.ComputeTimes;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Bilevel;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>
/// Draws whole experiments from a seed: method, topology, problem, links, faults, participation and sizes, down to one
/// agent and graphs that fall apart.
/// </summary>
/// <param name="catalogue">What can be named.</param>
/// <param name="seed">The seed of the swarm.</param>
sealed class WorldDrawer(Catalogue catalogue, ulong seed)
{
    const int PlacesMax = 20;

    // A bound on what a world takes; where liveness is asked for, it comes to its end.
    const int MessagesMax = 3000;

    /// <summary>A world that was drawn; whether it is a good experiment is not known yet.</summary>
    /// <param name="Tree">The experiment's keys.</param>
    /// <param name="Names">What was drawn, by kind and name.</param>
    /// <param name="Extras">Keys that are left out where they do not fit.</param>
    public sealed record Drawn(JsonObject Tree, IReadOnlyList<(string Kind, string Name)> Names, JsonObject Extras);

    /// <summary>The world of a number.</summary>
    /// <param name="number">Which, from 0.</param>
    /// <param name="attempt">Which try at it, from 0.</param>
    public Drawn Draw(long number, int attempt)
    {
        var dice = new Dice(seed, ((ulong)number << 8) | (uint)attempt);
        var isLiveness = number % 4 == 3;
        var tick = dice.Scale(0.001, 0.05);
        var end = tick * dice.Scale(10, isLiveness ? 120 : 60);
        var setting = new Setting
        {
            Tick = tick, End = end, IsLiveness = isLiveness, IsLockstep = !isLiveness && dice.Chance(0.2),
        };
        setting.Places = dice.Chance(0.08) ? 1 : dice.WholeScale(2, PlacesMax);
        var d = new OptionDrawer(catalogue, dice, setting);
        var method = dice.Pick([.. catalogue.OfKind(typeof(Method)).Where(d.CanDraw)]);
        var attribute = (MethodAttribute)method.Attribute;
        setting.Needs = attribute.Needs;

        var tree = new JsonObject { ["name"] = $"{(isLiveness ? World.Liveness : World.Safety)}-{number}" };
        if (setting.Needs == Needs.Workers)
        {
            tree["workers"] = setting.Places;
        }
        else
        {
            tree["topology"] = Topology(d);
            if (attribute.NeedsMixing && dice.Chance(0.5))
                tree["mixing"] = d.Any(typeof(MixingRule));
        }
        tree["method"] = d.Of(method);
        tree["problem"] = Problem(d, method);
        if (LinkRules.Of(d) is { } links)
            tree["links"] = links;
        tree["compute"] = SpeedRules.Of(d);
        if (FaultRules.Of(d) is { Count: > 0 } faults)
            tree["faults"] = faults;
        if (dice.Chance(0.2))
            tree["precision"] = "float32";
        if (dice.Chance(0.3))
            tree["initial"] = new JsonObject { ["scale"] = dice.Scale(0.1, 10) };
        tree["stop"] = Stop(d);
        tree["samples"] = dice.Whole(2, 8);
        tree["seed"] = dice.Whole(1, 1_000_000);
        return new(tree, d.Names, setting.IsLockstep ? new JsonObject() : Extras(d, method));
    }

    /// <summary>The keys with the extras.</summary>
    public static JsonObject WithExtras(Drawn drawn)
    {
        var tree = (JsonObject)drawn.Tree.DeepClone();
        foreach (var (key, value) in drawn.Extras)
        {
            if (key == "token-speeds")
                tree["compute"]![key] = value!.DeepClone();
            else
                tree[key] = value!.DeepClone();
        }
        return tree;
    }

    static JsonObject Topology(OptionDrawer d)
    {
        var topology = d.Any(typeof(TopologyGenerator))!;
        // Rules say how many nodes they take; of others the option says it.
        if (topology.ContainsKey("nodes"))
            d.Setting.Places = (int)topology["nodes"]!;
        return topology;
    }

    // Bilevel methods are told by their problem alone: their oracles. A method that needs others is refused.
    static JsonObject Problem(OptionDrawer d, Entry method) =>
        method.Type.Namespace?.EndsWith("Bilevel", StringComparison.Ordinal) == true
            ? d.Of(Catalogue.EntryOf(typeof(QuadraticBilevel)))
            : d.Dice.Chance(0.6)
                ? d.Of(Catalogue.EntryOf(typeof(Quadratic)))
                : d.Any(typeof(Problem), e => !e.Type.IsAssignableTo(typeof(BilevelProblem)))!;

    static JsonObject Stop(OptionDrawer d)
    {
        var stop = new JsonObject { ["time"] = OptionDrawer.Time(d.Setting.End), ["messages"] = MessagesMax };
        if (d.Setting.IsLiveness)
            return stop;
        if (d.Dice.Chance(0.15))
            stop["updates"] = d.Dice.WholeScale(1, 100);
        if (d.Dice.Chance(0.1))
            stop["target"] = new JsonObject { ["metric"] = "loss", ["value"] = d.Dice.Number(0.1, 5), ["stop"] = true };
        return stop;
    }

    static JsonObject Extras(OptionDrawer d, Entry method)
    {
        var extras = new JsonObject();
        if (d.Dice.Chance(0.15) && d.Any(typeof(Codec)) is { } codec)
            extras["messages"] = new JsonObject { ["compress"] = codec };
        if (d.Dice.Chance(0.2) && d.Any(typeof(Core.Diagnostics.Diagnostic)) is { } diagnostic)
            extras["diagnostics"] = new JsonArray(diagnostic);
        if (d.Dice.Chance(0.15) && d.Any(typeof(Core.Metrics.EventMetric)) is { } metric)
            extras["metrics"] = new JsonArray(metric);
        if (d.Dice.Chance(0.25))
        {
            var role = d.Setting.Needs == Needs.Workers ? d.Dice.Pick((string[])["server", "worker"]) : "node";
            extras["service"] = new JsonArray(new JsonObject
            {
                ["role"] = role, ["time"] = LawRules.Any(d, 0.2 * d.Setting.Tick),
            });
        }
        if (method.Options.Any(o => o.Name == "tokens") && d.Dice.Chance(0.3))
            extras["token-speeds"] = d.Any(typeof(Speeds));
        return extras;
    }
}
