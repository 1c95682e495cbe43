using System.Text.Json.Nodes;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Which workers take part in rounds.</summary>
static class ParticipationRules
{
    public static JsonObject Of(OptionDrawer d)
    {
        var (dice, n) = (d.Dice, d.Setting.Places);
        var participation = new JsonObject();
        var needed = n;
        if (dice.Chance(0.7))
        {
            participation["workers"] = needed = dice.Whole(1, n);
            participation["by"] = dice.Pick((string[])["uniform", "samples"]);
            if (dice.Chance(0.4))
                participation["over-selection"] = dice.Number(1.1, 2);
        }
        if (!dice.Chance(0.6))
            return participation;
        participation["timeout"] = d.Ticks(1, 20);
        if (dice.Chance(0.5))
            participation["quorum"] = dice.Whole(1, needed);
        if (dice.Chance(0.5))
            participation["late"] = dice.Pick((string[])["drop", "fold"]);
        return participation;
    }
}
