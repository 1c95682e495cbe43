using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Tests;

/// <summary>Handmade reports.</summary>
static class Reports
{
    public static Selection Everything { get; } = new(["phold", "ring", "memory", "allocation"], false);

    public static Report Of(params Ratio[] ratios) => new(["date: never"], 3, Everything, ratios, []);

    public static Report Of(params Amount[] amounts) => new(["date: never"], 3, Everything, [], amounts);

    /// <summary>A ratio of PHOLD; the reference makes 100 events per second.</summary>
    public static Ratio Phold(double ratio, string reference = "bare loop") =>
        new("PHOLD, 10 agents", "events", reference, new(100 * ratio, 90 * ratio, 110 * ratio))
        {
            Row = "phold",
            Theirs = new(100, 100, 100),
            Value = new(ratio, 0.9 * ratio, 1.1 * ratio),
            IsShort = true,
        };

    public static Ratio Ring(double ratio) => Phold(ratio) with { What = "D-SGD, ring, float64", Row = "ring", IsShort = false };

    public static Amount Memory(double bytes) => new("memory, PHOLD", "B / agent", bytes) { Row = "memory" };

    public static Amount Allocation(double bytes) =>
        new("allocation, PHOLD", "B / event", bytes) { Row = "allocation", IsAllocation = true, AtMost = 0 };
}
