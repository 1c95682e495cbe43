using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Tests.Runs;

/// <summary>Small requests.</summary>
static class Requests
{
    /// <summary>Two workers, a parabola, two virtual seconds; JSON is YAML, so YAML will do.</summary>
    public const string Specification = """
        workers: 2
        problem: { name: quadratic, targets: [[1], [3]] }
        method: { name: async-sgd, step: 0.1 }
        compute: { per-task: 10ms }
        links: { delay: 1ms }
        stop: { time: 2s }
        samples: 4
        """;

    public static RunRequest Of(string name = "small", string specification = Specification) =>
        new() { Name = name, Arm = "async", Specification = specification };
}
