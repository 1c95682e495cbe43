using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using AsyncOpt.Reporting.Gateway;
using AsyncOpt.Simulation.Memory;

namespace AsyncOpt.Grains.Virtual;

/// <summary>A whole checkpoint: each partition's part is in the store.</summary>
/// <param name="Attempt">Which attempt of the run wrote it.</param>
/// <param name="Time">Its virtual time, in ns.</param>
/// <param name="Segments">In how many pieces each partition's part is kept.</param>
/// <param name="Progress">What the judge needs to go on.</param>
sealed record WholeCheckpoint(int Attempt, long Time, int[] Segments, byte[] Progress);

/// <summary>
/// The checkpoints of a run in its store. Each partition writes its own, in pieces; a checkpoint is whole once it is
/// named as the last one, which is written after all of them. Calls block: they are for the run's own threads.
/// </summary>
/// <remarks>
/// Behind the pieces of a partition's part stands one more, their SHA-256; behind the last line of what names the last
/// one stands its own. Nothing of a checkpoint is believed before: a bit that was lost would be another run.
/// </remarks>
sealed class Checkpoints(IRunStore store, string run)
{
    /// <summary>Bytes of each piece but the last.</summary>
    public const int SegmentBytes = 32 << 20;

    const string Changed = "it no longer has the SHA-256 of what was written";

    /// <summary>The name under which the last whole checkpoint is kept.</summary>
    public const string LastName = "checkpoint.json";

    /// <summary>The last whole checkpoint; null for none.</summary>
    /// <exception cref="StorageException">It cannot be read, or is no checkpoint.</exception>
    public WholeCheckpoint? Last()
    {
        if (store.Read(run, LastName).GetAwaiter().GetResult() is not { } bytes)
            return null;
        try
        {
            return GatewayJson.Read<WholeCheckpoint>(Unsealed(Encoding.UTF8.GetString(bytes)));
        }
        catch (JsonException e)
        {
            throw Broken(JsonText.Sentence(store.PlaceOf(run, LastName), e, typeof(WholeCheckpoint)), e);
        }
    }

    /// <summary>All partitions have written theirs: it is the last one from now on; those before go.</summary>
    /// <exception cref="PartitionLostException">A later attempt has begun: this one was taken for lost.</exception>
    public void Complete(WholeCheckpoint checkpoint)
    {
        if (Last() is { } last && last.Attempt > checkpoint.Attempt)
            throw new PartitionLostException($"attempt {last.Attempt} of run '{run}' has begun meanwhile");
        var text = Sealed(GatewayJson.Write(checkpoint));
        store.Write(run, LastName, Encoding.UTF8.GetBytes(text)).GetAwaiter().GetResult();
        // A silo that was taken for lost may still be about: pieces of later attempts are not this one's to delete.
        var names = store.Names(run).GetAwaiter().GetResult();
        foreach (var name in names)
        {
            if (Read(name) is var (attempt, time) && (attempt < checkpoint.Attempt
                || (attempt == checkpoint.Attempt && time != checkpoint.Time)))
                store.Delete(run, name).GetAwaiter().GetResult();
        }
    }

    /// <summary>Writes one partition's part.</summary>
    /// <returns>In how many pieces.</returns>
    public int Write(int attempt, long time, int partition, SegmentedStream bytes)
    {
        var segments = bytes.Segments();
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (i, segment) in segments.Index())
        {
            sum.AppendData(segment.Span);
            Write(i, segment);
        }
        Write(segments.Count, sum.GetHashAndReset());
        return segments.Count;

        void Write(int i, ReadOnlyMemory<byte> piece) =>
            store.Write(run, NameOf(attempt, time, partition, i), piece).GetAwaiter().GetResult();
    }

    /// <summary>Reads one partition's part.</summary>
    /// <exception cref="StorageException">A piece of it is gone, or not as it was written.</exception>
    public SegmentedStream Read(int attempt, long time, int partition, int segments)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new SegmentedStream(Enumerable.Range(0, segments).Select(i =>
        {
            var piece = Piece(i);
            sum.AppendData(piece);
            return new ReadOnlyMemory<byte>(piece);
        }));
        return sum.GetHashAndReset().AsSpan().SequenceEqual(Piece(segments))
            ? bytes
            : throw Broken(NameOf(attempt, time, partition, 0), Changed);

        byte[] Piece(int i)
        {
            var name = NameOf(attempt, time, partition, i);
            return store.Read(run, name).GetAwaiter().GetResult() ?? throw Broken(name, "it is not there");
        }
    }

    /// <summary>A text with its SHA-256 in a line behind it.</summary>
    internal static string Sealed(string text) => $"{text}\n{HashOf(text)}";

    static string Unsealed(string text) =>
        text.LastIndexOf('\n') is > 0 and var at && text[(at + 1)..] == HashOf(text[..at])
            ? text[..at]
            : throw new JsonException(Changed);

    static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>One partition's part is not what was written.</summary>
    public StorageException Broken(int attempt, long time, int partition, Exception e) =>
        Broken(NameOf(attempt, time, partition, 0), e.Message.TrimEnd('.'), e);

    StorageException Broken(string name, string cause, Exception? e = null) =>
        Broken($"{store.PlaceOf(run, name)}: {cause}", e);

    static StorageException Broken(string what, Exception? e) =>
        new($"{what}: the run cannot go on from its checkpoint; submit it again", e);

    static string NameOf(int attempt, long time, int partition, int segment) =>
        string.Create(CultureInfo.InvariantCulture, $"checkpoint-{attempt}-{time}-{partition}-{segment}");

    static (int Attempt, long Time)? Read(string name) => name.Split('-') is ["checkpoint", var attempt, var time, _, _]
        ? (int.Parse(attempt, CultureInfo.InvariantCulture), long.Parse(time, CultureInfo.InvariantCulture))
        : null;
}
