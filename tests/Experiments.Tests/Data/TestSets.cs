using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Experiments.Tests.Data;

/// <summary>A small set whose checksums are made here, and a folder for one test.</summary>
public sealed class TestSets : IDisposable
{
    public const string Address = "https://data.example/set";

    public string Folder { get; } = Directory.CreateTempSubdirectory("asyncopt-test-").FullName;

    public static byte[] Content { get; } = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 500).Select(i => $"{i} {i * i % 97}\n")));

    public static DataSet Plain { get; } = new()
    {
        Name = "plain",
        File = "graphs/plain.edges",
        Bytes = Content.Length,
        Sha256 = Hash(Content),
        Address = Address,
        Licence = "none",
    };

    public static DataSet Packed { get; } = new()
    {
        Name = "packed",
        File = "graphs/packed.edges.gz",
        Bytes = Gzip(Content).Length,
        Sha256 = Hash(Gzip(Content)),
        ContentBytes = Content.Length,
        ContentSha256 = Hash(Content),
        Address = Address,
        Licence = "none",
    };

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Gunzip(byte[] bytes)
    {
        var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    public string Write(string file, byte[] bytes)
    {
        string path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, true);

    static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
