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
    /// <param name="problem">A built problem. It is not changed.</param>
    /// <param name="progress">Told, a line each, what is computed and how far it is; null for nobody.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="Core.InputException">A file of optima is broken.</exception>
    public Optimum? Find(Problem problem, Action<string>? progress = null, CancellationToken cancellation = default)
    {
        if (problem.Optimum is not null || problem.StrongConvexity <= 0)
            return problem.Optimum;
        var name = NameOf(problem);
        return Read(Path.Combine(shippedFolder, name), problem)
            ?? Read(Path.Combine(UserFolder, name), problem)
            ?? Solve(problem, Path.Combine(UserFolder, name), progress, cancellation);
    }

    /// <summary>The file that the optimum of a problem is kept in; null where there is none.</summary>
    public string? FileOf(Problem problem) =>
        new[] { shippedFolder, UserFolder }.Select(folder => Path.Combine(folder, NameOf(problem)))
            .FirstOrDefault(path => File.Exists(path) && Read(path, problem) is not null);

    static string NameOf(Problem problem) => OptimumFile.Hash(problem.Fingerprint) + ".json";

    static Optimum? Read(string path, Problem problem)
    {
        var found = OptimumFile.Read(path, problem.Fingerprint);
        return found?.Point.Length == problem.Parameters ? found : null;
    }

    static Optimum Solve(Problem problem, string path, Action<string>? progress, CancellationToken cancellation)
    {
        progress?.Invoke($"computing the optimum, {problem.Parameters} parameters; it is kept for later runs");
        void Tell(SolverProgress p)
        {
            if (p.Evaluations % EvaluationsPerLine == 0)
                progress?.Invoke(Line(p));
        }
        var found = OptimumSolver.Solve(problem, Tell, cancellation);
        try
        {
            OptimumFile.Write(path, problem.Fingerprint, found);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            // A read-only home costs time at the next run, not this one.
            progress?.Invoke($"the optimum cannot be kept in {path}: {StorageException.Cause(path, e)}");
        }
        return found;
    }

    static string Line(SolverProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"computing the optimum: {p.Evaluations} evaluations, gap at most {p.GapBound:G2}");
}
