using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core;
using AsyncOpt.Core.Optimizers;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels.Oracles;

namespace AsyncOpt.Kernels;

/// <summary>
/// The oracles of one built problem at one float width: the fast form where there is one, else the plain form, which is
/// enough for any problem to run.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class OracleTable<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly Dictionary<string, FastOracle<T>> _oracles = new(StringComparer.Ordinal);
    readonly Problem _problem;

    /// <summary>Binds all oracles of a problem.</summary>
    /// <param name="problem">The problem, built.</param>
    public OracleTable(Problem problem)
    {
        _problem = problem;
        FastOracles.Check(problem);
        foreach (var form in problem.Oracles)
            _oracles.Add(form.Oracle.Name, Bind(form));
    }

    /// <summary>The form to evaluate an oracle with; called once per oracle and run, not per event.</summary>
    /// <param name="oracle">An oracle of the problem; found by its name.</param>
    /// <exception cref="InputException">The problem does not have it: method and problem do not fit.</exception>
    public FastOracle<T> this[Oracle oracle] => oracle is LocalSteps steps
        ? new LocalTraining<T>(steps, Find(Oracle.Gradient), _problem.Blocks)
        : Find(oracle);

    FastOracle<T> Find(Oracle oracle) => _oracles.TryGetValue(oracle.Name, out var found)
        ? found
        : throw new InputException($"the method asks for the oracle '{oracle.Name}', and this problem has only "
            + string.Join(", ", _problem.Oracles.Select(o => $"'{o.Oracle.Name}'")));

    /// <summary>Whether an oracle has a fast form.</summary>
    /// <param name="oracle">An oracle of the problem.</param>
    public bool IsFast(Oracle oracle) => this[oracle] is not PlainOracle<T>;

    FastOracle<T> Bind(OracleForm form)
    {
        var fast = FastOracles.Find(_problem.GetType(), form.Oracle.Name);
        return fast is null
            ? new PlainOracle<T>(form)
            : (FastOracle<T>)Activator.CreateInstance(fast.MakeGenericType(typeof(T)), _problem)!;
    }
}

/// <summary>The fast oracles of this assembly, and those that plug-ins bring for their own problems.</summary>
internal static class FastOracles
{
    static readonly FastForms<FastOracleAttribute> Forms = new();

    /// <summary>The generic classes of this assembly and what each of them replaces.</summary>
    public static IReadOnlyList<(Type Type, FastOracleAttribute Replaces)> All { get; } = Forms.Here;

    /// <summary>The generic class for an oracle of a problem, or null.</summary>
    public static Type? Find(Type problem, string oracle) =>
        Forms.Of(problem, form => form.Problem == problem && form.Oracle == oracle);

    /// <summary>Refuses a class for an oracle that its problem does not have: it would never be used.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public static void Check(Problem problem)
    {
        var names = problem.Oracles.Select(o => o.Oracle.Name).ToList();
        foreach (var (type, form) in Forms.All(problem.GetType()))
        {
            if (form.Problem == problem.GetType() && !names.Contains(form.Oracle))
            {
                throw new InvalidOperationException(
                    $"{type.FullName} is marked as a fast form of the oracle '{form.Oracle}', which problem "
                    + $"'{problem.GetType().Name}' does not have; it has "
                    + string.Join(", ", names.Select(name => $"'{name}'")));
            }
        }
    }
}

/// <summary>The plain form at any float width: float32 is widened, and results are rounded at the end.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="form">The plain form.</param>
internal sealed class PlainOracle<T>(OracleForm form) : FastOracle<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Numbers of rows that are widened at once: they stay in a cache.
    const int RowNumbersMax = 1 << 15;

    [ThreadStatic]
    static double[]? _scratch;

    readonly OracleFunction _plain = form.Evaluate;

    /// <inheritdoc />
    public override void Evaluate(in OracleCall<T> call)
    {
        if (typeof(T) == typeof(double))
        {
            _plain(new()
            {
                Input = MemoryMarshal.Cast<T, double>(call.Input),
                Input1 = MemoryMarshal.Cast<T, double>(call.Input1),
                Input2 = MemoryMarshal.Cast<T, double>(call.Input2),
                Output = MemoryMarshal.Cast<T, double>(call.Output),
                Output1 = MemoryMarshal.Cast<T, double>(call.Output1),
                Output2 = MemoryMarshal.Cast<T, double>(call.Output2),
                Scalars = call.Scalars,
                Place = call.Place,
                Samples = call.Samples,
                Noise = call.Noise,
            });
            return;
        }
        Widened(call);
    }

    /// <inheritdoc />
    public override void EvaluateRows(in OracleRows<T> rows)
    {
        if (form.EvaluateRows is not { } plain)
        {
            base.EvaluateRows(in rows);
            return;
        }
        if (typeof(T) == typeof(double))
        {
            plain(rows.With(MemoryMarshal.Cast<T, double>(rows.Inputs), MemoryMarshal.Cast<T, double>(rows.Outputs)));
            return;
        }
        var most = Math.Max(1, RowNumbersMax / Math.Max(1, rows.Dimension));
        for (var first = 0; first < rows.Count; first += most)
        {
            var some = rows.Slice(first, Math.Min(most, rows.Count - first));
            var rest = Room(some.Inputs.Length + some.Outputs.Length);
            var inputs = Widen(some.Inputs, ref rest);
            plain(some.With(inputs, rest));
            Round(rest, some.Outputs);
        }
    }

    static Span<double> Room(int length)
    {
        if (_scratch is null || _scratch.Length < length)
            _scratch = new double[length];
        return _scratch.AsSpan(0, length);
    }

    void Widened(in OracleCall<T> call)
    {
        var length = call.Input.Length + call.Input1.Length + call.Input2.Length
            + call.Output.Length + call.Output1.Length + call.Output2.Length;
        var rest = Room(length);
        var wide = new OracleCall<double>
        {
            Input = Widen(call.Input, ref rest),
            Input1 = Widen(call.Input1, ref rest),
            Input2 = Widen(call.Input2, ref rest),
            Output = Take(call.Output.Length, ref rest),
            Output1 = Take(call.Output1.Length, ref rest),
            Output2 = Take(call.Output2.Length, ref rest),
            Scalars = call.Scalars,
            Place = call.Place,
            Samples = call.Samples,
            Noise = call.Noise,
        };
        _plain(wide);
        Round(wide.Output, call.Output);
        Round(wide.Output1, call.Output1);
        Round(wide.Output2, call.Output2);
    }

    /// <summary>Widens values into the front of a buffer, of which the rest is left.</summary>
    internal static Span<double> Widen(ReadOnlySpan<T> values, ref Span<double> rest)
    {
        var wide = Take(values.Length, ref rest);
        for (var k = 0; k < wide.Length; k++)
            wide[k] = double.CreateTruncating(values[k]);
        return wide;
    }

    static Span<double> Take(int length, ref Span<double> rest)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    /// <summary>Rounds results to the float width.</summary>
    internal static void Round(ReadOnlySpan<double> values, Span<T> to)
    {
        for (var k = 0; k < to.Length; k++)
            to[k] = T.CreateTruncating(values[k]);
    }
}
