using System.Text.Json.Nodes;
using AsyncOpt.Core.Links;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>The key <c>links</c>.</summary>
static class LinkRules
{
    // By order of magnitude what a message of these small models has.
    const double Bytes = 60;

    public static JsonObject Varying(OptionDrawer d)
    {
        var (at, factors) = (new JsonArray(OptionDrawer.Time(0)), new JsonArray(d.Dice.Number(0.2, 3)));
        var time = 0.0;
        for (var changes = d.Dice.Whole(1, 3); changes > 0; changes--)
        {
            time += d.Dice.Number(0.05, 0.3) * d.Setting.End;
            at.Add(OptionDrawer.Time(time));
            factors.Add(d.Dice.Number(0.2, 3));
        }
        var delay = new JsonObject { ["delay"] = LawRules.Any(d, d.Setting.Tick), ["at"] = at, ["factors"] = factors };
        if (d.Dice.Chance(0.5))
            delay["every"] = OptionDrawer.Time(1.1 * time);
        return delay;
    }

    public static JsonObject RandomWalk(OptionDrawer d)
    {
        var low = d.Dice.Number(0, 1);
        var width = d.Dice.Number(0.1, 3);
        return new()
        {
            ["delay"] = LawRules.Any(d, d.Setting.Tick),
            ["low"] = low,
            ["high"] = low + width,
            ["deviation"] = d.Dice.Scale(0.01, 2) * width,
            // At least what the option takes, 1 ms.
            ["step"] = OptionDrawer.Time(Math.Max(1e-3, d.Dice.Scale(0.1, 10) * d.Setting.Tick)),
        };
    }

    public static JsonObject Tcp(OptionDrawer d)
    {
        var rate = Bytes / d.Setting.Tick;
        return new()
        {
            ["latency"] = d.Ticks(0.05, 1),
            ["rate"] = d.Dice.Scale(0.5 * rate, 20 * rate),
            ["window"] = d.Dice.Scale(Bytes, 100 * Bytes),
            ["latency-factor"] = d.Dice.Number(0.5, 2),
            ["bandwidth-factor"] = d.Dice.Number(0.5, 1),
            ["cross-traffic"] = d.Dice.Number(0, 0.2),
        };
    }

    /// <summary>Links: none, or with delays, order, a quantum, cards, retransmission.</summary>
    public static JsonObject? Of(OptionDrawer d)
    {
        var (dice, links) = (d.Dice, new JsonObject());
        if (d.Setting.IsLockstep)
            return dice.Chance(0.8) ? new() { ["delay"] = d.Ticks(0.1, 3) } : null;
        if (dice.Chance(0.9))
            links["delay"] = dice.Chance(0.3) ? d.Ticks(0.1, 3) : d.Any(typeof(LinkDelay));
        if (dice.Chance(0.3))
            links["fifo"] = true;
        if (dice.Chance(0.25))
            links["quantum"] = d.Ticks(0.02, 1);
        if (dice.Chance(0.3))
            Cards(d, links);
        if (dice.Chance(d.Setting.IsLiveness ? 0.5 : 0.25))
        {
            links["retransmit"] = new JsonObject
            {
                ["timeout"] = d.Ticks(0.5, 4),
                ["backoff"] = dice.Number(1, 2),
                ["tries"] = dice.Whole(1, 6),
            };
        }
        return links.Count == 0 ? null : links;
    }

    static void Cards(OptionDrawer d, JsonObject links)
    {
        var (dice, rate) = (d.Dice, Bytes / d.Setting.Tick);
        if (dice.Chance(0.7))
            links["send-rate"] = dice.Scale(0.5 * rate, 20 * rate);
        if (dice.Chance(0.7) || !links.ContainsKey("send-rate"))
            links["receive-rate"] = dice.Scale(0.5 * rate, 20 * rate);
        if (dice.Chance(0.5))
            links["sharing"] = d.Any(typeof(BandwidthLaw));
        else if (dice.Chance(0.5) && !d.Setting.IsLiveness)
            links["buffer"] = dice.WholeScale(0, 8);
    }
}
