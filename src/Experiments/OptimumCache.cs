using System.Globalization;
using AsyncOpt.Core;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Experiments;

/// <summary>
/// Finds the optimum of a problem: known in closed form, shipped beside the experiment file, found before by this user,
/// or else computed and kept. Files are named after the SHA-256 of the problem's fingerprint.
/// </summary>
/// <param name="shippedFolder">The folder of shipped optima: <c>optima</c> beside the experiment file.</param>
/// <param name="userFolder">The user's folder; null for <c>asyncopt/optima</c> in the cache folder.</param>
public sealed class OptimumCache(string shippedFolder, string? userFolder = null)
{
    const int EvaluationsPerLine = 50;

    /// <summary>Where the user's optima are kept; the folder need not exist yet.</summary>
    public string UserFolder { get; } = userFolder ?? Path.Combine(CacheFolder.Of(), "optima");

    /// <summary>The optimum; null where none can be certified, because the problem is not strongly convex.</summary>
    /// <remarks>
    /// What a file says is believed only as far as one evaluation of F at its point bears it out; a damaged file is
    /// named, and the optimum is computed anew.
    /// </remarks>
    /// <param name="problem">A built problem. It is not changed.</param>
    /// <param name="file">Receives the file that it is kept in; null where there is none.</param>
    /// <param name="progress">
    /// Told, a line each, which file is damaged, what is computed and how far it is; null for nobody.
    /// </param>
    /// <param name="cancellation">Ends the search.</param>
    public Optimum? Find(
        Problem problem, out string? file, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        file = null;
        if (problem.Optimum is not null || problem.StrongConvexity <= 0)
            return problem.Optimum;
        var name = OptimumFile.Hash(problem.Fingerprint) + ".json";
        foreach (var folder in new[] { shippedFolder, UserFolder })
        {
            file = Path.Combine(folder, name);
            if (Read(file, problem, progress) is { } kept)
                return kept;
        }
        var found = Solve(problem, progress, cancellation);
        file = IsKept(file!, problem, found, progress) ? file : null;
        return found;
    }

    static Optimum? Read(string path, Problem problem, Action<string>? progress)
    {
        try
        {
            return OptimumFile.Read(path, problem);
        }
        catch (InputException e)
        {
            progress?.Invoke(e.Message);
            return null;
        }
    }

    static Optimum Solve(Problem problem, Action<string>? progress, CancellationToken cancellation)
    {
        progress?.Invoke($"computing the optimum, {problem.Parameters} parameters; it is kept for later runs");
        void Tell(SolverProgress p)
        {
            if (p.Evaluations % EvaluationsPerLine == 0)
                progress?.Invoke(Line(p));
        }
        return OptimumSolver.Solve(problem, Tell, cancellation);
    }

    static bool IsKept(string path, Problem problem, Optimum found, Action<string>? progress)
    {
        try
        {
            OptimumFile.Write(path, problem.Fingerprint, found);
            return true;
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // A read-only home costs time at the next run, not this one.
            progress?.Invoke($"the optimum cannot be kept in {path}: {StorageException.Cause(path, e)}");
            return false;
        }
    }

    static string Line(SolverProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"computing the optimum: {p.Evaluations} evaluations, gap at most {Counted.Digits(p.GapBound, 2)}");
}
