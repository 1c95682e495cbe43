using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using AsyncOpt.Core;

namespace AsyncOpt.Experiments.Data;

/// <summary>
/// Fetches data sets into a data folder. A broken download leaves a <c>.partial</c> file and goes on there next time; a
/// file becomes visible under its own name only when its checksum is right.
/// </summary>
public sealed class DataFetcher : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);   // without a byte

    readonly HttpClient _client;

    /// <summary>Makes a fetcher.</summary>
    /// <param name="handler">What carries the requests; null for the network. It is disposed with the fetcher.</param>
    public DataFetcher(HttpMessageHandler? handler = null)
    {
        _client = new(handler ?? new SocketsHttpHandler()) { Timeout = Patience };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("asyncopt", "0.1"));
    }

    /// <summary>Fetches a set, unless the folder has it already.</summary>
    /// <param name="set">The set.</param>
    /// <param name="folder">The data folder to put it in; made where it is missing.</param>
    /// <param name="progress">Told the number of bytes that have arrived; may be null.</param>
    /// <param name="cancel">Stops the download; what has arrived stays for the next time.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="InputException">
    /// It has no address, the network or the disk failed, or the checksum is wrong; the message says which address to
    /// fetch and where to put it.
    /// </exception>
    public async Task<string> FetchAsync(DataSet set, string folder, IProgress<long>? progress = null,
        CancellationToken cancel = default)
    {
        string path = DataLocator.PathIn(folder, set);
        if (File.Exists(path) && DataCheck.Problem(set, path) is null)
            return path;
        if (set.Address is null)
        {
            throw new InputException(
                $"the data set '{set.Name}' has no address to fetch it from: {set.Note}\nput it at {path}");
        }
        string partial = path + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            bool whole = await DownloadAsync(set, path, partial, progress, cancel).ConfigureAwait(false);
            if (!whole && IsShort(set, partial))
                throw Failed(set, path, partial, "the connection ended early", null);
            Accept(set, path, partial);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw Failed(set, path, partial, $"nothing came for {Patience.TotalSeconds} s", e);
        }
        catch (HttpRequestException e)
        {
            throw Failed(set, path, partial, e.Message, e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw Failed(set, path, partial, StorageException.Cause(partial, e), e);
        }
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // Whether the server said that this was all: by a length, which the client enforces, or by refusing to go on.
    async Task<bool> DownloadAsync(DataSet set, string path, string partial, IProgress<long>? progress,
        CancellationToken cancel)
    {
        long have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        using HttpResponseMessage response = await SendAsync(set, have, cancel).ConfigureAwait(false);
        if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return true;                // nothing comes behind it: it is whole, or wrong, which the checksum decides
        if (!response.IsSuccessStatusCode)
        {
            string answer = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}";
            throw Failed(set, path, partial, answer, null);
        }
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == have;
        if (response.StatusCode == HttpStatusCode.PartialContent && !goesOn)
            throw Failed(set, path, partial, "the server sent another part than the one asked for", null);
        FileStream file = new(partial, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await CopyAsync(set, path, body, file, progress, cancel).ConfigureAwait(false);
        }
        return response.Content.Headers.ContentLength is not null;
    }

    Task<HttpResponseMessage> SendAsync(DataSet set, long have, CancellationToken cancel)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, set.Address);
        if (have > 0)
            request.Headers.Range = new RangeHeaderValue(have, null);
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    static async Task CopyAsync(DataSet set, string path, Stream body, FileStream file, IProgress<long>? progress,
        CancellationToken cancel)
    {
        long limit = Math.Max(set.Bytes, set.ContentBytes) + (1 << 16);     // headers and trailers of another gzip
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            int count = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            if (count == 0)
                return;
            await file.WriteAsync(buffer.AsMemory(0, count), cancel).ConfigureAwait(false);
            progress?.Report(file.Position);
            if (file.Position > limit)
            {
                await file.DisposeAsync().ConfigureAwait(false);
                File.Delete(file.Name);
                throw new InputException($"the download of '{set.Name}' was refused: more came from {set.Address} than "
                    + $"the catalogue's {limit} bytes; get it elsewhere and put it at {path}");
            }
        }
    }

    static bool IsShort(DataSet set, string partial)
    {
        long length = new FileInfo(partial).Length;
        return set.IsPacked ? !DataCheck.IsGzip(partial) && length < set.ContentBytes : length < set.Bytes;
    }

    // A wrong file is deleted: going on behind it could never make it right.
    static void Accept(DataSet set, string path, string partial)
    {
        if (DataCheck.Problem(set, partial) is { } problem)
        {
            File.Delete(partial);
            throw new InputException($"the download of '{set.Name}' from {set.Address} was refused and deleted: it "
                + $"{problem}; try again, or get it elsewhere and put it at {path}");
        }
        if (set.IsPacked && !DataCheck.IsGzip(partial))
        {
            string packed = path + ".packing";
            Pack(partial, packed);
            File.Move(packed, path, true);
            File.Delete(partial);
        }
        else
        {
            File.Move(partial, path, true);
        }
    }

    static void Pack(string from, string to)
    {
        using FileStream plain = File.OpenRead(from);
        using var packed = new GZipStream(File.Create(to), CompressionLevel.SmallestSize);
        plain.CopyTo(packed);
    }

    static InputException Failed(DataSet set, string path, string partial, string reason, Exception? inner)
    {
        long have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        string kept = have == 0
            ? ""
            : $"; the first {have} bytes are kept, and 'asyncopt data get {set.Name}' goes on there";
        return new($"the download of '{set.Name}' failed: {reason}{kept}\nwithout a network, fetch {set.Address} "
            + $"elsewhere and put it at {path}{(set.IsPacked ? " (packed or not)" : "")}", inner);
    }
}
