using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Methods;
using AsyncOpt.Core.Numerics;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Runs;
using AsyncOpt.Core.Schedules;
using AsyncOpt.Simulation.Tests.Support;

namespace AsyncOpt.Simulation.Tests;

/// <summary>
/// The hash proves something only if every small change of a run changes it; these make such changes.
/// </summary>
public class MutationTests
{
    static RunPlan Plan(Problem? problem = null, LinkDelay? delay = null)
    {
        var plan = Plans.Of(
            new AsyncSgd(new AsyncSgd.Options { Step = ConstantSchedule.Of(0.1) }), 4, 40,
            new ShiftedExponential(new ShiftedExponential.Options { Shift = 0.1, Mean = 0.3 }), problem ?? new Bowl(-1));
        return delay is null ? plan : plan with { Links = new LinkModel(delay) };
    }

    [Fact]
    public void The_same_run_twice_has_the_same_hash() =>
        Assert.Equal(Simulator.Run(Plan()).Hash, Simulator.Run(Plan()).Hash);

    [Fact]
    public void One_flipped_bit_in_one_gradient_changes_the_hash()
    {
        var flipped = Simulator.Run(Plan(new Bowl(flipped: 17)));

        Assert.True(flipped.Counts.Gradients > 18);
        Assert.NotEqual(Simulator.Run(Plan()).Hash, flipped.Hash);
    }

    [Fact]
    public void One_message_that_takes_one_nanosecond_longer_changes_the_hash()
    {
        var plain = new Nudged(message: -1);
        var nudged = new Nudged(message: 25);

        var hash = Simulator.Run(Plan(delay: plain)).Hash;

        Assert.True(plain.Messages > 26);
        Assert.NotEqual(hash, Simulator.Run(Plan(delay: nudged)).Hash);
    }

    [Fact]
    public void Another_number_in_the_body_of_a_message_changes_the_hash()
    {
        var hashes = new[] { 1.0, 1.0, 2.0 }
            .Select(note => Simulator.Run(Plans.Of(new Notes(note), 2, 10, Plans.Second)).Hash).ToArray();

        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    [Fact]
    public void Two_messages_in_the_other_order_change_the_hash()
    {
        // Two equal notes arrive at one instant; the seed decides nothing but which is handled first.
        var hashes = Enumerable.Range(0, 20)
            .Select(seed => Simulator.Run(Plans.Of(new Notes(1), 2, 10, Plans.Second) with { Seeds = Seeds.Of((ulong)seed) }).Hash)
            .ToArray();

        Assert.Equal(2, hashes.Distinct().Count());
    }

    [Fact]
    public void A_do_nothing_agent_changes_no_other_agents_chain()
    {
        // The idle role comes last, so the others keep their numbers; the hash folds chains, so traces are compared.
        var alone = Simulator.Run(Plan() with { LogUpdates = true });
        var accompanied = Simulator.Run(Plan() with { LogUpdates = true, Method = new Accompanied(Plan().Method) });

        Assert.Equal(alone.UpdateLog, accompanied.UpdateLog);
        Assert.Equal(alone.Estimate, accompanied.Estimate);
        Assert.Equal(alone.Counts.Events, accompanied.Counts.Events);
    }

    /// <summary>f(x) = x^2 / 2 at every place, with noise; one bit of one gradient can be flipped.</summary>
    sealed class Bowl : Problem
    {
        int _calls;

        public Bowl(int flipped) => Oracles =
        [
            new(Oracle.Gradient, (in OracleCall<double> c) =>
            {
                c.Output[0] = c.Input[0] - 1 + c.Noise.Normal();
                if (_calls++ == flipped)
                    c.Output[0] = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(c.Output[0]) ^ 1);
            }),
        ];

        public override int Parameters => 1;

        public override int Places => 4;

        public override string Fingerprint => "bowl";

        public override IReadOnlyList<OracleForm> Oracles { get; }

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient[0] = x[0] - 1;
            return gradient[0] * gradient[0] / 2;
        }
    }

    sealed class Nudged(int message) : LinkDelay
    {
        public int Messages { get; private set; }

        public override VirtualTime FloorOverall => Seconds(0.1);

        public override bool IsRandom => true;

        public override VirtualTime Floor(int from, int to) => Seconds(0.1);

        public override VirtualTime Sample(int from, int to, in Draw draw) =>
            Seconds(0.1 + (0.3 * draw.Exponential()) + (Messages++ == message ? 1e-9 : 0));
    }

    /// <summary>Two workers send the server equal notes that arrive together.</summary>
    [Method("notes", Needs = Needs.Workers)]
    sealed class Notes(double note) : Method
    {
        static readonly MessageKind<double> Note = new("note");

        public override void Declare(Layout layout)
        {
            layout.Messages(Note);
            layout.Role("server", Count.One, new Server());
            layout.Role("worker", Count.PerWorker, new Worker(note));
        }

        struct State
        {
            public double Last;
        }

        sealed class Server : RoleProgram<State>
        {
            public override void Declare(RoleLayout role)
            {
            }

            public override void OnMessage(ref State s, in Received m, Effects e) => s.Last = m.Body(Note);
        }

        sealed class Worker(double note) : RoleProgram<State>
        {
            Peer _server;

            public override void Declare(RoleLayout role) => _server = role.Peer("server");

            public override void OnStart(ref State s, Effects e) => e.Send(_server, Note, note);
        }
    }

    [Method("accompanied", Needs = Needs.Workers)]
    sealed class Accompanied(Method method) : Method
    {
        public override void Declare(Layout layout)
        {
            method.Declare(layout);
            layout.Role("idler", Count.One, new Idler());
        }

        sealed class Idler : RoleProgram<int>
        {
            public override void Declare(RoleLayout role)
            {
            }
        }
    }
}
