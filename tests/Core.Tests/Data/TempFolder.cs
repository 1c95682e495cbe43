using System.IO.Compression;
using System.Text;

namespace AsyncOpt.Core.Tests.Data;

/// <summary>A folder for one test's files, removed when the test ends.</summary>
public sealed class TempFolder : IDisposable
{
    readonly string _path = Directory.CreateTempSubdirectory("asyncopt-test-").FullName;

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string WriteGzip(string name, byte[] bytes) => Write(name, Gzip(bytes));

    public string WriteGzip(string name, string text) => WriteGzip(name, Encoding.UTF8.GetBytes(text));

    public string PathOf(string name) => Path.Combine(_path, name);

    public static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(_path, true);
}
