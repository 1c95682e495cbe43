using AsyncOpt.Core;

namespace AsyncOpt.Reporting.Comparing;

/// <summary>Finds what to compare in two folders.</summary>
public static class RunPairs
{
    /// <summary>
    /// Two run folders, whatever ran in them, or two folders of experiments with the same arms and seeds.
    /// </summary>
    /// <param name="a">The first folder.</param>
    /// <param name="b">The second folder.</param>
    /// <returns>One comparison, or one for each arm.</returns>
    /// <exception cref="InputException">A folder is missing or is neither, or arms and seeds do not agree.</exception>
    public static IReadOnlyList<Comparison> Compare(string a, string b)
    {
        var (inA, inB) = (ExperimentFolder.RunsAt(a), ExperimentFolder.RunsAt(b));
        if (inA is null != inB is null)
            throw new InputException($"{(inA is null ? a : b)} is one run, {(inA is null ? b : a)} is an experiment of "
                + "several: give two run folders (ARM/seed-K), or two experiments' folders");
        if (inA is null || inB is null)
        {
            var (runA, runB) = (StoredRun.Read(a), StoredRun.Read(b));
            var name = runA.Arm == runB.Arm ? runA.Arm : $"{runA.Arm} / {runB.Arm}";
            return [Comparison.Of(name, [(runA, runB)])];
        }
        RefuseDifferent(a, inA, inB);
        RefuseDifferent(b, inB, inA);
        return [.. inA.GroupBy(run => run.Arm).Select(arm => Comparison.Of(arm.Key, Pairs(a, b, [.. arm])))];
    }

    // The seeds of an arm say something together only where they are runs of one experiment.
    static List<(StoredRun A, StoredRun B)> Pairs(string a, string b, IReadOnlyList<(string Arm, int Seed)> arm)
    {
        List<(StoredRun A, StoredRun B)> pairs = [.. arm.Select(r => (Read(a, r), Read(b, r)))];
        RunIdentity.RequireAlike(a, pairs.Select(p => p.A));
        RunIdentity.RequireAlike(b, pairs.Select(p => p.B));
        return pairs;
    }

    static StoredRun Read(string folder, (string Arm, int Seed) run) =>
        StoredRun.Read(RunFolder.PathOf(folder, run.Arm, run.Seed));

    static void RefuseDifferent(
        string folder, IReadOnlyList<(string Arm, int Repetition)> here,
        IReadOnlyList<(string Arm, int Repetition)> there)
    {
        if (here.Except(there).ToList() is [_, ..] only)
            throw new InputException($"arms and seeds do not agree: only {folder} has "
                + string.Join(", ", only.Take(5).Select(r => RunFolder.PathOf("", r.Arm, r.Repetition)))
                + (only.Count > 5 ? $" and {only.Count - 5} more" : "")
                + "; compare single run folders, or run the same arms and seeds");
    }
}
