using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments.Claims;

/// <summary>A case of a claim.</summary>
/// <param name="Name">Its name; empty for a claim without cases.</param>
/// <param name="Set">What it sets; null for nothing.</param>
sealed record ClaimCase(string Name, SpecMapping? Set)
{
    /// <summary>The cases of the key <c>cases</c>: by name, or all combinations of a grid.</summary>
    public static List<ClaimCase> Of(SpecMapping? cases, Diagnostics diagnostics)
    {
        if (cases is null || cases.Entries.Count == 0)
            return [new ClaimCase("", null)];
        if (cases is { Entries: [{ Key: "grid", Value: SpecMapping grid }] })
            return OfGrid(grid, diagnostics);
        var all = new List<ClaimCase>();
        foreach (var entry in cases.Entries)
        {
            if (!ArmTrees.IsGoodName(entry.Key))
                diagnostics.Add(entry.KeyPlace, cases.Path,
                    $"'{entry.Key}' cannot be the name of a case and its folder: "
                    + "expected letters, digits, and . , + = - _");
            if (entry.Value is not SpecMapping && !entry.Value.IsNull)
                diagnostics.Add(entry.Value, $"expected the keys that this case sets, got {entry.Value.Text}");
            all.Add(new ClaimCase(entry.Key, entry.Value as SpecMapping));
        }
        return all;
    }

    // As the arms of a sweep are, but the keys are set later: an arm may set them, too.
    static List<ClaimCase> OfGrid(SpecMapping grid, Diagnostics diagnostics)
    {
        var nothing = new ArmTree(null, new SpecMapping([], grid.Place, grid.Path), [], null);
        return
        [
            .. ArmTrees.Swept([nothing], grid, diagnostics).Where(t => t.Name is not null).Select(t => new ClaimCase(
                t.Name!,
                nothing.Tree with { Entries = [.. t.Point.Select(v => new SpecEntry(v.Key, v.Node.Place, v.Node))] })),
        ];
    }
}
