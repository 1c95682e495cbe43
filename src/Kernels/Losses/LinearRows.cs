using AsyncOpt.Core.Data;
using AsyncOpt.Kernels.Oracles;

namespace AsyncOpt.Kernels.Losses;

/// <summary>
/// The rows of a table against the K rows of a model, in float64: scores z_c = W_c . a and their transpose, the sum
/// of dz_c a. A model may be packed as the form likes it best.
/// </summary>
/// <param name="columns">d, the table's columns.</param>
/// <param name="scores">K.</param>
abstract class LinearRows(int columns, int scores)
{
    /// <summary>
    /// Below this share of non-zero entries a dense table is read as a sparse one. Measured for 3, 10 and 30 scores of
    /// 784 features, sums take the same time in both forms at some 0.5; but only dense rows have fast Hessians.
    /// </summary>
    const double SparseShare = 0.3;

    /// <summary>d.</summary>
    protected int Columns => columns;

    /// <summary>K.</summary>
    protected int Count => scores;

    /// <summary>Numbers of a packed model.</summary>
    public virtual int Length => columns * scores;

    /// <summary>The rows themselves where they are read as dense ones; null otherwise.</summary>
    public virtual Rows<double>? Dense => null;

    /// <summary>The form that is best for a table.</summary>
    public static LinearRows Of(FeatureMatrix features, int scores) => (IsSparse(features), scores) switch
    {
        (true, 1) => new VectorRows(features.ToSparse()),
        (true, _) => new SparseMatrixRows(features.ToSparse(), scores),
        (false, 1) => new VectorRows(features),
        (false, _) => new DenseMatrixRows(features, scores),
    };

    /// <summary>Packs a model of shape (K, d).</summary>
    public virtual void Pack(ReadOnlySpan<double> model, Span<double> packed) => model.CopyTo(packed);

    /// <summary>Adds a packed sum to one of shape (K, d).</summary>
    public virtual void Unpack(ReadOnlySpan<double> packed, Span<double> sum) =>
        VectorMath<double>.Axpy(1, packed[..sum.Length], sum);

    /// <summary>The scores of some rows.</summary>
    /// <param name="rows">Shape (n): which.</param>
    /// <param name="model">Packed.</param>
    /// <param name="z">Shape (n, K), out.</param>
    public abstract void Scores(ReadOnlySpan<int> rows, ReadOnlySpan<double> model, Span<double> z);

    /// <summary>Adds dz_c a to row c, for some rows.</summary>
    /// <param name="rows">Shape (n): which.</param>
    /// <param name="dz">Shape (n, K).</param>
    /// <param name="sum">Packed.</param>
    public abstract void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, Span<double> sum);

    static bool IsSparse(FeatureMatrix features)
    {
        if (!features.IsDense)
            return true;
        var nonZero = features.Values.LongLength;
        foreach (var value in features.Values)
            nonZero -= value == 0 ? 1 : 0;
        return nonZero < SparseShare * features.Values.LongLength;
    }

    // One score: a dot product and an axpy a row.
    sealed class VectorRows(FeatureMatrix features) : LinearRows(features.Columns, 1)
    {
        readonly Rows<double> _rows = new(features);

        public override Rows<double>? Dense => _rows.IsDense ? _rows : null;

        public override void Scores(ReadOnlySpan<int> rows, ReadOnlySpan<double> model, Span<double> z)
        {
            for (var i = 0; i < rows.Length; i++)
                z[i] = _rows.Dot(rows[i], model[..Length]);
        }

        public override void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, Span<double> sum)
        {
            for (var i = 0; i < rows.Length; i++)
                _rows.Add(rows[i], dz[i], sum[..Length]);
        }
    }

    // Rows are copied side by side, then both are products of matrices.
    sealed class DenseMatrixRows(FeatureMatrix features, int scores) : LinearRows(features.Columns, scores)
    {
        readonly Rows<double> _rows = new(features);

        [ThreadStatic]
        static double[]? _side;

        public override Rows<double>? Dense => _rows;

        public override void Scores(ReadOnlySpan<int> rows, ReadOnlySpan<double> model, Span<double> z)
        {
            if (_side is null || _side.Length < rows.Length * Columns)
                _side = new double[rows.Length * Columns];
            _rows.Gather(rows, _side);
            MatrixKernels<double>.MultiplyTransposed(rows.Length, Count, Columns, _side, model, z);
        }

        // The rows still lie where the scores were taken.
        public override void Add(ReadOnlySpan<int> rows, ReadOnlySpan<double> dz, Span<double> sum) =>
            MatrixKernels<double>.TransposedMultiply(
                Count, Columns, rows.Length, dz, _side, sum, accumulate: true);
    }
}
