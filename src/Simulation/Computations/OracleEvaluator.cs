using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Computations;

/// <summary>
/// Evaluates one computation, from any thread. Its result depends on what it asks for and its inputs alone, so hosts
/// may evaluate in any order, together or apart.
/// </summary>
sealed class OracleEvaluator<T>(Problem problem, OracleSet<T> oracles, ulong seed)
    where T : unmanaged
{
    // Samples of a shard that are fetched although only some of them may be asked for.
    const int FetchedMax = 4;

    readonly BatchSampler? _sampler = problem.Sampler;

    /// <summary>The number of samples at a place.</summary>
    public int ShardSize(int place) => _sampler?.ShardSize(place) ?? 0;

    /// <summary>What a request asks for.</summary>
    /// <param name="c">The request.</param>
    /// <param name="agent">Who asks.</param>
    /// <param name="agentPlace">Where the agent is.</param>
    /// <param name="number">Rank of the computation among the agent's.</param>
    public Asked Resolve(in Computation c, int agent, int agentPlace, long number)
    {
        var place = c.PlaceOf(agentPlace);
        return new()
        {
            Oracle = (ushort)oracles.Find(c.Oracle),
            Place = place,
            WholeShard = c.Batch == 0,
            Steps = c.Steps,
            Samples = c.Oracle.IsReduction ? 0 : checked(c.Steps * (c.Batch == 0 ? ShardSize(place) : c.Batch)),
            RateStep = c.RateStep,
            OptimizerStep = c.OptimizerStep,
            Key = c.Key?.At(place) ?? new BatchKey(agent, number),
        };
    }

    /// <summary>Fills the outputs; returns the scalars.</summary>
    /// <param name="asked">What is asked for.</param>
    /// <param name="vectors">Inputs and outputs.</param>
    /// <param name="scratch">Room for the numbers of samples, the caller's thread's own; grows.</param>
    public (double Scalar, double Scalar1) Evaluate(in Asked asked, in OracleVectors<T> vectors, ref int[] scratch)
    {
        Span<double> scalars = stackalloc double[2];
        var call = new OracleCall<T>
        {
            Input = vectors.Input,
            Input1 = vectors.Input1,
            Input2 = vectors.Input2,
            Output = vectors.Output,
            Output1 = vectors.Output1,
            Output2 = vectors.Output2,
            Scalars = scalars,
            Place = asked.Place,
            Samples = SamplesOf(in asked, ref scratch),
            Noise = new Draw(seed, Purpose.Noise, (ulong)asked.Key.Agent, (ulong)asked.Key.Number),
            Steps = asked.Steps,
            Batch = asked.Samples / Math.Max(1, asked.Steps),
            RateStep = asked.RateStep,
            OptimizerStep = asked.OptimizerStep,
        };
        oracles.Form(asked.Oracle).Evaluate(in call);
        var declared = oracles[asked.Oracle].Scalars;
        return (declared > 0 ? scalars[0] : 0, declared > 1 ? scalars[1] : 0);
    }

    /// <summary>
    /// Fetches the data that a request will read, where a shard is so small that nothing need be drawn to know them.
    /// </summary>
    public void Fetch(in Request<T> request)
    {
        if (_sampler is not null && _sampler.Shard(request.Place) is { Length: <= FetchedMax } shard)
            oracles.Form(request.Oracle).Fetch(shard);
    }

    /// <summary>The numbers of a request's samples, of several steps one batch after the other.</summary>
    public ReadOnlySpan<int> SamplesOf(in Asked asked, ref int[] scratch)
    {
        if (_sampler is null)
            return [];
        if (asked.WholeShard)
            return _sampler.Shard(asked.Place);
        if (scratch.Length < asked.Samples)
            scratch = new int[2 * asked.Samples];
        var samples = scratch.AsSpan(0, asked.Samples);
        var batch = asked.Samples / asked.Steps;
        for (var h = 0; h < asked.Steps; h++)
        {
            var key = asked.Key with { Number = asked.Key.Number + h };
            _sampler.Draw(asked.Place, key, seed, samples.Slice(h * batch, batch));
        }
        return samples;
    }
}
