using System.Reflection;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels;

/// <summary>The fast losses of this assembly: what metrics are computed with.</summary>
public static class FastLosses
{
    static readonly (Type Type, Type Problem)[] All =
    [
        .. typeof(FastLosses).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<FastLossAttribute>(), (type, of) => (Type: type, of.Problem))
            .OrderBy(item => item.Type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The problems that have one.</summary>
    public static IReadOnlyList<Type> Problems { get; } = Array.ConvertAll(All, item => item.Problem);

    /// <summary>Gives a problem its fast loss, where there is one; done once, later calls change nothing.</summary>
    /// <param name="problem">A built problem.</param>
    public static void Attach(Problem problem)
    {
        if (problem.FastLoss is not null)
            return;
        var type = Array.Find(All, item => item.Problem == problem.GetType()).Type;
        if (type is null)
            return;
        object[] arguments = type.GetConstructor([problem.GetType()]) is null ? [] : [problem];
        problem.FastLoss = (FastLoss)Activator.CreateInstance(type, arguments)!;
    }
}
