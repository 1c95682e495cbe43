using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Programs;
using AsyncOpt.Grains.Live.Agents;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace AsyncOpt.Grains.Live;

/// <summary>
/// Messages between agents on the wire, from silo to silo: what is zero or not there is left out, and a vector's bits
/// go as they lie in memory. Numbers of fields are added, never reused or changed.
/// </summary>
[RegisterSerializer]
sealed class LiveMessageCodec : IFieldCodec<LiveMessage>
{
    const uint TriesField = 19 + MessageBody.Words;

    // What a vector may be long before it is held against what has come.
    const uint UncheckedBytesMax = 1 << 16;

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, LiveMessage? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ArgumentNullException.ThrowIfNull(value);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(LiveMessage), WireType.TagDelimited);
        var last = 0u;
        Write(ref writer, ref last, 1, value.Sender);
        Write(ref writer, ref last, 2, value.Receiver);
        Write(ref writer, ref last, 3, value.Kind);
        Write(ref writer, ref last, 4, value.Number);
        Write(ref writer, ref last, 5, value.Rank);
        Write(ref writer, ref last, 6, value.Acknowledged);
        Write(ref writer, ref last, 7, value.Life);
        Write(ref writer, ref last, 8, value.Epoch);
        Write(ref writer, ref last, 9, value.Sent);
        Write(ref writer, ref last, 10, value.Vector);
        Write(ref writer, ref last, 11, value.Vector1);
        Write(ref writer, ref last, 12, value.Vector2);
        Write(ref writer, ref last, 13, value.Vector3);
        if (value.Trace is { } trace)
        {
            StringCodec.WriteField(ref writer, 18 - last, trace);
            last = 18;
        }
        for (var i = 0; i < MessageBody.Words; i++)
            WriteBits(ref writer, ref last, 19 + (uint)i, value.Body[i]);
        Write(ref writer, ref last, TriesField, value.Tries);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public LiveMessage ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireTypeTagDelimited();
        var (sender, receiver, kind, life, epoch) = (0, 0, 0, 0, 0);
        var (number, rank, acknowledged, tries) = (0u, 0u, 0u, 0);
        var sent = 0L;
        var body = default(MessageBody);
        LiveVector? vector = null, vector1 = null, vector2 = null, vector3 = null;
        string? trace = null;
        Field header = default;
        for (var id = 0u; ;)
        {
            reader.ReadFieldHeader(ref header);
            if (header.IsEndBaseOrEndObject)
                break;
            id += header.FieldIdDelta;
            switch (id)
            {
                case 1: sender = (int)Int64Codec.ReadValue(ref reader, header); break;
                case 2: receiver = (int)Int64Codec.ReadValue(ref reader, header); break;
                case 3: kind = (int)Int64Codec.ReadValue(ref reader, header); break;
                case 4: number = (uint)Int64Codec.ReadValue(ref reader, header); break;
                case 5: rank = (uint)Int64Codec.ReadValue(ref reader, header); break;
                case 6: acknowledged = (uint)Int64Codec.ReadValue(ref reader, header); break;
                case 7: life = (int)Int64Codec.ReadValue(ref reader, header); break;
                case 8: epoch = (int)Int64Codec.ReadValue(ref reader, header); break;
                case 9: sent = Int64Codec.ReadValue(ref reader, header); break;
                case 10: vector = ReadVector(ref reader, header); break;
                case 11: vector1 = ReadVector(ref reader, header); break;
                case 12: vector2 = ReadVector(ref reader, header); break;
                case 13: vector3 = ReadVector(ref reader, header); break;
                case 18: trace = StringCodec.ReadValue(ref reader, header); break;
                case >= 19 and < 19 + MessageBody.Words:
                    body[(int)id - 19] = BitConverter.DoubleToUInt64Bits(DoubleCodec.ReadValue(ref reader, header));
                    break;
                case TriesField: tries = (int)Int64Codec.ReadValue(ref reader, header); break;
                default: reader.ConsumeUnknownField(ref header); break;
            }
        }
        return new LiveMessage
        {
            Sender = sender,
            Receiver = receiver,
            Kind = kind,
            Number = number,
            Tries = tries,
            Rank = rank,
            Acknowledged = acknowledged,
            Life = life,
            Epoch = epoch,
            Sent = sent,
            Vector = vector,
            Vector1 = vector1,
            Vector2 = vector2,
            Vector3 = vector3,
            Body = body,
            Trace = trace,
        };
    }

    static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, ref uint last, uint id, long value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value == 0)
            return;
        Int64Codec.WriteField(ref writer, id - last, value);
        last = id;
    }

    // Words of a body may be anything: they go as eight bytes.
    static void WriteBits<TBufferWriter>(ref Writer<TBufferWriter> writer, ref uint last, uint id, ulong bits)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (bits == 0)
            return;
        DoubleCodec.WriteField(ref writer, id - last, BitConverter.UInt64BitsToDouble(bits));
        last = id;
    }

    static void Write<TBufferWriter>(ref Writer<TBufferWriter> writer, ref uint last, uint id, LiveVector? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value is null)
            return;
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(id - last, WireType.TagDelimited);
        last = id;
        var inner = 0u;
        if (value is LiveVector<float> floats)
            Write(ref writer, ref inner, 1, MemoryMarshal.AsBytes<float>(floats.Data));
        else
            Write(ref writer, ref inner, 2, MemoryMarshal.AsBytes<double>(((LiveVector<double>)value).Data));
        Write(ref writer, ref inner, 3, value.Version);
        Write(ref writer, ref inner, 4, value.Birth);
        Write(ref writer, ref inner, 5, value.Compute);
        Write(ref writer, ref inner, 6, value.Wire);
        if (value.WireBytes is { } bytes)
            Write(ref writer, ref inner, 7, bytes + 1L);
        writer.WriteEndObject();
    }

    static void Write<TBufferWriter>(
        ref Writer<TBufferWriter> writer, ref uint last, uint id, ReadOnlySpan<byte> bits)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(id - last, WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bits.Length);
        writer.Write(bits);
        last = id;
    }

    static LiveVector ReadVector<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireTypeTagDelimited();
        float[]? floats = null;
        double[]? doubles = null;
        var (version, birth, compute, wire) = (0L, 0L, 0L, 0L);
        int? wireBytes = null;
        Field header = default;
        for (var id = 0u; ;)
        {
            reader.ReadFieldHeader(ref header);
            if (header.IsEndBaseOrEndObject)
                break;
            id += header.FieldIdDelta;
            switch (id)
            {
                case 1: floats = ReadBits<TInput, float>(ref reader, header); break;
                case 2: doubles = ReadBits<TInput, double>(ref reader, header); break;
                case 3: version = Int64Codec.ReadValue(ref reader, header); break;
                case 4: birth = Int64Codec.ReadValue(ref reader, header); break;
                case 5: compute = Int64Codec.ReadValue(ref reader, header); break;
                case 6: wire = Int64Codec.ReadValue(ref reader, header); break;
                case 7: wireBytes = (int)(Int64Codec.ReadValue(ref reader, header) - 1); break;
                default: reader.ConsumeUnknownField(ref header); break;
            }
        }
        return doubles is null ? Of(floats ?? []) : Of(doubles);

        LiveVector<T> Of<T>(T[] data)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(data)
            {
                Version = version,
                Birth = birth,
                Compute = compute,
                Wire = wire,
                WireBytes = wireBytes,
            };
    }

    static T[] ReadBits<TInput, T>(ref Reader<TInput> reader, Field field)
        where T : unmanaged
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        var bytes = reader.ReadVarUInt32();
        if (bytes > UncheckedBytesMax && bytes > reader.Length)
            throw new SerializerException($"a message names a vector of {bytes} bytes, which are not there");
        var bits = GC.AllocateUninitializedArray<T>((int)(bytes / (uint)Marshal.SizeOf<T>()));
        reader.ReadBytes(MemoryMarshal.AsBytes(bits.AsSpan()));
        return bits;
    }
}

/// <summary>Within a silo the message itself is handed over: it is immutable, and so are its vectors.</summary>
[RegisterCopier]
sealed class LiveMessageCopier : ShallowCopier<LiveMessage>;
