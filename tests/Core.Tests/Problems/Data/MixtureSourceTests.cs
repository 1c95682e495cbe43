using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Problems.Data;

namespace AsyncOpt.Core.Tests.Problems.Data;

public class MixtureSourceTests
{
    static readonly MixtureSource.Options Small =
        new() { Samples = 4000, TestSamples = 400, Dimension = 10, Classes = 2, ClustersPerClass = 4, Noise = 0.1 };

    static RawData Open(MixtureSource.Options options, ulong seed = 3) => new MixtureSource(options).Open(new(p => p, seed, 1));

    static double[] Mean(RawData data, int cluster, bool test = false)
    {
        var table = test ? data.Test! : data.Table;
        var rows = Enumerable.Range(0, table.Rows).Where(r => r % 8 == cluster).ToList();
        return [.. Enumerable.Range(0, 10).Select(k => rows.Average(r => table.Features.Values[r * 10 + k]))];
    }

    [Fact]
    public void Clusters_lie_around_points_of_the_unit_sphere_with_the_noise_asked_for()
    {
        var data = Open(Small);
        for (var cluster = 0; cluster < 8; cluster++)
        {
            var (mean, test) = (Mean(data, cluster), Mean(data, cluster, test: true));
            Assert.Equal(1, Math.Sqrt(mean.Sum(v => v * v)), 0.03);             // 500 samples: standard error 0.0045
            var squares = Enumerable.Range(0, data.Table.Rows).Where(r => r % 8 == cluster)
                .Average(r => Enumerable.Range(0, 10).Sum(k => Math.Pow(data.Table.Features.Values[r * 10 + k] - mean[k], 2)));
            Assert.Equal(10 * 0.01, squares, 0.1 * 0.1);                        // standard error 2 %
            for (var k = 0; k < 10; k++)
                Assert.Equal(mean[k], test[k], 0.08);                           // 50 samples: 0.014
        }
    }

    [Fact]
    public void The_first_clusters_are_the_first_class()
    {
        var table = Open(Small).Table;

        Assert.All(Enumerable.Range(0, table.Rows), r => Assert.Equal(r % 8 / 4, table.Labels[r]));
    }

    [Fact]
    public void More_samples_leave_the_first_as_they_are_and_another_seed_does_not()
    {
        var few = Open(Small with { Samples = 100 }).Table.Features.Values;

        Assert.Equal(few, Open(Small).Table.Features.Values[..1000]);
        Assert.NotEqual(few, Open(Small with { Samples = 100 }, 4).Table.Features.Values);
    }

    [Fact]
    public void A_net_learns_the_mixture_and_a_linear_model_does_not()
    {
        double Accuracy(int[] hidden)
        {
            var problem = new MlpClassification(new()
            {
                Data = new MixtureSource(Small with { Dimension = 3, Noise = 0.05, Classes = 2, ClustersPerClass = 8 }),
                Hidden = hidden,
            }).Built(1);
            var x = problem.InitialPoint(1);
            var velocity = new double[x.Length];
            for (var step = 0; step < 150; step++)
            {
                var g = problem.FullGradient(x);
                for (var k = 0; k < x.Length; k++)
                    x[k] -= 0.2 * (velocity[k] = 0.9 * velocity[k] + g[k]);
            }
            var metrics = new Dictionary<string, double>();
            problem.Evaluate(x, metrics.Add);
            return metrics["accuracy"];
        }
        var (linear, net) = (Accuracy([]), Accuracy([32]));

        Assert.True(net > linear + 0.1, $"net {net}, linear {linear}");
    }
}
