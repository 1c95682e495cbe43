using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Problems;

/// <summary>Sums over samples on all cores: blocks of 1,024, block sums added in pairs, whatever the threads.</summary>
internal static class BlockReduction
{
    // Blocks in flight; bounds the memory, has no influence on the result.
    const int WaveMax = 64;

    /// <summary>Sums one block.</summary>
    /// <param name="first">The first sample.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="sum">Receives what is added to each coordinate; zeros at first.</param>
    /// <returns>What is added to the scalar.</returns>
    public delegate double BlockBody(int first, int end, double[] sum);

    /// <summary>The sums over <paramref name="count"/> samples.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="total">Receives the vector sum; may be empty.</param>
    /// <param name="body">Sums one block. Called from several threads at once.</param>
    /// <param name="alone">Whether the sum is so short that threads would take longer to begin; the same bits.</param>
    public static double Sum(int count, Span<double> total, BlockBody body, bool alone = false)
    {
        const int block = PairwiseSum.Block;
        var (blocks, dimension) = ((count + block - 1) / block, total.Length);
        var wave = alone ? Math.Min(blocks, 1) : Math.Min(blocks, Math.Min(WaveMax, 2 * Environment.ProcessorCount));
        var sums = new double[wave][];
        var values = new double[wave];
        for (var slot = 0; slot < wave; slot++)
            sums[slot] = new double[dimension];
        var scalar = new PairwiseSum();
        var vector = new PairwiseVectorSum(dimension);
        for (var done = 0; done < blocks; done += wave)
        {
            var now = Math.Min(wave, blocks - done);
            var from = done;
            if (now == 1)
                Run(0);
            else
#pragma warning disable RS0030 // the blocks are fixed and their sums are added in order: threads cannot matter
                Parallel.For(0, now, Run);
#pragma warning restore RS0030
            for (var slot = 0; slot < now; slot++)
            {
                scalar.AddBlock(values[slot]);
                vector.AddBlock(sums[slot]);
            }

            void Run(int slot)
            {
                Array.Clear(sums[slot]);
                var first = (from + slot) * block;
                values[slot] = body(first, Math.Min(count, first + block), sums[slot]);
            }
        }
        vector.Total(total);
        return scalar.Total;
    }
}
