using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>A worker that sends messages of some sizes to the server, at random.</summary>
[Method("streams", Needs = Needs.Workers)]
public sealed class Streams(int[] sizes, double[] shares, double rate) : Method
{
    readonly MessageKind[] _kinds = [.. sizes.Select(s => new MessageKind($"size {s}") { Bytes = s })];

    public override void Declare(Layout layout)
    {
        layout.Messages(_kinds);
        layout.Role("server", Count.One, new Server());
        layout.Role("worker", Count.PerWorker, new Worker(_kinds, shares, rate));
    }

    sealed class Server : RoleProgram<int>
    {
        public override void Declare(RoleLayout role)
        {
        }

        public override void OnMessage(ref int s, in Received m, Effects e)
        {
        }
    }

    sealed class Worker(MessageKind[] kinds, double[] shares, double rate) : RoleProgram<int>
    {
        Peer _server;

        public override void Declare(RoleLayout role) => _server = role.Peer("server");

        public override void OnStart(ref int s, Effects e) => Wait(e);

        public override void OnTimer(ref int s, in TimerFired t, Effects e)
        {
            e.Send(_server, kinds[Drawn(e.Uniform())]);
            Wait(e);
        }

        int Drawn(double share)
        {
            var i = 0;
            for (; i + 1 < shares.Length && share >= shares[i]; i++)
                share -= shares[i];
            return i;
        }

        void Wait(Effects e) => e.SetTimer(Seconds(-Math.Log(e.Uniform()) / rate));
    }
}
