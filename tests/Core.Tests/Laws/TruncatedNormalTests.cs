using AsyncOpt.Core.Laws;

namespace AsyncOpt.Core.Tests.Laws;

public sealed class TruncatedNormalTests
{
    [Fact]
    public void Is_the_half_normal_law_when_cut_at_its_mean()
    {
        var law = new TruncatedNormal(new() { Mean = 3, Sd = 2, Floor = 3 });

        // |Z|: mean sqrt(2 / pi), variance 1 - 2 / pi, median 0.6745.
        LawCheck.Follows(
            law, 3, 3 + 2 * Math.Sqrt(2 / Math.PI), 4 * (1 - 2 / Math.PI),
            (3 + 2 * 0.6744897501960817, 0.5), (3 + 2 * 1.6448536269514722, 0.9));
        Assert.InRange(LawCheck.Draws(law).Min(), 3, 3.001);
    }

    [Fact]
    public void Is_the_normal_law_when_hardly_anything_is_cut()
    {
        var law = new TruncatedNormal(new() { Mean = 10, Sd = 1 });

        LawCheck.Follows(law, 0, 10, 1, (10, 0.5), (11.2815515655446004, 0.9));
        LawCheck.HasVariance(law, 1, 3);
    }

    [Fact]
    public void Has_the_tail_mean_when_most_is_cut()
    {
        // phi(2) / (1 - Phi(2)) = 0.05399096651318806 / 0.02275013194817921.
        var hazard = 0.05399096651318806 / 0.02275013194817921;
        var law = new TruncatedNormal(new() { Mean = 1, Sd = 1, Floor = 3 });

        LawCheck.Follows(law, 3, 1 + hazard, 1 + 2 * hazard - hazard * hazard);
    }

    [Fact]
    public void Refuses_floors_that_hardly_any_draw_exceeds()
    {
        Assert.Empty(LawCheck.Errors(new TruncatedNormal.Options { Mean = 1, Sd = 1, Floor = 3 }));
        Assert.Single(LawCheck.Errors(new TruncatedNormal.Options { Mean = 1, Sd = 1, Floor = 3.1 }));
        Assert.Single(LawCheck.Errors(new TruncatedNormal.Options { Mean = 1, Sd = 0 }));
        Assert.Single(LawCheck.Errors(new TruncatedNormal.Options { Mean = 1, Sd = 1, Floor = -1 }));
    }
}
