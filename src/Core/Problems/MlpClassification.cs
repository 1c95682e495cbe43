using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// Classification by a fully connected net (multilayer perceptron): ReLU or tanh units in the hidden layers, softmax
/// and cross entropy at the end, and (lambda/2) |x|^2 over all parameters, biases included. Not convex with any hidden
/// layer. Starts at weights drawn after He or Glorot, from the initialization seed.
/// </summary>
/// <remarks>
/// Parameters, layer after layer: W (inputs x outputs, row-major), b (outputs); so <see cref="Blocks"/> are these.
/// Without hidden layers it is softmax regression with biases. The derivative of ReLU at 0 is taken as 0.
/// </remarks>
/// <param name="options">Data, layers and regularization.</param>
[Problem("mlp", Source = "Rumelhart, Hinton and Williams, Nature 323 (1986) 533; initialization: He et al., ICCV 2015")]
public sealed class MlpClassification(MlpClassification.Options options) : NetProblem(options)
{
    [ThreadStatic]
    static double[]? _row;

    LabelSet? _set;
    DenseLayers? _layers;

    /// <summary>Data, layers and regularization.</summary>
    public sealed record Options : NetOptions
    {
        /// <summary>What hidden units make of their sum.</summary>
        public Activation Activation { get; init; } = Activation.Relu;
    }

    /// <summary>The number of classes.</summary>
    public int Classes => Layers.Sizes[^1];

    /// <summary>The layers; their inputs are the features.</summary>
    public DenseLayers Layers => _layers ?? throw new InvalidOperationException("the problem is not built");

    /// <inheritdoc />
    public override int Parameters => Layers.Parameters;

    /// <inheritdoc />
    public override IReadOnlyList<ParameterBlock> Blocks => [.. Layers.Blocks()];

    /// <inheritdoc />
    protected override string Formula => $"mlp 1; layers {string.Join('-', Layers.Sizes)}; {options.Activation}";

    /// <inheritdoc />
    public override int Dimension(string name) => name == "classes" ? Classes : -1;

    /// <inheritdoc />
    public override double[] InitialPoint(ulong seed)
    {
        var x = new double[Parameters];
        var draws = new DrawSequence(seed, Purpose.Initialization);
        Layers.Initialize(ref draws, x);
        return x;
    }

    /// <inheritdoc />
    protected override void Learn(DataPart train)
    {
        _set = LabelSet.Of(train.Table);
        _set.RequireClasses(train.Table);
        if (_set.Count < 2)
            throw new InputException($"{train.Table.Source}: mlp needs 2 classes or more, got {_set.Count}");
        _layers = new([train.Table.Columns, .. options.Hidden, _set.Count], options.Activation);
    }

    /// <inheritdoc />
    protected override double[] MapLabels(SampleTable table) => Array.ConvertAll(_set!.Classes(table), c => (double)c);

    /// <inheritdoc />
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient) =>
        Layers.Loss(x, Row(features, row), (int)label, weight, gradient, []);

    /// <summary>The class of the largest score is the label; of equal scores the first counts.</summary>
    /// <inheritdoc />
    protected override bool IsRight(FeatureMatrix features, int row, double label, ReadOnlySpan<double> x) =>
        Layers.Best(x, Row(features, row)) == (int)label;

    static ReadOnlySpan<double> Row(FeatureMatrix features, int row)
    {
        if (features.IsDense)
            return features.Values.AsSpan(row * features.Columns, features.Columns);
        if (_row is null || _row.Length < features.Columns)
            _row = new double[features.Columns];
        features.CopyRow(row, _row);
        return _row.AsSpan(0, features.Columns);
    }

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts() =>
        [.. base.Facts(), ("layers", string.Join(" - ", Layers.Sizes)), ("classes", $"{Classes}")];
}
