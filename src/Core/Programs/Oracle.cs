namespace AsyncOpt.Core.Programs;

/// <summary>
/// The signature of something a problem can compute: named input vectors, named output vectors, scalars. A method asks
/// for it; a problem that declares it supplies the formula.
/// </summary>
/// <param name="name">Its name, for instance <c>f.grad</c>.</param>
/// <param name="inputs">The dimensions of its inputs, at most three.</param>
/// <param name="outputs">The dimensions of its outputs, at most three.</param>
public class Oracle(string name, Dim[] inputs, Dim[] outputs)
{
    /// <summary>The most inputs of an oracle.</summary>
    public const int InputsMax = 3;

    /// <summary>The most outputs of an oracle.</summary>
    public const int OutputsMax = 3;

    /// <summary>The gradient of the objective over a batch of the place's samples: x -> grad f(x).</summary>
    public static Oracle Gradient { get; } = new("f.grad", [Dim.Parameters], [Dim.Parameters])
    {
        CountsGradient = true,
    };

    /// <summary>The dot product of two vectors, a computation of zero duration: x, y -> scalar.</summary>
    public static Oracle Dot { get; } = new("dot", [Dim.Parameters, Dim.Parameters], [])
    {
        Scalars = 1,
        IsReduction = true,
    };

    /// <summary>The squared Euclidean norm of a vector, a computation of zero duration: x -> scalar.</summary>
    public static Oracle SquaredNorm { get; } = new("squared-norm", [Dim.Parameters], [])
    {
        Scalars = 1,
        IsReduction = true,
    };

    /// <summary>Its name, for instance <c>f.grad</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The dimensions of its inputs.</summary>
    public IReadOnlyList<Dim> Inputs { get; } = inputs.Length <= InputsMax
        ? inputs
        : throw new ArgumentException($"oracle '{name}' has {inputs.Length} inputs, at most {InputsMax}");

    /// <summary>The dimensions of its outputs.</summary>
    public IReadOnlyList<Dim> Outputs { get; } = outputs.Length <= OutputsMax
        ? outputs
        : throw new ArgumentException($"oracle '{name}' has {outputs.Length} outputs, at most {OutputsMax}");

    internal int InputCount { get; } = inputs.Length;

    /// <summary>How many scalars it returns, 0 to 2.</summary>
    public int Scalars { get; init; }

    /// <summary>Whether each step of an evaluation counts as a stochastic gradient in metrics and budgets.</summary>
    public bool CountsGradient { get; init; }

    /// <summary>
    /// The kind of problems that have it, for whom it may concern: <c>bilevel problems, which have a lower level</c>;
    /// null where the name says enough.
    /// </summary>
    public string? Setting { get; init; }

    /// <summary>A reduction that every host supplies; it takes no virtual time and no data.</summary>
    public bool IsReduction { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>Names a batch: the same key draws the same samples at any point, as variance reduction needs.</summary>
/// <param name="Agent">Usually the requesting agent.</param>
/// <param name="Number">Usually the rank of the computation among the agent's.</param>
public readonly record struct BatchKey(long Agent, long Number)
{
    /// <summary>
    /// The key of the place that a computation is on, and a number: agents at one place get the same batches.
    /// </summary>
    /// <param name="number">For instance the iteration.</param>
    public static BatchKey OfPlace(long number) => new(Computation.Here, number);

    /// <summary>The key of a computation at a place.</summary>
    internal BatchKey At(int place) => Agent == Computation.Here ? this with { Agent = place } : this;
}

/// <summary>A request to compute: inputs are frozen now, results arrive when the compute model says.</summary>
public readonly ref struct Computation
{
    // The place of the agent that asks, whichever that is.
    internal const int Here = -2;

    /// <summary>A request for an oracle where the agent is.</summary>
    public Computation(Oracle oracle, int batch)
        : this(oracle, Here, batch)
    {
    }

    /// <summary>A request for an oracle at a place.</summary>
    public Computation(Oracle oracle, int place, int batch) => (Oracle, Place, Batch) = (oracle, place, batch);

    /// <summary>What to compute.</summary>
    public Oracle Oracle { get; }

    /// <summary>Whose data.</summary>
    internal int Place { get; }

    /// <summary>Whether it is where the agent is, with a batch that is named by that, whichever agent asks.</summary>
    internal bool IsHere => Place == Here && (Key is not { } key || key.Agent == Here);

    /// <summary>Whose data, by where the agent is.</summary>
    internal int PlaceOf(int agentPlace) => Place == Here ? agentPlace : Place;

    /// <summary>Samples per batch; 0 for all samples of the place.</summary>
    public int Batch { get; }

    /// <summary>The first input.</summary>
    public Operand Input { get; init; }

    /// <summary>The second input.</summary>
    public Operand Input1 { get; init; }

    /// <summary>The third input.</summary>
    public Operand Input2 { get; init; }

    /// <summary>The first output.</summary>
    public Vector Output { get; init; }

    /// <summary>The second output.</summary>
    public Vector Output1 { get; init; }

    /// <summary>The third output.</summary>
    public Vector Output2 { get; init; }

    /// <summary>
    /// Steps of local training, at least 1; each has a batch of its own, so that more than one need a
    /// <see cref="Key"/>: that of the first.
    /// </summary>
    public int Steps { get; init; } = 1;

    /// <summary>Local training: which step of the learning-rate schedule the first step is, from 0.</summary>
    public long RateStep { get; init; }

    /// <summary>Local training: how many steps the optimizer's state has made before.</summary>
    public long OptimizerStep { get; init; }

    /// <summary>The batch; by default the agent's own, by the rank of the computation.</summary>
    public BatchKey? Key { get; init; }
}
