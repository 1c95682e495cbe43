namespace AsyncOpt.Core.Programs;

/// <summary>
/// A dimension that is known only when problem and topology are: a product of a constant and of named dimensions.
/// Immutable; programs declare their vectors with it.
/// </summary>
public sealed class Dim
{
    readonly int _factor;
    readonly string[] _names;

    Dim(int factor, params string[] names) => (_factor, _names) = (factor, names);

    /// <summary>The number of parameters of the problem, d.</summary>
    public static Dim Parameters { get; } = Named("parameters");

    /// <summary>The number of nodes of the topology, or of places where data lies.</summary>
    public static Dim Nodes { get; } = Named("nodes");

    /// <summary>A constant dimension.</summary>
    public static Dim Of(int value) => new(value);

    /// <summary>A dimension that the problem declares under a name, for instance <c>lower</c>.</summary>
    public static Dim Named(string name) => new(1, name);

    /// <summary>The product of two dimensions.</summary>
    public static Dim operator *(Dim a, Dim b) => new(checked(a._factor * b._factor), [.. a._names, .. b._names]);

    /// <summary>The product of two dimensions.</summary>
    public static Dim Multiply(Dim a, Dim b) => a * b;

    /// <summary>The value, given the value of each named dimension.</summary>
    public int Resolve(Func<string, int> named)
    {
        var value = _factor;
        foreach (var name in _names)
            value = checked(value * named(name));
        return value;
    }

    /// <inheritdoc />
    public override string ToString() =>
        _names.Length == 0 ? $"{_factor}" : (_factor == 1 ? "" : $"{_factor} * ") + string.Join(" * ", _names);
}
