using System.ComponentModel.DataAnnotations;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems.Data;
using AsyncOpt.Core.Problems.Nets;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Problems;

/// <summary>
/// The neural language model: each of the last c tokens becomes its row of an embedding matrix, the rows side by side
/// go through fully connected layers to a score for every token of the vocabulary; softmax and cross entropy, and
/// (lambda/2) |x|^2 over all parameters. Its metric is the perplexity, exp of a part's mean loss.
/// </summary>
/// <remarks>
/// Parameters: embeddings (vocabulary x size, row-major), then W (inputs x outputs, row-major) and b (outputs) of each
/// layer. Without the direct connections from embeddings to scores that the paper has as an option. Embeddings start
/// standard normal, layers after Glorot or He.
/// </remarks>
/// <param name="options">Data, layers and regularization.</param>
[Problem("language-model", Source = "Bengio, Ducharme, Vincent and Jauvin, JMLR 3 (2003) 1137")]
public sealed class LanguageModel(LanguageModel.Options options) : NetProblem(options)
{
    [ThreadStatic]
    static double[]? _inputs;

    DenseLayers? _layers;

    /// <summary>Data, layers and regularization.</summary>
    public sealed record Options : NetOptions, ICheckedOptions
    {
        /// <summary>The length of a token's embedding.</summary>
        [Range(1, 100_000)]
        public int Embedding { get; init; } = 32;

        /// <summary>What hidden units make of their sum.</summary>
        public Activation Activation { get; init; } = Activation.Tanh;

        /// <inheritdoc />
        public IEnumerable<string> Violations()
        {
            if (Standardize || Bias)
                yield return "standardize and bias make no sense of tokens: leave them out";
        }
    }

    /// <summary>The size of the vocabulary.</summary>
    public int Vocabulary { get; private set; }

    /// <summary>The length of a token's embedding.</summary>
    public int Embedding => options.Embedding;

    /// <summary>The layers above the embeddings; their inputs are context times embedding.</summary>
    public DenseLayers Layers => _layers ?? throw new InvalidOperationException("the problem is not built");

    /// <inheritdoc />
    public override int Parameters => checked(Vocabulary * Embedding + Layers.Parameters);

    /// <inheritdoc />
    public override IReadOnlyList<ParameterBlock> Blocks =>
        [new("embeddings", 0, Vocabulary * Embedding), .. Layers.Blocks(Vocabulary * Embedding)];

    /// <inheritdoc />
    protected override string Formula =>
        $"language-model 1; embedding {Embedding}; layers {string.Join('-', Layers.Sizes)}; {options.Activation}";

    /// <inheritdoc />
    public override int Dimension(string name) => name == "classes" ? Vocabulary : -1;

    /// <inheritdoc />
    public override double[] InitialPoint(ulong seed)
    {
        var x = new double[Parameters];
        var draws = new DrawSequence(seed, Purpose.Initialization);
        Layers.Initialize(ref draws, x.AsSpan(Vocabulary * Embedding));
        foreach (ref var e in x.AsSpan(0, Vocabulary * Embedding))
            e = draws.Normal();
        return x;
    }

    /// <inheritdoc />
    protected override void Learn(DataPart train)
    {
        var table = train.Table;
        Vocabulary = table.LabelNames?.Length ?? 0;
        if (Vocabulary == 1)
        {
            throw new InputException($"{table.Source}: language-model needs two different tokens at least, and here "
                + $"all are '{table.LabelNames![0]}'; give another text, or a larger `vocabulary`");
        }
        if (Vocabulary == 0)
        {
            throw new InputException($"{table.Source}: language-model needs tokens of a vocabulary; "
                + "take data: { name: text, ... }");
        }
        Check(table);
        _layers = new([checked(table.Columns * Embedding), .. options.Hidden, Vocabulary], options.Activation);
    }

    /// <inheritdoc />
    protected override double[] MapLabels(SampleTable table)
    {
        Check(table);
        return table.Labels;
    }

    void Check(SampleTable table)
    {
        var isGood = table.Features.IsDense
            && Array.TrueForAll(table.Features.Values, v => v >= 0 && v < Vocabulary && v % 1 == 0);
        if (!isGood)
            throw new InputException($"{table.Source}: has features that are no tokens 0 to {Vocabulary - 1}");
    }

    /// <inheritdoc />
    protected override double Loss(
        FeatureMatrix features, int row, double label, ReadOnlySpan<double> x, double weight, Span<double> gradient)
    {
        var (size, embeddings) = (Embedding, Vocabulary * Embedding);
        var (inputs, back) = Inputs(features, row, x);
        if (gradient.IsEmpty)
            return Layers.Loss(x[embeddings..], inputs.Span, (int)label, weight, [], []);
        back.Span.Clear();
        var loss = Layers.Loss(
            x[embeddings..], inputs.Span, (int)label, weight, gradient[embeddings..], back.Span);
        for (var c = 0; c < features.Columns; c++)
            RowMath.Axpy(1, back.Span.Slice(c * size, size), gradient.Slice(Token(features, row, c) * size, size));
        return loss;
    }

    /// <summary>The token of the largest score is the next one; of equal scores the first counts.</summary>
    /// <inheritdoc />
    protected override bool IsRight(FeatureMatrix features, int row, double label, ReadOnlySpan<double> x) =>
        Layers.Best(x[(Vocabulary * Embedding)..], Inputs(features, row, x).Inputs.Span) == (int)label;

    // The embeddings of a row side by side, and room for as many derivatives.
    (ReadOnlyMemory<double> Inputs, Memory<double> Back) Inputs(FeatureMatrix features, int row, ReadOnlySpan<double> x)
    {
        var (size, length) = (Embedding, features.Columns * Embedding);
        if (_inputs is null || _inputs.Length < 2 * length)
            _inputs = new double[2 * length];
        for (var c = 0; c < features.Columns; c++)
            x.Slice(Token(features, row, c) * size, size).CopyTo(_inputs.AsSpan(c * size));
        return (_inputs.AsMemory(0, length), _inputs.AsMemory(length, length));
    }

    static int Token(FeatureMatrix features, int row, int column) =>
        (int)features.Values[row * features.Columns + column];

    /// <inheritdoc />
    protected override void ReportLoss(string prefix, double loss, Action<string, double> metric) =>
        metric(prefix + "perplexity", ExactMath.Exp(loss));

    /// <inheritdoc/>
    public override Scale ScaleOf(string metric) =>
        metric is "validation-perplexity" or "test-perplexity" ? Scale.Log : base.ScaleOf(metric);

    /// <inheritdoc />
    public override IEnumerable<(string Name, string Value)> Facts() =>
    [
        .. base.Facts(), ("vocabulary", $"{Vocabulary}"), ("context", $"{Features.Columns}"),
        ("embedding", $"{Embedding}"), ("layers", string.Join(" - ", Layers.Sizes)),
    ];
}
