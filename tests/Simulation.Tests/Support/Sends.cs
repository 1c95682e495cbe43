using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Tests.Support;

/// <summary>A worker that sends a message of 80 bytes to the server at each of some times, in seconds.</summary>
[Method("sends", Needs = Needs.Workers)]
public sealed class Sends(double[] at) : Method
{
    static readonly MessageKind Parcel = new("parcel", Dim.Parameters) { Bytes = 80 };

    public override void Declare(Layout layout)
    {
        layout.Messages(Parcel);
        layout.Role("server", Count.One, new Server());
        layout.Role("worker", Count.PerWorker, new Worker(at));
    }

    sealed class Server : RoleProgram<int>
    {
        public override void Declare(RoleLayout role)
        {
        }

        public override void OnMessage(ref int s, in Received m, Effects e) => e.RecordUpdate(0, m.Origin);
    }

    sealed class Worker(double[] at) : RoleProgram<int>
    {
        Peer _server;
        Vector _x;

        public override void Declare(RoleLayout role) =>
            (_server, _x) = (role.Peer("server"), role.Vector("x", Dim.Parameters));

        public override void OnStart(ref int s, Effects e)
        {
            for (var i = 0; i < at.Length; i++)
            {
                if (at[i] == 0)
                    Send(i, e);
                else
                    e.SetTimer(Seconds(at[i]), i);
            }
        }

        public override void OnTimer(ref int s, in TimerFired t, Effects e) => Send(t.Tag, e);

        void Send(int i, Effects e) => e.Send(_server, Parcel, e.Snapshot(_x, i));
    }
}
