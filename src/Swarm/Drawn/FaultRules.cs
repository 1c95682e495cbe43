using System.Text.Json.Nodes;
using AsyncOpt.Core.Faults;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Faults; where liveness is asked for, those that are over after a third of the run.</summary>
static class FaultRules
{
    // What begins before this share of the run and lasts at most another is over before half of it.
    const double Begin = 0.25, Last = 0.2;

    /// <summary>Up to three faults.</summary>
    public static JsonArray Of(OptionDrawer d)
    {
        var faults = new JsonArray();
        if (d.Setting.IsLockstep && d.Dice.Chance(0.7))
            return faults;
        for (var left = d.Dice.WholeScale(0, 3); left > 0; left--)
        {
            if (d.Any(typeof(Fault), e => Fits(d, e.Type)) is { } fault)
                faults.Add(fault);
        }
        return faults;
    }

    // Nobody colludes alone.
    static bool Fits(OptionDrawer d, Type fault) => (!d.Setting.IsLiveness || Ends(fault))
        && (fault != typeof(CollusionFault) || d.Setting.Places > 1);

    static bool Ends(Type fault) =>
        fault == typeof(CrashFault) || fault == typeof(SplitFault) || fault == typeof(DuplicateFault);

    public static JsonObject Crash(OptionDrawer d)
    {
        var dice = d.Dice;
        var crash = new JsonObject();
        if (d.Setting.IsLiveness || dice.Chance(0.5))
        {
            crash["place"] = Place(d);
            crash["at"] = OptionDrawer.Time(dice.Number(0, d.Setting.IsLiveness ? Begin : 0.9) * d.Setting.End);
            if (d.Setting.IsLiveness || dice.Chance(0.7))
                crash["for"] = Lasting(d);
            return crash;
        }
        if (dice.Chance(0.5))
            crash["place"] = Place(d);
        crash["mean-up"] = OptionDrawer.Time(dice.Scale(0.05, 1) * d.Setting.End);
        crash["mean-down"] = OptionDrawer.Time(dice.Scale(0.01, 0.3) * d.Setting.End);
        return crash;
    }

    public static JsonObject Split(OptionDrawer d)
    {
        var (dice, end) = (d.Dice, d.Setting.End);
        var split = new JsonObject
        {
            ["places"] = Places(d, orServer: true),
            ["at"] = OptionDrawer.Time(dice.Number(0, d.Setting.IsLiveness ? Begin : 0.8) * end),
            ["ways"] = dice.Pick((string[])["both", "out", "in"]),
        };
        var isHeld = d.Setting.IsLiveness || dice.Chance(0.5);
        if (!isHeld && dice.Chance(0.3))
            return split;
        split["messages"] = isHeld ? "held" : "lost";
        var length = dice.Number(0.02, Last) * end;
        split["for"] = OptionDrawer.Time(length);
        if (!d.Setting.IsLiveness && dice.Chance(0.4))
            split["every"] = OptionDrawer.Time(length * dice.Number(1.1, 3));
        return split;
    }

    public static JsonObject Outages(OptionDrawer d)
    {
        var (dice, end) = (d.Dice, d.Setting.End);
        var outages = new JsonObject
        {
            ["mean-between"] = OptionDrawer.Time(dice.Scale(0.1, 2) * end),
            ["duration"] = LawRules.Any(d, dice.Scale(0.02, 0.2) * end),
        };
        if (dice.Chance(0.4))
            outages["groups"] = new JsonArray(Places(d, orServer: false));
        else if (dice.Chance(0.5))
            outages["group-size"] = dice.Whole(2, 4);
        if (dice.Chance(0.5))
            outages["common"] = dice.Number(0, 1);
        if (dice.Chance(0.3))
        {
            outages["amplitude"] = dice.Number(0.1, 1);
            outages["period"] = OptionDrawer.Time(dice.Number(0.1, 2) * end);
        }
        return outages;
    }

    public static JsonObject Sessions(OptionDrawer d)
    {
        var (dice, end) = (d.Dice, d.Setting.End);
        var isStationary = dice.Chance(0.3);
        JsonObject Law(double size) => isStationary
            ? new() { ["name"] = "shifted-exponential", ["mean"] = size }
            : LawRules.Any(d, size);
        var sessions = new JsonObject
        {
            ["up"] = Law(dice.Scale(0.1, 1) * end),
            ["down"] = Law(dice.Scale(0.02, 0.3) * end),
            ["start"] = isStationary ? "stationary" : dice.Pick((string[])["up", "down"]),
        };
        if (dice.Chance(0.4))
            sessions["places"] = Places(d, orServer: false);
        return sessions;
    }

    public static JsonObject Corrupt(OptionDrawer d)
    {
        var corrupt = new JsonObject
        {
            ["probability"] = d.Dice.Number(0, 0.5),
            ["factor"] = d.Dice.Number(-2, 2),
            ["deviation"] = d.Dice.Number(0.01, 1),
        };
        if (d.Dice.Chance(0.4))
            corrupt["senders"] = Places(d, orServer: true);
        return corrupt;
    }

    public static JsonObject Replay(OptionDrawer d) => new()
    {
        ["senders"] = Places(d, orServer: true),
        ["ago"] = d.Dice.WholeScale(1, 5),
        ["probability"] = d.Dice.Number(0.05, 1),
    };

    public static JsonObject Collusion(OptionDrawer d)
    {
        var senders = Enumerable.Range(0, Math.Max(2, d.Setting.Places / 2));
        return new JsonObject
        {
            ["senders"] = new JsonArray([.. senders.Select(p => (JsonNode)p)]),
            ["factor"] = d.Dice.Number(-1, 1),
            ["deviation"] = d.Dice.Scale(0.01, 1),
        };
    }

    public static JsonObject Drop(OptionDrawer d) => new() { ["probability"] = d.Dice.Scale(0.01, 0.5) };

    public static JsonObject Duplicate(OptionDrawer d) => new() { ["probability"] = d.Dice.Scale(0.01, 0.9) };

    public static JsonObject BurstyLoss(OptionDrawer d) => new()
    {
        ["enter"] = d.Dice.Scale(0.01, 0.3),
        ["leave"] = d.Dice.Number(0.1, 1),
        ["loss-good"] = d.Dice.Chance(0.5) ? 0 : d.Dice.Number(0, 0.2),
        ["loss-bad"] = d.Dice.Number(0.3, 1),
    };

    static JsonNode Lasting(OptionDrawer d) => OptionDrawer.Time(d.Dice.Number(0.01, Last) * d.Setting.End);

    static int Place(OptionDrawer d) => HasServer(d) && d.Dice.Chance(0.15)
        ? -1
        : d.Dice.Whole(0, d.Setting.Places - 1);

    static JsonArray Places(OptionDrawer d, bool orServer)
    {
        var places = d.Dice.Some(d.Setting.Places);
        if (orServer && HasServer(d) && d.Dice.Chance(0.2))
            places.Insert(0, -1);
        return new JsonArray([.. places.Select(p => (JsonNode)p)]);
    }

    static bool HasServer(OptionDrawer d) => d.Setting.Needs == Core.Programs.Needs.Workers;
}
