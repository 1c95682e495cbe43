using System.Collections.Concurrent;
using System.Reflection;

namespace AsyncOpt.Kernels;

/// <summary>
/// Classes with an attribute that binds them to a problem: those of this assembly, and those of the problem's own. No
/// others are looked at, so what a problem is computed with does not depend on which plug-ins a process has loaded.
/// </summary>
/// <typeparam name="TAttribute">The attribute.</typeparam>
sealed class FastForms<TAttribute>
    where TAttribute : Attribute
{
    readonly ConcurrentDictionary<Assembly, IReadOnlyList<(Type Type, TAttribute Form)>> _found = new();

    /// <summary>Those of this assembly.</summary>
    public IReadOnlyList<(Type Type, TAttribute Form)> Here => In(typeof(FastForms<>).Assembly);

    /// <summary>The first class for a problem; null for none.</summary>
    /// <param name="problem">The problem's type.</param>
    /// <param name="isIt">Whether an attribute is the one that is looked for.</param>
    public Type? Of(Type problem, Predicate<TAttribute> isIt) =>
        All(problem).FirstOrDefault(item => isIt(item.Form)).Type;

    /// <summary>All that are looked at for a problem.</summary>
    /// <param name="problem">The problem's type.</param>
    public IEnumerable<(Type Type, TAttribute Form)> All(Type problem) => Here.Concat(In(problem.Assembly));

    IReadOnlyList<(Type Type, TAttribute Form)> In(Assembly assembly) => _found.GetOrAdd(assembly, static a =>
    [
        .. a.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<TAttribute>(inherit: false), (type, form) => (type, form))
            .OrderBy(item => item.type.FullName, StringComparer.Ordinal),
    ]);
}
