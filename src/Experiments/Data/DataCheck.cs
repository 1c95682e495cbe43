using System.IO.Compression;
using System.Security.Cryptography;
using AsyncOpt.Core;

namespace AsyncOpt.Experiments.Data;

/// <summary>What a check of a data set found.</summary>
/// <param name="Set">The set.</param>
/// <param name="Path">Where it lies; null when it is nowhere.</param>
/// <param name="Problem">What is wrong with it; null when it is right, or not here.</param>
public sealed record DataState(DataSet Set, string? Path, string? Problem)
{
    /// <summary>Whether the set is here and right.</summary>
    public bool IsRight => Path is not null && Problem is null;
}

/// <summary>Compares data files with the catalogue.</summary>
public static class DataCheck
{
    /// <summary>Checks every set that a locator finds.</summary>
    /// <param name="catalogue">The sets.</param>
    /// <param name="locator">Where to look.</param>
    /// <returns>One state a set, in the catalogue's order; sets that are not here have no path.</returns>
    public static IEnumerable<DataState> All(DataCatalogue catalogue, DataLocator locator) =>
        catalogue.Sets.Select(set =>
        {
            string? path = locator.Find(set);
            return new DataState(set, path, path is null ? null : Problem(set, path));
        });

    /// <summary>
    /// What is wrong with a file, or null. A packed set is judged by its plain content, so that it may be packed by any
    /// gzip, or not at all.
    /// </summary>
    /// <param name="set">The set that the file should be.</param>
    /// <param name="path">The file; it exists.</param>
    public static string? Problem(DataSet set, string path)
    {
        (long bytes, string hash) expected =
            set.IsPacked ? (set.ContentBytes, set.ContentSha256!) : (set.Bytes, set.Sha256);
        (long bytes, string hash) found;
        try
        {
            found = set.IsPacked ? HashContent(path) : Hash(path);
        }
        catch (Exception e) when (e is InvalidDataException || StorageException.Is(e))
        {
            return "cannot be read: "
                + (e is InvalidDataException ? "the gzip data is damaged" : StorageException.Cause(path, e));
        }
        string what = set.IsPacked ? "of content" : "";
        if (found.bytes != expected.bytes)
            return $"has {found.bytes} bytes {what} where the catalogue has {expected.bytes}".Replace("  ", " ");
        return found.hash == expected.hash
            ? null
            : $"has the checksum {found.hash} where the catalogue has {expected.hash}";
    }

    /// <summary>Whether a file starts with gzip's two magic bytes.</summary>
    internal static bool IsGzip(string path)
    {
        using FileStream file = PlainFile.Open(path);
        return file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
    }

    static (long Bytes, string Hash) HashContent(string path)
    {
        if (!IsGzip(path))
            return Hash(path);
        using var plain = new GZipStream(PlainFile.Open(path), CompressionMode.Decompress);
        return Hash(plain);
    }

    static (long Bytes, string Hash) Hash(string path)
    {
        using FileStream file = PlainFile.Open(path);
        return Hash(file);
    }

    static (long Bytes, string Hash) Hash(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int count; (count = stream.Read(buffer)) > 0; bytes += count)
            hash.AppendData(buffer, 0, count);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
