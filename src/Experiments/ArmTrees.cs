using AsyncOpt.Experiments.Specification;

namespace AsyncOpt.Experiments;

/// <summary>One arm before it is read: its own keys laid over those of the file.</summary>
/// <param name="Name">The arm's name; null for a file without arms.</param>
/// <param name="Tree">Its keys.</param>
/// <param name="Point">For an arm of a sweep, the keys that it sets and their values.</param>
/// <param name="Base">For an arm of a sweep, the arm that it varies; null for a file without arms.</param>
sealed record ArmTree(string? Name, SpecMapping Tree, IReadOnlyList<GridValue> Point, string? Base)
{
    /// <summary>For an arm of a sweep, the condition under which it is tuned.</summary>
    public IReadOnlyList<GridValue> Condition { get; init; } = [];
}

/// <summary>The trees of a file's arms, and of its sweep. Pure functions.</summary>
static class ArmTrees
{
    // As many as a sweep may have.
    const int ArmsMax = 10_000;

    // More than that have more combinations, unless each has one value.
    const int KeysMax = 1000;

    /// <summary>The arms of a file, in the order of the file; one without name where it has none.</summary>
    public static List<ArmTree> Of(SpecMapping root, SpecMapping? arms, Diagnostics diagnostics)
    {
        var common = root.Without(FileHead.Keys);
        if (arms is null || arms.Entries.Count == 0)
            return [new ArmTree(null, common, [], null)];
        if (arms.Entries.Count > ArmsMax)
        {
            diagnostics.Add(arms, $"{arms.Entries.Count} arms; expected at most {ArmsMax}");
            return [];
        }
        var trees = new List<ArmTree>();
        foreach (var arm in arms.Entries)
        {
            if (!IsGoodName(arm.Key))
                diagnostics.Add(arm.KeyPlace, arms.Path,
                    $"'{arm.Key}' cannot be the name of an arm and its folder: "
                    + "expected letters, digits, and . , + = - _");
            if (arm.Value is not SpecMapping && !arm.Value.IsNull)
                diagnostics.Add(arm.Value, $"expected the keys that this arm sets, got {arm.Value.Text}");
            var own = arm.Value as SpecMapping ?? new SpecMapping([], arm.KeyPlace, $"{arms.Path}.{arm.Key}");
            foreach (var entry in own.Entries.Where(e => FileHead.Keys.Contains(e.Key)))
                diagnostics.Add(entry.KeyPlace, own.Path, $"'{entry.Key}' concerns all arms: it cannot be set in one");
            trees.Add(new ArmTree(arm.Key, SpecTree.Overlay(common, own.Without(FileHead.Keys)), [], arm.Key));
        }
        return trees;
    }

    /// <summary>Every arm with every combination of the grid's values; later keys vary fastest.</summary>
    public static List<ArmTree> Swept(IReadOnlyList<ArmTree> arms, SpecMapping grid, Diagnostics diagnostics)
    {
        var before = diagnostics.Count;
        var axes = new List<IReadOnlyList<GridValue>>();
        foreach (var entry in grid.Entries)
        {
            if (entry.Value is not SpecSequence { Items.Count: > 0 } list)
            {
                diagnostics.Add(entry.Value, $"expected a list of values to try, got {entry.Value.Text}");
                continue;
            }
            foreach (var twice in list.Items.Where((item, i) => list.Items.Take(i).Any(other => AreSame(other, item))))
                diagnostics.Add(twice, $"the value {twice.Text} of '{entry.Key}' stands twice; leave one out");
            axes.Add(Axis(entry.Key, list));
        }
        foreach (var (above, below) in Hidden(grid.Entries, grid.Entries))
        {
            diagnostics.Add(above.KeyPlace, grid.Path, $"'{above.Key}' sets anew what '{below.Key}' has set; put it "
                + "before that");
        }
        var count = axes.Aggregate((double)arms.Count, (product, axis) => product * axis.Count);
        if (axes.Count == 0 && diagnostics.Count == before)
            diagnostics.Add(grid, "expected at least one key path with a list of values to try");
        if (count > ArmsMax)
            diagnostics.Add(grid, $"{count:0} combinations; expected at most {ArmsMax}");
        if (diagnostics.Count > before)
            return [.. arms];
        IEnumerable<IReadOnlyList<GridValue>> points = [[]];
        foreach (var axis in axes)
            points = [.. from point in points from value in axis select (IReadOnlyList<GridValue>)[.. point, value]];
        return [.. from arm in arms from point in points select At(arm, point, diagnostics)];
    }

    // Before keys and values are compared with each other, which takes the square of their number.
    static bool IsTooLarge(SpecMapping? grid, Diagnostics diagnostics)
    {
        var before = diagnostics.Count;
        if (grid?.Entries.Count > KeysMax)
            diagnostics.Add(grid, $"{grid.Entries.Count} keys; expected at most {KeysMax}");
        foreach (var list in (grid?.Entries ?? []).Select(e => e.Value).OfType<SpecSequence>())
        {
            if (list.Items.Count > ArmsMax)
                diagnostics.Add(list, $"{list.Items.Count} values; expected at most {ArmsMax}");
        }
        return diagnostics.Count > before;
    }

    /// <summary>Every arm under every combination of conditions, each with every combination of the grid.</summary>
    public static List<ArmTree> Swept(
        IReadOnlyList<ArmTree> arms, SpecMapping? conditions, SpecMapping grid, Diagnostics diagnostics)
    {
        if (IsTooLarge(conditions, diagnostics) | IsTooLarge(grid, diagnostics))
            return [.. arms];
        foreach (var both in (conditions?.Entries ?? []).Where(e => grid.Find(e.Key) is not null))
            diagnostics.Add(both.KeyPlace, conditions!.Path,
                $"'{both.Key}' is tuned in the grid: a key is either studied or tuned; remove it from one of them");
        foreach (var (above, below) in Hidden(conditions?.Entries ?? [], grid.Entries))
        {
            diagnostics.Add(above.KeyPlace, grid.Path, $"'{above.Key}' sets anew what the condition '{below.Key}' has "
                + "set; tune other keys, or study this one");
        }
        foreach (var (condition, tuned, value) in SetAnew(conditions?.Entries ?? [], grid.Entries))
        {
            diagnostics.Add(value, $"the condition '{condition.Key}' sets '{tuned.Key}', which the grid sets anew; "
                + "leave it out here, or do not tune it");
        }
        RefuseHead(conditions, diagnostics);
        RefuseHead(grid, diagnostics);
        RefuseUntunable(grid, diagnostics);
        var quiet = arms.Select(Quiet).ToList();
        IReadOnlyList<ArmTree> studied = conditions is null or { Entries: [] } ? quiet :
        [
            .. Swept(quiet, conditions, diagnostics).Select(t => t with { Condition = t.Point, Point = [] }),
        ];
        // The name of a file's only arm is that of its conditions; Swept puts those of the grid behind it. Of a grid
        // that is refused, the arms come back as they were.
        return
        [
            .. Swept(studied, grid, diagnostics).Select(t =>
                studied.FirstOrDefault(s => s.Name == t.Base) is { } varied ? t with { Base = varied.Base } : t),
        ];
    }

    /// <summary>Refuses keys that no single arm has: they would be named and do nothing.</summary>
    public static void RefuseHead(SpecMapping? grid, Diagnostics diagnostics)
    {
        foreach (var entry in (grid?.Entries ?? []).Where(e => FileHead.Keys.Contains(e.Key.Split('.')[0])))
            diagnostics.Add(entry.KeyPlace, grid!.Path, $"'{entry.Key}' concerns all arms: its values cannot be tried");
    }

    /// <summary>Refuses keys of a grid that decide what is measured, and not how well a method does.</summary>
    public static void RefuseUntunable(SpecMapping grid, Diagnostics diagnostics)
    {
        foreach (var entry in grid.Entries)
        {
            if (entry.Key.Split('.')[0] == "seed")
                diagnostics.Add(entry.KeyPlace, grid.Path, $"'{entry.Key}' is no setting to tune: the best of some "
                    + "seeds is luck; remove it, and give the number of repetitions as 'seeds'");
            else if (entry.Key.Split('.')[0] == "stop")
                diagnostics.Add(entry.KeyPlace, grid.Path, $"'{entry.Key}' is no setting to tune: the longest run "
                    + "would be best; study it under 'conditions'");
        }
    }

    /// <summary>Refuses conditions that are told apart by seeds of which they share some.</summary>
    /// <param name="conditions">What is studied.</param>
    /// <param name="seeds">How many repetitions each has, with the seeds from its own on.</param>
    /// <param name="diagnostics">Receives what is wrong.</param>
    public static void RefuseSharedSeeds(SpecMapping? conditions, int seeds, Diagnostics diagnostics)
    {
        foreach (var entry in (conditions?.Entries ?? []).Where(e => e.Key is "seed" or "seed.base" or "seed.run"))
        {
            var firsts = ((entry.Value as SpecSequence)?.Items ?? [])
                .Select(item => new GridValue(entry.Key, "", item).Number).OfType<double>().Order().ToList();
            if (firsts.Zip(firsts.Skip(1)).Any(pair => pair.Second - pair.First < seeds))
                diagnostics.Add(entry.Value, $"conditions share seeds: each has {seeds}, counted from its value of "
                    + $"'{entry.Key}'; give values that are at least {seeds} apart, or more 'seeds' instead");
        }
    }

    /// <summary>The same without a timeline, unless it asks for one: of many runs nobody looks at each.</summary>
    public static ArmTree Quiet(ArmTree arm) => arm.Tree.Find("timeline-agents") is not null ? arm : arm with
    {
        Tree = arm.Tree.With(new SpecEntry(
            "timeline-agents", arm.Tree.Place, new SpecScalar("0", true, arm.Tree.Place, "timeline-agents"))),
    };

    // Keys that are set, then set anew by a key above them.
    static IEnumerable<(SpecEntry Above, SpecEntry Below)> Hidden(
        IReadOnlyList<SpecEntry> first, IReadOnlyList<SpecEntry> then) =>
        from below in first.Index()
        from above in then.Index()
        where (first != then || above.Index > below.Index)
            && below.Item.Key.StartsWith($"{above.Item.Key}.", StringComparison.Ordinal)
        select (above.Item, below.Item);

    // Keys within the values of conditions, set anew by the grid.
    static IEnumerable<(SpecEntry Condition, SpecEntry Tuned, SpecNode Value)> SetAnew(
        IReadOnlyList<SpecEntry> conditions, IReadOnlyList<SpecEntry> grid) =>
        from condition in conditions
        from tuned in grid
        where tuned.Key.StartsWith($"{condition.Key}.", StringComparison.Ordinal)
        from item in (condition.Value as SpecSequence)?.Items ?? []
        let value = tuned.Key[(condition.Key.Length + 1)..].Split('.')
            .Aggregate((SpecNode?)item, (node, key) => (node as SpecMapping)?[key])
        where value is not null
        select (condition, tuned, value);

    // 0.1 and 1e-1 are the same, and so are 1s and 1000ms.
    static bool AreSame(SpecNode a, SpecNode b) => (a, b) switch
    {
        (SpecScalar x, SpecScalar y) => x.Value == y.Value
            || (new GridValue("", "", x).Number is { } number && number == new GridValue("", "", y).Number),
        (SpecSequence x, SpecSequence y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(AreSame),
        (SpecMapping x, SpecMapping y) => x.Entries.Count == y.Entries.Count
            && x.Entries.All(e => y[e.Key] is { } other && AreSame(e.Value, other)),
        _ => false,
    };

    static bool AreSame((SpecNode A, SpecNode B) pair) => AreSame(pair.A, pair.B);

    static IReadOnlyList<GridValue> Axis(string key, SpecSequence list)
    {
        // Two things of one name, such as laws with other options, are told apart by these, or else by their rank.
        List<string> names = [.. list.Items.Select(NameText)];
        List<string> texts =
        [
            .. list.Items.Select((item, i) => names.Count(n => n == names[i]) == 1 ? names[i] : WholeText(item))
                .Select((text, i) => IsGoodName(text) ? text : IsGoodName(names[i]) ? names[i] : $"{i + 1}"),
        ];
        return
        [
            .. list.Items.Select((item, i) => new GridValue(
                key, texts.Count(t => t == texts[i]) == 1 ? texts[i] : $"{texts[i]}-{i + 1}", item)),
        ];
    }

    static ArmTree At(ArmTree arm, IReadOnlyList<GridValue> point, Diagnostics diagnostics)
    {
        var tree = arm.Tree;
        foreach (var value in point)
            tree = SpecTree.Set(tree, value.Key.Split('.'), value.Node, diagnostics);
        var name = string.Join(',', point.Select(v => $"{v.Key}={v.Text}"));
        return arm with
        {
            Name = arm.Name is null ? name : $"{arm.Name},{name}",
            Tree = tree,
            Point = point,
            Base = arm.Name,
        };
    }

    // The part of an arm's name: a folder will be named like that.
    static string NameText(SpecNode node) =>
        node is SpecMapping mapping && mapping["name"] is SpecScalar name ? name.Value : WholeText(node);

    static string WholeText(SpecNode node) => node switch
    {
        SpecScalar scalar => scalar.Value,
        SpecMapping mapping => string.Join('+', mapping.Entries.Select(
            e => e.Key == "name" ? WholeText(e.Value) : $"{e.Key}={WholeText(e.Value)}")),
        SpecSequence list => string.Join('+', list.Items.Select(WholeText)),
        _ => "",
    };

    internal static bool IsGoodName(string name) => name.Length is > 0 and <= 100 && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ',' or '+' or '=' or '-' or '_');
}
