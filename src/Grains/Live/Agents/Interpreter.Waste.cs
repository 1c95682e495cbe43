using AsyncOpt.Core.Programs;
using AsyncOpt.Simulation.Recordings;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>What comes to nothing: as in the simulation.</summary>
sealed unsafe partial class Interpreter<T>
{
    public override void RecordWaste(WasteReason reason, in Received m) => Waste(
        reason, At(m.Vector), _agent.Id,
        BytesOf(m.Kind, At(m.Vector), At(m.Vector1), At(m.Vector2), At(m.Vector3)));

    void Waste(WasteReason reason, LiveMessage m) => Waste(
        reason, m.Vector, m.Receiver, BytesOf(_run.Kinds[m.Kind], m.Vector, m.Vector1, m.Vector2, m.Vector3));

    void Waste(WasteReason reason, LiveVector? first, int receiver, long bytes)
    {
        var work = WasteTally.CountsWork(reason, _run.Layout.RoleOf(receiver)) ? first?.Compute ?? 0 : 0;
        lock (_run.RecordLock)
            _run.Record.Waste.Count(reason, work, bytes);
    }
}
