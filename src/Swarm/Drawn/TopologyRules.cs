using System.Text.Json.Nodes;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Graphs. A rule may take another number of nodes than is asked for, and says so in the setting.</summary>
static class TopologyRules
{
    public static JsonObject Rectangle(OptionDrawer d)
    {
        var rows = d.Dice.Whole(1, 5);
        var columns = Math.Max(1, d.Setting.Places / rows);
        d.Setting.Places = rows * columns;
        return new() { ["rows"] = rows, ["columns"] = columns };
    }

    public static JsonObject Hypercube(OptionDrawer d)
    {
        var dimension = d.Dice.Whole(0, 4);
        d.Setting.Places = 1 << dimension;
        return new() { ["dimension"] = dimension };
    }

    public static JsonObject RandomRegular(OptionDrawer d)
    {
        var n = d.Setting.Places = Math.Max(4, d.Setting.Places);
        var degree = Math.Min(n - 1, d.Dice.Whole(2, 4));
        if (n * degree % 2 != 0)
            degree = 2;
        return new() { ["nodes"] = n, ["degree"] = degree };
    }

    public static JsonObject WattsStrogatz(OptionDrawer d)
    {
        var n = d.Setting.Places = Math.Max(3, d.Setting.Places);
        return new()
        {
            ["nodes"] = n,
            ["neighbours"] = Math.Min(2 * d.Dice.Whole(1, 2), (n - 1) / 2 * 2),
            ["rewiring"] = d.Dice.Number(0, 1),
        };
    }

    public static JsonObject BarabasiAlbert(OptionDrawer d)
    {
        var n = d.Setting.Places = Math.Max(2, d.Setting.Places);
        return new() { ["nodes"] = n, ["edges-per-node"] = d.Dice.Whole(1, Math.Min(3, n - 1)) };
    }

    // From graphs that fall apart to complete ones.
    public static JsonObject ErdosRenyi(OptionDrawer d) => d.Dice.Chance(0.5)
        ? new() { ["nodes"] = d.Setting.Places, ["probability"] = d.Dice.Number(0.2, 1) }
        : new()
        {
            ["nodes"] = d.Setting.Places,
            ["mean-degree"] = d.Dice.Number(0, 1) * (d.Setting.Places - 1),
        };

    public static JsonObject Shuffled(OptionDrawer d) => new()
    {
        ["graph"] = new JsonObject
        {
            ["name"] = d.Dice.Pick((string[])["ring", "star", "binary-tree"]),
            ["nodes"] = d.Setting.Places,
        },
        ["period"] = d.Dice.Whole(1, 5),
    };
}
