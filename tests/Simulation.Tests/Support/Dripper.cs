using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Problems;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>
/// Workers send a server some compressed gradients, whose coordinates are small whole numbers, and at last what they
/// kept, less all that was to be sent: so the estimate, the sum of everything, is 0 where nothing went missing.
/// </summary>
/// <param name="codec">Compresses in the program; null where the run does.</param>
/// <param name="messages">How many gradients each worker sends.</param>
[Method("dripper", Needs = Needs.Workers)]
sealed class Dripper(Codec? codec, int messages) : Method
{
    static readonly MessageKind Change = new("change", Dim.Parameters) { IsChange = true };
    static readonly MessageKind Packed = new("packed", Dim.Parameters);
    static readonly MessageKind Rest = new("rest", Dim.Parameters);

    public override void Declare(Layout layout)
    {
        layout.Messages(Change, Packed, Rest);
        layout.Role("server", Count.One, new Server());
        layout.Role("worker", Count.PerWorker, new Worker(codec, messages));
    }

    struct State
    {
        public int Count;
    }

    sealed class Server : RoleProgram<State>
    {
        Vector _sum;

        public override void Declare(RoleLayout role) => _sum = role.Vector("sum", Dim.Parameters, Estimate.Single);

        public override void OnMessage(ref State s, in Received m, Effects e) => e.Axpy(1, m.Vector, _sum);
    }

    sealed class Worker(Codec? codec, int messages) : RoleProgram<State>
    {
        Vector _x, _g, _rest, _kept;
        Peer _server;

        public override void Declare(RoleLayout role)
        {
            (_x, _g) = (role.Vector("x", Dim.Parameters), role.Vector("g", Dim.Parameters));
            (_rest, _kept) = (role.Vector("rest", Dim.Parameters), role.Vector("kept", Dim.Parameters));
            _server = role.Peer("server");
        }

        public override void OnStart(ref State s, Effects e)
        {
            e.Fill(e.Index, _x);
            e.Compute(Oracle.Gradient, _x, 1, _g);
        }

        public override void OnComputed(ref State s, in Computed c, Effects e)
        {
            e.Axpy(1, _g, _x);
            e.Axpy(-1, _g, _rest);
            if (codec is null)
                e.Send(_server, Change, e.Snapshot(_g));
            else
                e.Send(_server, Packed, e.Compress(codec, _g, c.Origin, codec.KeepsError ? _kept : default));
            if (++s.Count < messages)
            {
                e.Compute(Oracle.Gradient, _x, 1, _g);
                return;
            }
            e.Axpy(1, _kept, _rest);
            e.Send(_server, Rest, e.Snapshot(_rest));
        }
    }

    /// <summary>f.grad(x)_i = (3 x_i + 5 i) mod 13 - 6.</summary>
    public sealed class Whole(int dimension, int places) : Problem
    {
        public override int Parameters => dimension;

        public override int Places => places;

        public override string Fingerprint => "whole";

        public override IReadOnlyList<OracleForm> Oracles =>
        [
            new(Oracle.Gradient, (in OracleCall<double> c) => Gradient(c.Input).CopyTo(c.Output)),
        ];

        public static double[] Gradient(ReadOnlySpan<double> x)
        {
            var gradient = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
                gradient[i] = (((((3 * (long)x[i]) + (5 * i)) % 13) + 13) % 13) - 6;
            return gradient;
        }

        public override void Build(ProblemContext context)
        {
        }

        public override double Objective(ReadOnlySpan<double> x, Span<double> gradient)
        {
            gradient.Clear();
            return x.ToArray().Sum(v => v * v);
        }
    }
}
