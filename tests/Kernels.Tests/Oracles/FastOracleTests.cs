using System.Numerics;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;

namespace AsyncOpt.Kernels.Tests.Oracles;

/// <summary>Holds every fast oracle of the assembly to the plain form. A new one is found by its attribute.</summary>
public class FastOracleTests
{
    public static TheoryData<string> Oracles() => [.. FastOracles.All.Select(item => item.Type.Name)];

    static (Type Type, FastOracleAttribute Replaces) Find(string name) =>
        FastOracles.All.Single(item => item.Type.Name == name);

    [Fact]
    public void There_are_fast_oracles() => Assert.True(FastOracles.All.Count >= 4);

    [Theory]
    [MemberData(nameof(Oracles))]
    public void Float64_agrees_with_the_plain_form(string name) => Check<double>(name, 1e-12);

    [Theory]
    [MemberData(nameof(Oracles))]
    public void Float32_agrees_with_the_plain_form(string name) => Check<float>(name, 1e-5);

    [Theory]
    [MemberData(nameof(Oracles))]
    public void No_call_allocates(string name)
    {
        foreach (var problem in FastOracleCases.For(Find(name).Replaces.Problem))
        {
            var form = problem.Oracles.Single(o => o.Oracle.Name == Find(name).Replaces.Oracle);
            var fast = new OracleTable<float>(problem)[form.Oracle];
            var call = new Call<float>(problem, form, 0);
            fast.Evaluate(call.Fresh());
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var repeat = 0; repeat < 20; repeat++)
                fast.Evaluate(call.Again());
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    public static TheoryData<string> OraclesOfRows() =>
    [
        .. FastOracles.All
            .Where(o => FastOracleCases.For(o.Replaces.Problem).Any(p => IsOfRows(Form(p, o.Replaces))))
            .Select(o => o.Type.Name),
    ];

    // Calls of many places, at a point of each and at one for all: the same bits as call after call, and in float64 the
    // plain form to rounding. Batches that do not divide a block of rows of a net leave a smaller one at the end.
    [Theory]
    [MemberData(nameof(OraclesOfRows))]
    public void Rows_of_calls_have_the_bits_of_single_calls(string name)
    {
        foreach (var problem in FastOracleCases.For(Find(name).Replaces.Problem))
        {
            var form = Form(problem, Find(name).Replaces);
            foreach (var batch in (int[])[1, 4, 9, 60, 65])
            {
                foreach (var isShared in (bool[])[false, true])
                {
                    CheckRows<float>(problem, form, batch, isShared);
                    CheckRows<double>(problem, form, batch, isShared);
                }
            }
        }
    }

    static OracleForm Form(Problem problem, FastOracleAttribute replaces) =>
        problem.Oracles.Single(o => o.Oracle.Name == replaces.Oracle);

    static bool IsOfRows(OracleForm form) => form.Oracle is { Inputs.Count: 1, Outputs.Count: 1, Scalars: 0 }
        && form.Oracle.Inputs[0].ToString() == form.Oracle.Outputs[0].ToString();

    static void CheckRows<T>(Problem problem, OracleForm form, int batch, bool isShared)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (oracle, plain) = (new OracleTable<T>(problem)[form.Oracle], new PlainOracle<T>(form));
        // More calls than go through a net at once, unless the problem has a place for each.
        var (d, calls) = (problem.Parameters, problem.Sampler is null ? problem.Places : Math.Max(3, 150 / batch));
        var inputs = Vectors.Random<T>(isShared ? d : calls * d, (ulong)batch);
        var samples = new int[problem.Sampler is null ? 0 : calls * batch];
        for (var i = 0; i < calls; i++)
            problem.Sampler?.Draw(i % problem.Places, new(i, 5), 1, samples.AsSpan(i * batch, batch));
        var outputs = Enumerable.Repeat(T.NaN, calls * d).ToArray();
        oracle.EvaluateRows(new()
        {
            Count = calls,
            Dimension = d,
            Inputs = inputs,
            IsShared = isShared,
            Outputs = outputs,
            Batch = samples.Length == 0 ? 0 : batch,
            Samples = samples,
            Seed = 3,
            FirstAgent = 2,
            Number = 7,
        });
        for (var i = 0; i < calls; i++)
        {
            var (expected, defined) = (new T[d], new T[d]);
            oracle.Evaluate(CallTo(expected));
            Vectors.AssertSameBits<T>(expected, outputs.AsSpan(i * d, d));
            if (typeof(T) == typeof(float))
                continue;
            plain.Evaluate(CallTo(defined));
            var scale = defined.Max(v => Math.Abs(double.CreateChecked(v)));
            for (var k = 0; k < d; k++)
                Assert.Equal(double.CreateChecked(defined[k]), double.CreateChecked(expected[k]), 1e-11 * scale);

            OracleCall<T> CallTo(T[] output) => new()
            {
                Input = inputs.AsSpan(isShared ? 0 : i * d, d),
                Output = output,
                Place = i,
                Samples = samples.AsSpan(samples.Length == 0 ? 0 : i * batch, samples.Length == 0 ? 0 : batch),
                Noise = new Draw(3, Purpose.Noise, (ulong)(2 + i), 7),
            };
        }
    }

    static void Check<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var replaces = Find(name).Replaces;
        foreach (var problem in FastOracleCases.For(replaces.Problem))
        {
            var form = problem.Oracles.Single(o => o.Oracle.Name == replaces.Oracle);
            var table = new OracleTable<T>(problem);
            Assert.True(table.IsFast(form.Oracle));
            for (var trial = 0; trial < 12; trial++)
            {
                Call<T> fast = new(problem, form, trial), plain = new(problem, form, trial);
                table[form.Oracle].Evaluate(fast.Fresh());
                new PlainOracle<T>(form).Evaluate(plain.Fresh());
                Call<T>.Equal(plain, fast, tolerance);
            }
        }
    }

    /// <summary>
    /// One call with drawn inputs: sizes from the signature, batches of 1, 2, 3, ... samples, then whole shards.
    /// </summary>
    sealed class Call<T>(Problem problem, OracleForm form, int trial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        readonly T[][] _inputs = [.. form.Oracle.Inputs.Select((_, i) => Input(problem, form, trial, i))];
        readonly T[][] _outputs = [.. form.Oracle.Outputs.Select((_, i) => new T[Size(problem, form, i)])];
        readonly double[] _scalars = new double[form.Oracle.Scalars];
        readonly int _place = trial % problem.Places;
        readonly int[] _samples = Batch(problem, trial);

        /// <summary>Outputs hold rubbish at first: an oracle overwrites them.</summary>
        public OracleCall<T> Fresh()
        {
            foreach (var output in _outputs)
                Array.Fill(output, T.NaN);
            return Again();
        }

        public OracleCall<T> Again() => new()
        {
            Input = At(_inputs, 0),
            Input1 = At(_inputs, 1),
            Input2 = At(_inputs, 2),
            Output = At(_outputs, 0),
            Output1 = At(_outputs, 1),
            Output2 = At(_outputs, 2),
            Scalars = _scalars,
            Place = _place,
            Samples = _samples,
            Noise = new Draw(1, Purpose.Noise, 3, (ulong)trial),
        };

        /// <summary>
        /// Compares by the largest coordinate of the output: small ones may be differences of large ones.
        /// </summary>
        public static void Equal(Call<T> expected, Call<T> actual, double tolerance)
        {
            for (var o = 0; o < expected._outputs.Length; o++)
            {
                var scale = expected._outputs[o].Max(v => Math.Abs(double.CreateChecked(v)));
                Assert.True(double.IsFinite(scale));
                for (var k = 0; k < expected._outputs[o].Length; k++)
                {
                    var (plain, fast) = (expected._outputs[o][k], actual._outputs[o][k]);
                    Assert.Equal(double.CreateChecked(plain), double.CreateChecked(fast), tolerance * scale);
                }
            }
            for (var s = 0; s < expected._scalars.Length; s++)
            {
                var scale = 1 + Math.Abs(expected._scalars[s]);
                Assert.Equal(expected._scalars[s], actual._scalars[s], tolerance * scale);
            }
        }

        static T[] At(T[][] vectors, int index) => index < vectors.Length ? vectors[index] : [];

        static T[] Input(Problem problem, OracleForm form, int trial, int index)
        {
            var x = new T[form.Oracle.Inputs[index].Resolve(name => Value(problem, name))];
            for (var k = 0; k < x.Length; k++)
                x[k] = T.CreateTruncating(new Draw(9, Purpose.None, (ulong)(4 * trial + index), (ulong)k).Normal());
            if (form.Oracle.Inputs[index].ToString() == "lower * lower")
                MatrixMath<T>.FloorEigenvalues(1, x);       // a matrix to be inverted
            return x;
        }

        static int Size(Problem problem, OracleForm form, int index) =>
            form.Oracle.Outputs[index].Resolve(name => Value(problem, name));

        static int Value(Problem problem, string name) => name switch
        {
            "parameters" => problem.Parameters,
            "nodes" => problem.Places,
            _ => problem.Dimension(name),
        };

        static int[] Batch(Problem problem, int trial)
        {
            if (problem.Sampler is not { } sampler)
                return [];
            var place = trial % problem.Places;
            if (trial >= 8)
                return sampler.Shard(place).ToArray();
            var samples = new int[trial + 1];
            sampler.Draw(place, new(1, trial), 5, samples);
            return samples;
        }
    }
}
