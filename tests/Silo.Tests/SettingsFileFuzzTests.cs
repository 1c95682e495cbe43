using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Tests.Fuzz;

namespace AsyncOpt.Silo.Tests;

/// <summary>Whatever is in appsettings.json, it is read or refused with its place.</summary>
public sealed class SettingsFileFuzzTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_mutated_file_is_read_or_refused()
    {
        var whole = Encoding.UTF8.GetBytes("""
            {
              // as it comes with the silo
              "AsyncOpt": { "Http": ["http://127.0.0.1:5900"], "RunsAtATime": 3, "StoreFolder": "x", "WatchEvery": 0.2 },
              "Logging": { "LogLevel": { "Default": "Warning", "AsyncOpt": "None" } },
            }
            """);
        var read = 0;
        Campaign.Run(400, mutator => mutator.Of(whole), bytes =>
        {
            File.WriteAllBytes(_path, bytes);
            read += IsRead() ? 1 : 0;
        });
        Assert.True(read > 0, "no mutant is read");
    }

    [Theory]
    [InlineData("{\"AsyncOpt\":{\"StoreFolder\":\"\\ud800\"}}")]
    [InlineData("{\"Logging\":{\"\\ud800\":1}}")]
    public void Half_characters_are_refused(string text)
    {
        File.WriteAllText(_path, text);

        Assert.False(IsRead());
    }

    [Fact]
    public void Bytes_that_are_not_utf_8_are_refused()
    {
        File.WriteAllBytes(_path, [.. "{\"AsyncOpt\":{\"StoreFolder\":\""u8, 0xFF, .. "\"}}"u8]);

        Assert.False(IsRead());
    }

    bool IsRead()
    {
        try
        {
            SettingsFile.Read(_path);
            return true;
        }
        catch (InputException e)
        {
            Assert.StartsWith($"{_path}:", e.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
