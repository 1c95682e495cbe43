using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core;
using AsyncOpt.Core.Codecs;
using AsyncOpt.Core.Programs;
using AsyncOpt.Kernels;
using AsyncOpt.Simulation.State;

namespace AsyncOpt.Simulation.Agents;

/// <summary>Compressed vectors: what the receiver sees, what the sender keeps, and the bytes of both.</summary>
abstract partial class VectorEffects<T>
{
    readonly Codec? _codec = plan.Compress;
    double[] _wide = [];

    /// <summary>Whether the run has messages of a kind compressed.</summary>
    protected bool Compresses(MessageKind kind) => _codec is not null && kind.IsChange;

    /// <summary>A message with its vectors as the run's codec makes them.</summary>
    /// <param name="m">A message of a kind that is compressed.</param>
    /// <param name="receiver">The receiver's number; -1 for all neighbours.</param>
    /// <param name="iteration">Of the neighbours.</param>
    protected Message Compressed(scoped in Message m, int receiver, long iteration = 0)
    {
        var kept = RoleLayout.Kept.Length == 0 ? default : RoleLayout.Kept[m.Kind.Number];
        if (kept.Index >= 0)
            CheckStream(m.Kind, receiver, iteration);
        return m with
        {
            Vector = Compressed(m.Vector, kept, 0),
            Vector1 = Compressed(m.Vector1, kept, 1),
            Vector2 = Compressed(m.Vector2, kept, 2),
            Vector3 = Compressed(m.Vector3, kept, 3),
        };
    }

    Snapshot Compressed(Snapshot x, Vector kept, int rank)
    {
        if (x.Index < 0)
            return x;
        return Compress(_codec!, x, OriginOf(x), kept.Index < 0 ? default : new Vector(kept.Index + rank));
    }

    /// <summary>
    /// What was left out for one receiver is of no use to another: a kind of messages goes to one, or to all
    /// neighbours.
    /// </summary>
    void CheckStream(MessageKind kind, int receiver, long iteration)
    {
        ref var known = ref Numbers(RoleLayout.KeptFrom)[kind.Number];
        var stream = receiver < 0 ? -1 : receiver + 1;
        if (known == 0)
            known = stream;
        if (known != stream || (receiver < 0 && RoleLayout.Topology.Period > 1))
        {
            throw new InputException($"compress: role '{RoleLayout.Name}' sends '{kind}' to changing receivers, "
                + $"and codec '{_codec}' keeps for the next message what it leaves out of one; set its error-feedback "
                + "to false, or choose a codec without it");
        }
    }

    /// <summary>Compresses and decompresses a vector, with what was left out before.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="x">Shape (d): what is to be sent.</param>
    /// <param name="kept">Shape (d): what was left out so far, in and out; empty for no error feedback.</param>
    /// <param name="sent">Shape (d), out: what the receiver sees.</param>
    /// <param name="draws">The random numbers.</param>
    /// <returns>Bytes on the wire.</returns>
    protected int Encode(Codec codec, ReadOnlySpan<T> x, Span<T> kept, Span<T> sent, in CodecDraws draws)
    {
        if (!kept.IsEmpty && kept.Length != x.Length)
        {
            throw new InvalidOperationException($"role '{RoleLayout.Name}' compresses {x.Length} coordinates and keeps "
                + $"{kept.Length}: expected the same");
        }
        if (!kept.IsEmpty)
            VectorMath<T>.Axpy(1, x, kept);
        (kept.IsEmpty ? x : kept).CopyTo(sent);
        var width = Unsafe.SizeOf<T>();
        long bytes;
        if (typeof(T) == typeof(double))
            bytes = codec.Encode(MemoryMarshal.Cast<T, double>(sent), width, in draws);
        else
        {
            if (_wide.Length < sent.Length)
                _wide = new double[sent.Length];
            var wide = _wide.AsSpan(0, sent.Length);
            Floats.ToDouble<T>(sent, wide);
            bytes = codec.Encode(wide, width, in draws);
            Floats.FromDouble(wide, sent);
        }
        if (!kept.IsEmpty)
            VectorMath<T>.Axpy(-1, sent, kept);
        return checked((int)bytes);
    }
}
