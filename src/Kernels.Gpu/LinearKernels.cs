using System.Numerics;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The samples on the device, and the model's shape.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct LinearViews<T>
    where T : unmanaged
{
    /// <summary>Samples (rows x columns).</summary>
    public ArrayView<T> Rows;
    public ArrayView<T> Labels;
    public int Columns;
    public int Classes;
    public T Regularization;
}

/// <summary>
/// Gradients and local training of models that are linear in the features: scores z = W a, a loss of them, and
/// (lambda / 2) |W|^2.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TScalar">The arithmetic of T.</typeparam>
/// <typeparam name="TLoss">The loss.</typeparam>
/// <typeparam name="TStep">What becomes of the gradient.</typeparam>
static class LinearKernels<T, TScalar, TLoss, TStep>
    where T : unmanaged, INumber<T>
    where TScalar : struct, IScalar<T>
    where TLoss : struct, ILoss<T>
    where TStep : struct, IStep<T>
{
    /// <summary>A work item per request.</summary>
    public static void Items(Index1D request, BatchViews<T> batch, LinearViews<T> model) =>
        Evaluate<OneLane>(request, batch, model);

    /// <summary>A group per request.</summary>
    public static void Groups(BatchViews<T> batch, LinearViews<T> model) =>
        Evaluate<GroupLanes>(Grid.IdxX, batch, model);

    static void Evaluate<TLanes>(int request, BatchViews<T> batch, LinearViews<T> model)
        where TLanes : struct, ILanes
    {
        var head = batch.Heads[request];
        var vectors = Vectors.Begin<T, TLanes>(request, head, batch);
        TLanes.Barrier();
        var scores = batch.Scratch.SubView(head.Scratch, head.Batch * model.Classes);
        var weight = T.One / TScalar.Of(head.Batch);
        for (var step = 0; step < head.Steps; step++)
        {
            var samples = batch.Samples.SubView(head.FirstSample + (step * head.Stride), head.Batch);
            TLanes.Scores(model.Rows, samples, vectors.Point, scores, model.Columns, model.Classes);
            TLanes.Barrier();
            for (var b = TLanes.Lane; b < head.Batch; b += TLanes.Count)
                TLoss.Differentiate(scores.SubView(b * model.Classes, model.Classes), model.Labels[samples[b]], weight);
            TLanes.Barrier();
            Step<TLanes>(vectors, samples, scores, batch, model, batch.Factors[head.FirstFactors + step]);
            TLanes.Barrier();
        }
    }

    // Coordinate (k, j) of the gradient: lambda w + sum over the samples, in order, of derivative k times feature j.
    static void Step<TLanes>(
        StepVectors<T> vectors, ArrayView<int> samples, ArrayView<T> derivatives, BatchViews<T> batch,
        LinearViews<T> model, StepFactors<T> factors)
        where TLanes : struct, ILanes
    {
        for (var i = TLanes.Lane; i < batch.Dimension; i += TLanes.Count)
        {
            var (k, j) = (i / model.Columns, i % model.Columns);
            var gradient = model.Regularization * vectors.Point[i];
            for (var b = 0; b < samples.IntLength; b++)
            {
                var feature = model.Rows[((long)samples[b] * model.Columns) + j];
                gradient += derivatives[(b * model.Classes) + k] * feature;
            }
            TStep.Take(vectors, i, gradient, batch.Numbers, factors);
        }
    }
}
