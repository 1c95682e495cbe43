using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Schedules;

namespace AsyncOpt.Swarm.Drawn;

/// <summary>Step sizes, and other numbers that change with the updates.</summary>
static class ScheduleRules
{
    /// <summary>A number, mostly, else a schedule about as large.</summary>
    public static JsonNode? Step(OptionDrawer d, Option option)
    {
        // Momenta are shares; how a walk avoids its past may be large; now and then a step is too large on purpose.
        if (option.Name is "momentum" or "tracking")
            return d.Dice.Number(0.05, 1);
        if (option.Name == "alpha")
            return d.Dice.Scale(0.1, 10);
        if (d.Dice.Chance(0.7))
            return d.Dice.Scale(0.001, d.Dice.Chance(0.1) ? 1000 : 0.2);
        return d.Any(typeof(StepSchedule));
    }

    public static JsonObject StepDecay(OptionDrawer d)
    {
        var schedule = new JsonObject
        {
            ["value"] = d.Dice.Scale(0.001, 0.2),
            ["factor"] = d.Dice.Number(0.1, 0.9),
        };
        if (d.Dice.Chance(0.5))
            schedule["every"] = d.Dice.Whole(1, 20);
        else
            schedule["milestones"] = new JsonArray(d.Dice.Whole(1, 5), d.Dice.Whole(6, 30));
        return schedule;
    }
}
