using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Shardings;

namespace AsyncOpt.Core.Tests.Problems;

public class BatchSamplerTests
{
    // Two places: ten samples 100..109 and seven samples 200..206.
    static readonly Shards Two = Shards.Of([.. Enumerable.Range(100, 10), .. Enumerable.Range(200, 7)], [0, 10, 17]);

    static int[] Batch(BatchSampler sampler, int place, int size, long agent, long number)
    {
        var samples = new int[size];
        sampler.Draw(place, new(agent, number), 5, samples);
        return samples;
    }

    [Fact]
    public void With_replacement_draws_what_the_draw_of_the_key_says()
    {
        var draw = new Draw(5, Purpose.Batch, 3, 8);
        int[] expected = [.. Enumerable.Range(0, 11).Select(i => 200 + draw.Below(7, i))];

        Assert.Equal(expected, Batch(new WithReplacement(Two), 1, 11, 3, 8));
    }

    [Fact]
    public void With_replacement_is_uniform_and_large_batches_do_not_repeat_themselves()
    {
        var batch = Batch(new WithReplacement(Two), 0, 20000, 3, 8);

        Assert.All(batch.CountBy(s => s), c => Assert.InRange(c.Value, 1800, 2200));     // standard deviation 42
        Assert.Equal(10, batch.Distinct().Count());
        Assert.NotEqual(batch[..4096], batch[4096..8192]);
    }

    [Fact]
    public void Without_replacement_covers_the_shard_once_per_epoch()
    {
        var sampler = new WithoutReplacement(Two);
        // Batches of three at a place of seven: seven batches are three epochs.
        int[] all = [.. Enumerable.Range(0, 7).SelectMany(number => Batch(sampler, 1, 3, 2, number))];

        for (var epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Enumerable.Range(200, 7), all[(7 * epoch)..(7 * epoch + 7)].Order());
        Assert.NotEqual(all[..7], all[7..14]);
    }

    [Fact]
    public void Without_replacement_a_batch_may_be_larger_than_the_shard() =>
        Assert.All(Batch(new WithoutReplacement(Two), 1, 21, 2, 4).CountBy(s => s), c => Assert.Equal(3, c.Value));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_depend_on_agent_number_and_seed_alone(bool replace)
    {
        BatchSampler sampler = replace ? new WithReplacement(Two) : new WithoutReplacement(Two);
        var batch = Batch(sampler, 0, 9, 2, 4);
        Batch(sampler, 0, 9, 1, 1);

        Assert.Equal(batch, Batch(sampler, 0, 9, 2, 4));
        Assert.NotEqual(batch, Batch(sampler, 0, 9, 3, 4));
        Assert.NotEqual(batch, Batch(sampler, 0, 9, 2, 5));
        var other = new int[9];
        sampler.Draw(0, new(2, 4), 6, other);
        Assert.NotEqual(batch, other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_shard_is_whole_and_in_order(bool replace)
    {
        BatchSampler sampler = replace ? new WithReplacement(Two) : new WithoutReplacement(Two);

        Assert.Equal(Enumerable.Range(200, 7), sampler.Shard(1).ToArray());
        Assert.Equal(7, sampler.ShardSize(1));
    }
}
