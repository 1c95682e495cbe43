using AsyncOpt.Core;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

public class CompressionTests
{
    const int Dimension = 40, Workers = 3, Messages = 7;

    static readonly Codec[] WithFeedback =
    [
        new TopK(new() { Share = 0.1 }), new RandomK(new() { Share = 0.1, ErrorFeedback = true }),
    ];

    static RunPlan Plan(Codec? codec, int messages = Messages) => Plans.Of(
        new Dripper(codec, messages), Workers, 60, Plans.Second, new Dripper.Whole(Dimension, Workers));

    static RunRecord Run(RunPlan plan) => Simulator.Run(plan);

    [Fact]
    public void What_is_sent_and_what_is_kept_is_what_was_to_be_sent()
    {
        foreach (var codec in WithFeedback)
        {
            // Whole numbers: exactly.
            Assert.All(Run(Plan(codec)).Estimate, v => Assert.Equal(0, v));
            Assert.All(Run(Plan(codec) with { Precision = Precision.Float32 }).Estimate, v => Assert.Equal(0, v));
        }
        // A mean magnitude rounds.
        Assert.All(Run(Plan(new ScaledSign(new()))).Estimate, v => Assert.InRange(Math.Abs(v), 0, 1e-12));
    }

    [Fact]
    public void Without_feedback_what_is_left_out_is_gone()
    {
        var codec = new TopK(new() { Share = 0.1, ErrorFeedback = false });

        Assert.Contains(Run(Plan(codec)).Estimate, v => v != 0);
    }

    [Fact]
    public void The_run_keeps_what_a_plain_loop_keeps()
    {
        foreach (var codec in (Codec[])[new TopK(new() { Share = 0.1 }), new ScaledSign(new())])
        {
            var kept = new double[Dimension];
            for (var worker = 0; worker < Workers; worker++)
            {
                var (x, rest) = (Enumerable.Repeat((double)worker, Dimension).ToArray(), new double[Dimension]);
                for (var n = 0; n < Messages; n++)
                {
                    var gradient = Dripper.Whole.Gradient(x);
                    double[] whole = [.. rest.Zip(gradient, (a, b) => a + b)], sent = [.. whole];
                    codec.Encode(sent, 8, default);
                    (rest, x) = ([.. whole.Zip(sent, (a, b) => a - b)], [.. x.Zip(gradient, (a, b) => a + b)]);
                }
                kept = [.. kept.Zip(rest, (a, b) => a + b)];
            }

            // Here the program keeps nothing, so the sum lacks what the run keeps.
            var record = Run(Plan(null) with { Compress = codec });

            Assert.Contains(kept, v => v != 0);
            Assert.All(kept.Zip(record.Estimate), p => Assert.Equal(-p.First, p.Second, 1e-12));
            Assert.Equal(Run(Plan(codec)).Counts.Bytes, record.Counts.Bytes);
        }
    }

    [Fact]
    public void Without_feedback_the_run_compresses_as_a_program_does() =>
        Assert.Equal(
            Run(Plan(new Qsgd(new()))).Estimate, Run(Plan(null) with { Compress = new Qsgd(new()) }).Estimate);

    [Fact]
    public void Bytes_are_those_of_what_is_sent()
    {
        var worker = Run(Plan(WithFeedback[0])).Traffic.Single(t => t.Role == "worker");

        // 4 of 40 coordinates, 12 bytes each; the rest in full.
        Assert.Equal(Workers * ((Messages * 4 * 12) + (Dimension * 8)), worker.Bytes);
    }

    [Fact]
    public void Bytes_may_depend_on_the_content()
    {
        // The first gradients differ by worker: x = 0, 1, 2.
        var worker = Run(Plan(new NonZeros(), messages: 1)).Traffic.Single(t => t.Role == "worker");

        var nonZeros = Enumerable.Range(0, Workers).Sum(
            x => Enumerable.Range(0, Dimension).Count(i => ((3 * x) + (5 * i)) % 13 != 6));
        Assert.Equal((9 * nonZeros) + (Workers * Dimension * 8), worker.Bytes);
    }

    sealed class NonZeros : Codec
    {
        public override long Encode(Span<double> vector, int width, in CodecDraws draws)
        {
            var count = 0;
            foreach (var value in vector)
                count += value == 0 ? 0 : 1;
            return count * (width + 1);
        }
    }

    [Fact]
    public void Who_keeps_the_rest_for_changing_receivers_is_refused()
    {
        var teller = new Teller(toBoth: true);
        var plan = Plans.Of(teller, 2, 5, Plans.Second);

        var refusal = Assert.Throws<InputException>(
            () => Simulator.Run(plan with { Compress = new TopK(new() { Share = 1 }) }));

        Assert.Equal("compress: role 'server' sends 'word' to changing receivers, and codec 'top-k' keeps for the next "
            + "message what it leaves out of one; set its error-feedback to false, or choose a codec without it",
            refusal.Message);
        Simulator.Run(plan with { Compress = new TopK(new() { Share = 1, ErrorFeedback = false }) });
        Simulator.Run(plan with { Method = new Teller(toBoth: false), Compress = new TopK(new() { Share = 1 }) });
    }

    [Method("teller", Needs = Needs.Workers)]
    sealed class Teller(bool toBoth) : Method
    {
        static readonly MessageKind Word = new("word", Dim.Parameters) { IsChange = true };

        public override void Declare(Layout layout)
        {
            layout.Messages(Word);
            layout.Role("server", Count.One, new Server(toBoth));
            layout.Role("worker", Count.PerWorker, new Worker());
        }

        struct State
        {
            public int Received;
        }

        sealed class Server(bool toBoth) : RoleProgram<State>
        {
            Vector _x;
            Peers _workers;

            public override void Declare(RoleLayout role) =>
                (_x, _workers) = (role.Vector("x", Dim.Parameters, Estimate.Single), role.Peers("worker"));

            public override void OnStart(ref State s, Effects e)
            {
                e.Send(_workers[0], Word, e.Snapshot(_x));
                e.Send(_workers[toBoth ? 1 : 0], Word, e.Snapshot(_x));
            }
        }

        sealed class Worker : RoleProgram<State>
        {
            public override void Declare(RoleLayout role)
            {
            }

            public override void OnMessage(ref State s, in Received m, Effects e) => s.Received++;
        }
    }
}
