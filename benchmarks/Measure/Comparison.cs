namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Our contender beside its references, all in the same unit.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Unit">The unit of work, for instance <c>events</c>.</param>
/// <param name="Ours">The engine.</param>
/// <param name="References">What it is compared with.</param>
sealed record Comparison(string What, string Unit, Contender Ours, IReadOnlyList<Contender> References)
{
    /// <summary>Whether the short selection has it.</summary>
    public bool IsShort { get; init; }

    /// <summary>No more turns than this: for what takes long.</summary>
    public int TurnsMax { get; init; } = int.MaxValue;

    /// <summary>
    /// Runs everybody until the rate has settled, then in turns, so that a busy moment of the machine hits all of them;
    /// the ratios are taken within a turn.
    /// </summary>
    /// <param name="repetitions">How many turns.</param>
    public IEnumerable<Ratio> Run(int repetitions)
    {
        var here = References.Where(r => r.Missing is null).ToArray();
        foreach (var cold in here.Prepend(Ours).Where(c => !c.WarmsUp))
            Settling.Run(cold.Small ?? cold.Rate);
        var turns = Math.Min(repetitions, TurnsMax);
        var ours = new double[turns];
        var theirs = here.ToDictionary(r => r, _ => new double[turns]);
        for (var i = 0; i < turns; i++)
        {
            foreach (var reference in here)
                theirs[reference][i] = reference.Rate();
            ours[i] = Ours.Rate();
        }
        return References.Select(r => Line(r, ours, theirs.GetValueOrDefault(r)));
    }

    /// <summary>Ours without any reference, for a profiler.</summary>
    /// <param name="repetitions">How often.</param>
    public Ratio RunAlone(int repetitions) =>
        Line(
            new Contender("none", () => 0) { Missing = "left out" },
            [.. Enumerable.Range(0, repetitions).Select(_ => Ours.Rate())],
            null);

    Ratio Line(Contender reference, double[] ours, double[]? theirs) =>
        new(What, Unit, reference.Name, Sample.Of(ours))
        {
            IsShort = IsShort,
            Theirs = theirs is null ? null : Sample.Of(theirs),
            Value = theirs is null ? null : Sample.Of(ours.Zip(theirs, (a, b) => a / b)),
            Detail = Ours.Detail?.Invoke(),
            Missing = reference.Missing,
            Ran = reference.Ran,
            Handicap = reference.Handicap,
            MustReach = reference.MustReach,
        };
}
