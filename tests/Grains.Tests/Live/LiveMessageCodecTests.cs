using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Grains.Live.Agents;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AsyncOpt.Grains.Tests.Live;

/// <summary>What goes from silo to silo arrives as it was, bit for bit, and takes few bytes beside its vectors.</summary>
public sealed class LiveMessageCodecTests : IDisposable
{
    readonly ServiceProvider _services =
        new ServiceCollection().AddSerializer(s => s.AddAssembly(typeof(LiveMessage).Assembly)).BuildServiceProvider();

    Serializer Serializer => _services.GetRequiredService<Serializer>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_message_arrives_bit_for_bit() =>
        Prop.ForAll(Messages().ToArbitrary(), message => Fields(Sent(message)).SequenceEqual(Fields(message)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Vectors_that_arrive_are_the_receivers_own()
    {
        var data = new double[] { 1, 2 };
        var arrived = (LiveVector<double>)Sent(Of(0, 1, vector: Of(data, 3, 4, 5, 6))).Vector!;

        data[0] = 7;

        Assert.Equal([1, 2], arrived.Data);
    }

    // A type, an end and at most ten bytes for each number that is not zero; for a vector its bits and as much again.
    [Fact]
    public void What_is_zero_takes_no_bytes()
    {
        var empty = Bytes(Of(0, 0));
        Assert.Equal(empty, Bytes(Of(0, 0, number: 0.0)));
        Assert.InRange(Bytes(Of(1, 0)) - empty, 1, 10);
        Assert.InRange(Bytes(Of(0, 0, vector: Of(new float[1000], 0, 0, 0, 0))) - empty - 4000, 1, 20);
        Assert.InRange(Bytes(Of(0, 0, number: -0.0)) - empty, 8, 10);
    }

    int Bytes(LiveMessage message) => Serializer.SerializeToArray(message).Length;

    LiveMessage Sent(LiveMessage message) =>
        Serializer.Deserialize<LiveMessage>(Serializer.SerializeToArray(message))!;

    static LiveMessage Of(int sender, int receiver, LiveVector? vector = null, double number = 0) =>
        new() { Sender = sender, Receiver = receiver, Kind = 0, Vector = vector, Body = MessageBody.Of(number) };

    static LiveVector<T> Of<T>(
        T[] data, long version, long birth, long compute, long wire, int? wireBytes = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(data)
        {
            Version = version,
            Birth = birth,
            Compute = compute,
            Wire = wire,
            WireBytes = wireBytes,
        };

    // Zeros, ends of the range, and anything between.
    static Gen<long> Numbers { get; } = Gen.OneOf(
        Gen.Elements(0L, 1, -1, long.MinValue, long.MaxValue, int.MinValue, int.MaxValue, uint.MaxValue),
        ArbMap.Default.GeneratorFor<long>());

    static Gen<double> Reals { get; } = Numbers.Select(BitConverter.Int64BitsToDouble);

    static Gen<LiveVector?> Vectors { get; } = Gen.OneOf(
        Gen.Constant((LiveVector?)null),
        from data in Reals.ArrayOf()
        from n in Numbers.ArrayOf(4)
        from bytes in Gen.Elements(default(int?), 0, 1, int.MaxValue)
        from isDouble in ArbMap.Default.GeneratorFor<bool>()
        select isDouble
            ? Of(data, n[0], n[1], n[2], n[3], bytes)
            : (LiveVector)Of(
                Array.ConvertAll(data, x => BitConverter.Int32BitsToSingle((int)BitConverter.DoubleToInt64Bits(x))),
                n[0], n[1], n[2], n[3], bytes));

    static Gen<LiveMessage> Messages() =>
        from n in Numbers.ArrayOf(9)
        from x in Numbers.ArrayOf(MessageBody.Words)
        from v in Vectors.ArrayOf(4)
        from trace in Gen.Elements(null, "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        select new LiveMessage
        {
            Sender = (int)n[0],
            Receiver = (int)n[1],
            Kind = (int)n[2],
            Number = (uint)n[3],
            Rank = (uint)n[4],
            Acknowledged = (uint)n[5],
            Life = (int)n[6],
            Epoch = (int)n[7],
            Sent = n[8],
            Vector = v[0],
            Vector1 = v[1],
            Vector2 = v[2],
            Vector3 = v[3],
            Body = MessageBody.OfWords((ulong)x[0], (ulong)x[1], (ulong)x[2], (ulong)x[3]),
            Trace = trace,
        };

    // Every property that is sent along, by its name, so that none is forgotten.
    static IEnumerable<string> Fields(LiveMessage message) =>
        from property in typeof(LiveMessage).GetProperties()
        where property.Name is not (nameof(LiveEvent.Next) or nameof(LiveMessage.Arrived)
            or nameof(LiveMessage.PassedCard) or nameof(LiveMessage.Service))
        select $"{property.Name}: {Text(property.GetValue(message))}";

    static string Text(object? value) => value switch
    {
        MessageBody b => string.Join(' ', ((ReadOnlySpan<ulong>)b).ToArray()),
        LiveVector v => $"{string.Join(' ', typeof(LiveVector).GetProperties().Select(p => p.GetValue(v)))} {Bits(v)}",
        null => "none",
        _ => value.ToString()!,
    };

    static string Bits(LiveVector vector) => vector is LiveVector<double> doubles
        ? "float64 " + Convert.ToHexString(MemoryMarshal.AsBytes<double>(doubles.Data))
        : "float32 " + Convert.ToHexString(MemoryMarshal.AsBytes<float>(((LiveVector<float>)vector).Data));
}
