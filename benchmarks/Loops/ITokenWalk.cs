namespace AsyncOpt.Benchmarks.Loops;

/// <summary>How a token of a loop by hand walks, and how long its steps are.</summary>
interface ITokenWalk
{
    /// <summary>The next node, which may be the same.</summary>
    /// <param name="node">Where the token is.</param>
    /// <param name="share">Uniform in (0, 1].</param>
    int Next(int node, double share);

    /// <summary>Notes a visit.</summary>
    /// <param name="node">Where the token is now.</param>
    /// <param name="updates">Updates made so far.</param>
    void Visit(int node, long updates);

    /// <summary>The step along the gradient.</summary>
    /// <param name="node">Where the token is.</param>
    /// <param name="updates">Updates made so far.</param>
    double Step(int node, long updates);
}
