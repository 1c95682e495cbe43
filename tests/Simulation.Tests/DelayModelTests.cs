using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Simulation.Tests;

/// <summary>Delays that depend on the time or on the messages before are those of any host, however a run is cut.</summary>
public sealed class DelayModelTests : IDisposable
{
    readonly string _trace = Path.Combine(Path.GetTempPath(), $"delays-{Guid.NewGuid():n}.csv");

    public DelayModelTests() => File.WriteAllText(_trace, "at,s\n" + string.Join(
        '\n', Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"{i},{0.5 + (0.1 * (i * 7 % 11))}"))));

    public void Dispose() => File.Delete(_trace);

    LinkDelay Model(string name)
    {
        var law = new ShiftedExponential(new() { Shift = 0.5, Mean = 1 });
        LinkDelay delay = name switch
        {
            "correlated" => new CorrelatedDelay(new() { Law = law, Correlation = 0.9 }),
            "varying" => new VaryingDelay(new()
            {
                Delay = new CorrelatedDelay(new() { Law = law, Correlation = 0.9 }),
                At = [Seconds(0), Seconds(1)],
                Factors = [1, 3],
                Every = Seconds(2),
            }),
            "diurnal" => new DiurnalDelay(
                new() { Delay = new LawLink(new() { Law = law }), Amplitude = 0.5, Period = Seconds(3) }),
            "random-walk" => new RandomWalkDelay(new()
            {
                Delay = new LawLink(new() { Law = law }),
                Low = 0.5,
                High = 2,
                Deviation = 0.3,
                Step = Seconds(0.1),
            }),
            "quantized" => new QuantizedDelay(new()
            {
                Delay = new CorrelatedDelay(new() { Law = law, Correlation = 0.9 }),
                Tick = Seconds(0.25),
            }),
            "tcp" => new TcpDelay(new() { Latency = Seconds(0.5), Rate = 1000 }),
            "trace" => new TraceDelay(new() { File = _trace, Value = "s", Drawn = true }),
            _ => new TraceDelay(new() { File = _trace, Value = "s", Time = "at" }),
        };
        delay.Build(new LinkContext(300, 1, path => path));
        return delay;
    }

    [Theory]
    [InlineData("correlated", 200)]
    [InlineData("correlated", 300)] // counted per sender, but for models that ask for more
    [InlineData("varying", 200)]
    [InlineData("diurnal", 200)]
    [InlineData("random-walk", 200)]
    [InlineData("quantized", 200)]
    [InlineData("tcp", 200)]
    [InlineData("trace", 300)]
    [InlineData("trace in time", 200)]
    public void Bits_depend_neither_on_partitions_nor_on_checkpoints(string model, int nodes)
    {
        var plan = Plans.Of(new Phold(messagesPerAgent: 2), nodes, 20, Plans.Second) with
        {
            Topology = Topology.Complete("complete", nodes),
        };
        var usual = Simulator.Run(plan);
        plan = plan with { Links = plan.Links with { Delay = Model(model) } };

        var one = Simulator.Run(plan);

        Assert.NotEqual(usual.Hash, one.Hash);
        foreach (var partitions in (int[])[2, 3, 7])
        {
            var more = Simulator.Run(plan with { Partitions = partitions });
            Assert.Equal((partitions, one.Hash), (more.Partitions, more.Hash));
        }
        using var file = new MemoryStream();
        Simulator.Run(plan with { Partitions = 3 }, new RunHooks { CheckpointAt = Seconds(7), CheckpointTo = file });
        file.Position = 0;
        Assert.Equal(one.Hash, Simulator.Run(plan, new RunHooks { ResumeFrom = file }).Hash);
    }
}
