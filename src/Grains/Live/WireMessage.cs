using System.Runtime.InteropServices;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Live;

/// <summary>A message between agents from silo to silo. Fields are added, never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("asyncopt.message")]
struct WireMessage
{
    [Id(0)] public int Sender;
    [Id(1)] public int Receiver;
    [Id(2)] public int Kind;
    [Id(3)] public uint Number;
    [Id(4)] public uint Rank;
    [Id(5)] public uint Acknowledged;
    [Id(6)] public int Life;
    [Id(7)] public int Epoch;
    [Id(8)] public long Sent;
    [Id(9)] public WireVector? Vector;
    [Id(10)] public WireVector? Vector1;
    [Id(11)] public WireVector? Vector2;
    [Id(12)] public WireVector? Vector3;
    [Id(13)] public double Scalar;
    [Id(14)] public double Scalar1;
    [Id(15)] public double Scalar2;
    [Id(16)] public double Scalar3;
    [Id(17)] public string? Trace;
}

/// <summary>A vector on the wire: its bits at the run's float width, and what it rests on.</summary>
[GenerateSerializer, Immutable, Alias("asyncopt.vector")]
sealed class WireVector
{
    [Id(0)] public byte[] Bits = [];
    [Id(1)] public bool IsDouble;
    [Id(2)] public long Version;
    [Id(3)] public long Birth;
    [Id(4)] public long Compute;
    [Id(5)] public long Wire;
    [Id(6)] public int? WireBytes;
}

/// <summary>
/// Live messages on the wire. Within a silo the message itself is handed over: it is immutable, and so are its vectors.
/// </summary>
[RegisterConverter]
sealed class LiveMessageConverter : IConverter<LiveMessage, WireMessage>
{
    public LiveMessage ConvertFromSurrogate(in WireMessage m) => new()
    {
        Sender = m.Sender,
        Receiver = m.Receiver,
        Kind = m.Kind,
        Number = m.Number,
        Rank = m.Rank,
        Acknowledged = m.Acknowledged,
        Life = m.Life,
        Epoch = m.Epoch,
        Sent = m.Sent,
        Vector = Read(m.Vector),
        Vector1 = Read(m.Vector1),
        Vector2 = Read(m.Vector2),
        Vector3 = Read(m.Vector3),
        Scalar = m.Scalar,
        Scalar1 = m.Scalar1,
        Scalar2 = m.Scalar2,
        Scalar3 = m.Scalar3,
        Trace = m.Trace,
    };

    public WireMessage ConvertToSurrogate(in LiveMessage m) => new()
    {
        Sender = m.Sender,
        Receiver = m.Receiver,
        Kind = m.Kind,
        Number = m.Number,
        Rank = m.Rank,
        Acknowledged = m.Acknowledged,
        Life = m.Life,
        Epoch = m.Epoch,
        Sent = m.Sent,
        Vector = Write(m.Vector),
        Vector1 = Write(m.Vector1),
        Vector2 = Write(m.Vector2),
        Vector3 = Write(m.Vector3),
        Scalar = m.Scalar,
        Scalar1 = m.Scalar1,
        Scalar2 = m.Scalar2,
        Scalar3 = m.Scalar3,
        Trace = m.Trace,
    };

    static LiveVector? Read(WireVector? v) => v switch
    {
        null => null,
        { IsDouble: true } => new LiveVector<double>(MemoryMarshal.Cast<byte, double>(v.Bits).ToArray())
        {
            Version = v.Version,
            Birth = v.Birth,
            Compute = v.Compute,
            Wire = v.Wire,
            WireBytes = v.WireBytes,
        },
        _ => new LiveVector<float>(MemoryMarshal.Cast<byte, float>(v.Bits).ToArray())
        {
            Version = v.Version,
            Birth = v.Birth,
            Compute = v.Compute,
            Wire = v.Wire,
            WireBytes = v.WireBytes,
        },
    };

    static WireVector? Write(LiveVector? vector) => vector is null ? null : new WireVector
    {
        Bits = vector is LiveVector<double> doubles
            ? MemoryMarshal.AsBytes<double>(doubles.Data).ToArray()
            : MemoryMarshal.AsBytes<float>(((LiveVector<float>)vector).Data).ToArray(),
        IsDouble = vector is LiveVector<double>,
        Version = vector.Version,
        Birth = vector.Birth,
        Compute = vector.Compute,
        Wire = vector.Wire,
        WireBytes = vector.WireBytes,
    };
}
