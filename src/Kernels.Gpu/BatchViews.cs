using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>Where a request's numbers lie in the buffers of its batch.</summary>
struct Head
{
    /// <summary>Rows of the inputs; -1 for none.</summary>
    public int Input;
    public int Input1;
    public int Input2;

    public int FirstSample;
    public int Batch;

    /// <summary>Samples from one step's first to the next's; 0 where all steps take the same.</summary>
    public int Stride;
    public int Steps;
    public int FirstFactors;

    /// <summary>Where its room for what lies between begins.</summary>
    public long Scratch;
    public int Place;
}

/// <summary>The buffers of a batch on the device.</summary>
/// <typeparam name="T">float or double.</typeparam>
struct BatchViews<T>
    where T : unmanaged
{
    public ArrayView<Head> Heads;

    /// <summary>Different input vectors (rows x d).</summary>
    public ArrayView<T> Inputs;

    /// <summary>Outputs of all requests (requests x outputs x d).</summary>
    public ArrayView<T> Outputs;
    public ArrayView<int> Samples;
    public ArrayView<StepFactors<T>> Factors;
    public ArrayView<T> Scratch;

    /// <summary>Outputs per request.</summary>
    public int OutputCount;

    /// <summary>d.</summary>
    public int Dimension;
    public StepNumbers<T> Numbers;

    /// <summary>1 where points and states change in place, 0 for gradients.</summary>
    public int IsTraining;
}

/// <summary>The vectors of requests.</summary>
static class Vectors
{
    /// <summary>
    /// The vectors of a request. Those that local training changes are copied from the inputs to the outputs first; a
    /// barrier must follow.
    /// </summary>
    public static StepVectors<T> Begin<T, TLanes>(int request, Head head, BatchViews<T> batch)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        var d = batch.Dimension;
        var own = batch.Outputs.SubView((long)request * batch.OutputCount * d, batch.OutputCount * d);
        var point = batch.Inputs.SubView((long)head.Input * d, d);
        if (batch.IsTraining == 0)
            return new StepVectors<T> { Point = point, First = own, Second = own };
        Copy<T, TLanes>(point, own.SubView(0, d));
        var vectors = new StepVectors<T> { Point = own.SubView(0, d), First = own, Second = own };
        if (head.Input1 >= 0)
        {
            vectors.First = own.SubView(d, d);
            Copy<T, TLanes>(batch.Inputs.SubView((long)head.Input1 * d, d), vectors.First);
        }
        if (head.Input2 >= 0)
        {
            vectors.Second = own.SubView(2 * d, d);
            Copy<T, TLanes>(batch.Inputs.SubView((long)head.Input2 * d, d), vectors.Second);
        }
        return vectors;
    }

    static void Copy<T, TLanes>(ArrayView<T> from, ArrayView<T> to)
        where T : unmanaged
        where TLanes : struct, ILanes
    {
        for (var k = TLanes.Lane; k < to.IntLength; k += TLanes.Count)
            to[k] = from[k];
    }
}
