using System.Reflection;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>Stands for an interface of which a test needs a few methods.</summary>
public class Stub : DispatchProxy
{
    Func<string, object?[], object?> _answer = (_, _) => null;

    /// <summary>An object that answers every call with a function.</summary>
    /// <param name="answer">Gets the method's name and what it is called with.</param>
    public static T Of<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var stub = Create<T, Stub>();
        ((Stub)(object)stub)._answer = answer;
        return stub;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answer(targetMethod!.Name, args ?? []);
}
