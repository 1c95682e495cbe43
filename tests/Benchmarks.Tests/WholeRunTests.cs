using System.Text.Json.Nodes;
using AsyncOpt.Benchmarks.Measure;

namespace AsyncOpt.Benchmarks.Tests;

public class WholeRunTests
{
    static JsonNode Manifest(double engine, double computations) => JsonNode.Parse($$"""
        {
          "machine": { "runs_side_by_side": 2 },
          "wall_parts_s": {
            "data": 1.5, "optimum": 0, "engine": {{engine}}, "computations": {{computations}}, "metrics": 1, "output": 0.25
          }
        }
        """)!;

    [Fact]
    public void Runs_at_the_same_time_share_the_wall_time()
    {
        var run = new WholeRun(10, 18, [Manifest(1, 2), Manifest(3, 4)]);

        Assert.Equal(5, run.EngineSeconds);
        Assert.Equal(
            "wall 10.00 s, processor 18.00 s; runs: 2, at the same time 2; data 1.50 s, optimum 0.00 s, engine 4.00 s, "
                + "computations 6.00 s, metrics 2.00 s, output 0.50 s",
            run.ToString());
    }

    [Fact]
    public void A_process_without_runs_has_no_parts() =>
        Assert.Equal("wall 0.25 s, processor 0.50 s", new WholeRun(0.25, 0.5, []).ToString());
}
