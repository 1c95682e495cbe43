using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels;

/// <summary>
/// What metrics are computed with: the fast losses of this assembly, and those that plug-ins bring for their own
/// problems.
/// </summary>
public static class FastLosses
{
    static readonly FastForms<FastLossAttribute> Forms = new();

    /// <summary>The problems that have one in this assembly.</summary>
    public static IReadOnlyList<Type> Problems { get; } = [.. Forms.Here.Select(item => item.Form.Problem)];

    /// <summary>Gives a problem its fast loss, where there is one; done once, later calls change nothing.</summary>
    /// <param name="problem">A built problem.</param>
    public static void Attach(Problem problem)
    {
        if (problem.FastLoss is not null)
            return;
        var type = Forms.Of(problem.GetType(), form => form.Problem == problem.GetType());
        if (type is null)
            return;
        object[] arguments = type.GetConstructor([problem.GetType()]) is null ? [] : [problem];
        problem.FastLoss = (FastLoss)Activator.CreateInstance(type, arguments)!;
    }
}
