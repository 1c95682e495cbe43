namespace AsyncOpt.Benchmarks.Measure;

/// <summary>Something that does the work of a row: measured once per call.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Rate">Does the work once; returns units of work per second of wall time, set-up left out.</param>
sealed record Contender(string Name, Func<double> Rate)
{
    /// <summary>Why it cannot run here; null where it can.</summary>
    public string? Missing { get; init; }

    /// <summary>The ratio ours / this must reach; null where the row has no such claim.</summary>
    public double? MustReach { get; init; }
}

/// <summary>Our contender beside its references, all in the same unit.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Unit">The unit of work, for instance <c>events</c>.</param>
/// <param name="Ours">The engine.</param>
/// <param name="References">What it is compared with.</param>
sealed record Comparison(string What, string Unit, Contender Ours, IReadOnlyList<Contender> References)
{
    /// <summary>
    /// Runs everybody once to warm up, then in turns, so that a busy moment of the machine hits all of them; the ratios
    /// are taken within a turn.
    /// </summary>
    /// <param name="repetitions">How many turns.</param>
    public IEnumerable<Result> Run(int repetitions)
    {
        var here = References.Where(r => r.Missing is null).ToArray();
        Ours.Rate();
        foreach (var reference in here)
            reference.Rate();
        var ours = new double[repetitions];
        var theirs = here.ToDictionary(r => r, _ => new double[repetitions]);
        for (var i = 0; i < repetitions; i++)
        {
            foreach (var reference in here)
                theirs[reference][i] = reference.Rate();
            ours[i] = Ours.Rate();
        }
        foreach (var reference in References)
        {
            yield return theirs.TryGetValue(reference, out var rates)
                ? new Result(this, reference, Sample.Of(ours), Sample.Of(rates), Sample.Of([.. ours.Zip(rates, (a, b) => a / b)]))
                : new Result(this, reference, Sample.Of(ours), null, null);
        }
    }

    /// <summary>Ours without any reference, for a profiler.</summary>
    /// <param name="repetitions">How often.</param>
    public Result RunAlone(int repetitions)
    {
        var rates = Enumerable.Range(0, repetitions).Select(_ => Ours.Rate()).ToArray();
        return new Result(this, new Contender("none", () => 0) { Missing = "left out" }, Sample.Of(rates), null, null);
    }
}

/// <summary>Repeated measurements in short.</summary>
readonly record struct Sample(double Median, double Min, double Max)
{
    public static Sample Of(double[] values)
    {
        var sorted = values.Order().ToArray();
        var n = sorted.Length;
        return new Sample((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[^1]);
    }
}

/// <summary>One line of the report; rates in units per second, no reference where it is missing.</summary>
sealed record Result(Comparison Comparison, Contender Reference, Sample Ours, Sample? Theirs, Sample? Ratio);
