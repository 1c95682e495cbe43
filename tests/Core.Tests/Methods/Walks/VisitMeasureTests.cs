using AsyncOpt.Core.Methods.Walks;

namespace AsyncOpt.Core.Tests.Methods.Walks;

public class VisitMeasureTests
{
    [Theory]
    [InlineData(1.0, 3000)]
    [InlineData(0.6, 3000)]
    [InlineData(0.5, 60_000)] // scale falls below its limit: rescaled on the way
    public void Follows_the_plain_recursion(double a, int visits)
    {
        const int nodes = 6;
        double[] logMu = [.. Enumerable.Range(1, nodes).Select(d => Math.Log(d / 21.0))];
        double[] values = new double[nodes], ratios = new double[nodes], plain = new double[nodes];
        Array.Fill(plain, 1.0 / nodes);
        var measure = new VisitMeasure(values, ratios);
        var scale = measure.StartUniform(logMu);
        var least = 1.0;

        for (var n = 1; n <= visits; n++)
        {
            var node = n % 7 * (n % 7) % 7 % nodes;
            var gamma = Math.Pow(n + 1, -a);
            measure.Visit(node, gamma, logMu, ref scale);
            for (var j = 0; j < nodes; j++)
                plain[j] += gamma * ((j == node ? 1 : 0) - plain[j]);
            least = Math.Min(least, scale);
        }

        Assert.Equal(a == 0.5, least < 1e-90);
        Assert.Equal(1, plain.Sum(), 1e-9);
        for (var j = 0; j < nodes; j++)
        {
            if (plain[j] < 1e-250)
                continue;
            Assert.Equal(1, scale * values[j] / plain[j], 1e-9);
            Assert.Equal(Math.Log(plain[j] / scale) - logMu[j], ratios[j], 1e-9);
        }
        Assert.Equal(Math.Log(1e-12), VisitMeasure.Floor(scale) + Math.Log(scale), 1e-9);
    }

    [Fact]
    public void Without_logarithms_the_values_are_the_same()
    {
        double[] logMu = [0, 0, 0], values = new double[3], ratios = new double[3], alone = new double[3];
        var measure = new VisitMeasure(values, ratios);
        var plain = new VisitMeasure(alone, []);
        var (scale, plainScale) = (measure.StartUniform(logMu), plain.StartUniform([]));

        for (var n = 1; n < 2000; n++)
        {
            measure.Visit(n % 3, Math.Pow(n + 1, -0.5), logMu, ref scale);
            plain.Visit(n % 3, Math.Pow(n + 1, -0.5), [], ref plainScale);
        }

        Assert.Equal(values, alone);
        Assert.Equal(scale, plainScale);
    }
}
