using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>A value that replaces that of an experiment.</summary>
/// <param name="Arm">The arm that it concerns; null for all.</param>
/// <param name="Keys">The keys that lead to it.</param>
/// <param name="Value">The value.</param>
sealed record Override(string? Arm, string[] Keys, SpecNode Value)
{
    /// <summary>The overrides of a mapping of key paths; what begins with <c>arms</c> concerns one arm.</summary>
    /// <param name="set">The mapping; null for none.</param>
    /// <param name="arms">The names of the arms, which may contain dots.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static List<Override> Of(SpecMapping? set, IReadOnlyList<string> arms, Diagnostics diagnostics)
    {
        var all = new List<Override>();
        foreach (var entry in set?.Entries ?? [])
        {
            var keys = entry.Key.Split('.');
            if (keys[0] == "arms")
                all.AddRange(OfArms(entry, arms, diagnostics));
            else if (FileHead.Keys.Contains(keys[0]))
                diagnostics.Add(entry.KeyPlace, set!.Path, $"'{keys[0]}' cannot be set here");
            else if (keys.Contains(""))
                diagnostics.Add(entry.KeyPlace, set!.Path, $"expected keys joined by dots, got '{entry.Key}'");
            else
                all.Add(new(null, keys, entry.Value));
        }
        return all;
    }

    /// <summary>Lays overrides over an arm, in their order: those of all arms first.</summary>
    public static ArmTree Apply(ArmTree arm, IEnumerable<Override> overrides, Diagnostics diagnostics)
    {
        var tree = arm.Tree;
        foreach (var change in overrides.Where(o => o.Arm is null || o.Arm == (arm.Base ?? arm.Name))
            .OrderBy(o => o.Arm is not null))
            tree = SpecTree.Set(tree, change.Keys, change.Value, diagnostics);
        return arm with { Tree = tree };
    }

    // arms: { NAME: { key.path: value } }, or arms.NAME.key.path: value.
    static IEnumerable<Override> OfArms(SpecEntry entry, IReadOnlyList<string> arms, Diagnostics diagnostics)
    {
        if (entry.Key == "arms" && entry.Value is SpecMapping named)
            return named.Entries.SelectMany(e => OfArm(e.Key, e, arms, diagnostics));
        var rest = entry.Key.Length > 5 ? entry.Key[5..] : "";
        var arm = arms.Where(a => rest == a || rest.StartsWith(a + ".", StringComparison.Ordinal)).MaxBy(a => a.Length);
        if (arm is null || arm == rest)
            return OfArm(arm ?? rest.Split('.')[0], entry, arms, diagnostics);
        return [new Override(arm, rest[(arm.Length + 1)..].Split('.'), entry.Value)];
    }

    static IEnumerable<Override> OfArm(
        string arm, SpecEntry entry, IReadOnlyList<string> arms, Diagnostics diagnostics)
    {
        if (!arms.Contains(arm))
            diagnostics.Add(entry.KeyPlace, entry.Value.Path,
                $"unknown arm '{arm}'" + NearestName.Hint(arm, arms, $"there are {string.Join(", ", arms)}"));
        else if (entry.Value is SpecMapping keys)
            return keys.Entries.Select(e => new Override(arm, e.Key.Split('.'), e.Value));
        else
            diagnostics.Add(entry.Value, $"expected the keys that are set in the arm, got {entry.Value.Text}");
        return [];
    }
}
