using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Kernels.Devices;
using ILGPU;

namespace AsyncOpt.Kernels.Gpu;

/// <summary>The places' shards.</summary>
struct ShardViews
{
    /// <summary>Where each place's numbers begin, and how many there are.</summary>
    public ArrayView<int> Start;
    public ArrayView<int> Size;

    /// <summary>Numbers of samples.</summary>
    public ArrayView<int> Samples;
}

/// <summary>A round's events; see <see cref="DeviceChain"/>.</summary>
struct ChainRound
{
    /// <summary>The instant, mixed.</summary>
    public ulong Time;
    public Ties Ties;
    public int FirstAgent;
    public int HasCompletions;
    public int HasMessages;
    public DeviceSequences Completions;
    public DeviceSequences Messages;
    public ulong CompletionWord;
    public ulong MessageWord;
}

/// <summary>What rounds do beside arithmetic: batches, hashes, chains. A work item per row, or per sample.</summary>
static class ChainKernels
{
    /// <summary>Places in the tally.</summary>
    public const int LastCompleted = 0, NotFinite = 1;

    /// <summary>One number of a batch.</summary>
    public static void Draw(
        Index1D item, ShardViews shards, ArrayView<int> samples, int batch, ulong seed, int firstAgent, long number)
    {
        var (row, i) = (item.X / batch, item.X % batch);
        var index = BatchSampler.Independent(seed, firstAgent + row, number, shards.Size[row], i);
        samples[item] = shards.Samples[shards.Start[row] + index];
    }

    /// <summary>From the hash of a row's bits to what is folded of a message that carries it.</summary>
    public static void Publish(Index1D row, ArrayView<ulong> hashes, ArrayView<ulong> messages, ulong version) =>
        messages[row] = VectorHash.Mix(VectorHash.ChainMixed(hashes[row], version));

    /// <summary>
    /// Folds a row's events into its chain, in the order of their keys: each time the least of those not yet taken.
    /// </summary>
    public static void Chain(
        Index1D row, ChainRound round, TopologyViews topology, ArrayView<ulong> results, ArrayView<ulong> messages,
        ArrayView<ulong> chains, ArrayView<int> tally)
    {
        var agent = (uint)(round.FirstAgent + row.X);
        var (first, end) = (topology.Start[row], topology.Start[row + 1]);
        var count = round.HasCompletions + (round.HasMessages * (end - first));
        var chain = chains[row];
        var last = 0UL;
        for (var k = 0; k < count; k++)
        {
            var (key, word, hash) = (ulong.MaxValue, 0UL, 0UL);
            if (round.HasCompletions != 0)
            {
                var sequence = round.Completions.Of(topology.OutDegree[row]);
                var own = KeyOf(round.Ties, agent, sequence);
                if (k == 0 || own > last)
                {
                    (key, word) = (own, round.CompletionWord | sequence);
                    hash = VectorHash.Mix(VectorHash.Chain(VectorHash.Chain(0, 0), results[row]));
                }
            }
            for (var e = first; round.HasMessages != 0 && e < end; e++)
            {
                var neighbour = topology.Neighbour[e];
                var sequence = round.Messages.Of(topology.OutDegree[neighbour]) + (uint)topology.Rank[e];
                var other = KeyOf(round.Ties, (uint)(round.FirstAgent + neighbour), sequence);
                if ((k == 0 || other > last) && other < key)
                    (key, word, hash) = (other, round.MessageWord | sequence, messages[neighbour]);
            }
            chain = VectorHash.ChainMixed(chain, round.Time);
            chain = VectorHash.Chain(chain, word);
            chain = VectorHash.Chain(chain, (uint)key);
            chain = VectorHash.ChainMixed(chain, hash);
            last = key;
        }
        chains[row] = chain;
        if (count > 0 && (uint)last == agent)
            Atomic.Add(ref tally[LastCompleted], 1);
    }

    static ulong KeyOf(Ties ties, uint sender, uint sequence) =>
        ((ulong)ties.Of((int)sender, sequence) << 32) | sender;
}
