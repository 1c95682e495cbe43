using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Client.Remote;

/// <summary>
/// Speaks to the gateway of a silo, and where that cannot be reached, to another one of the same cluster: any of them
/// serves all runs. What fails is one message for the user.
/// </summary>
/// <param name="silo">The gateway's address.</param>
/// <param name="key">The API key; null for none.</param>
/// <param name="handler">What sends requests.</param>
sealed class GatewayClient(Uri silo, string? key, HttpMessageHandler handler) : IDisposable
{
    /// <summary>The environment variable with the API key.</summary>
    public const string KeyVariable = "ASYNCOPT_API_KEY";

    // A bound on hangs: a busy silo may take long to build what it is to run before it answers.
    static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(15);

    readonly HttpClient _http = new(handler) { Timeout = AnswerMax };
    readonly List<Uri> _gateways = [Root(silo)];
    string? _name;
    int _at; // which gateway is asked now

    /// <summary>What messages call the silo: its name, or else the address of the gateway asked now.</summary>
    public string Silo
    {
        get => _name ?? Asked.AbsoluteUri.TrimEnd('/');
        init => _name = value;
    }

    Uri Asked => _gateways[Volatile.Read(ref _at)];

    /// <summary>What lives as long as this: the silos, where they are this process's own.</summary>
    public IDisposable? Silos { get; init; }

    /// <summary>How long to wait before each further try of what may be tried again.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
        [.. new[] { 0.5, 1, 2, 4, 8, 15, 15, 15 }.Select(TimeSpan.FromSeconds)];

    /// <summary>How long a stream may be silent; gateways write a comment every 15 s.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A client of a gateway.</summary>
    /// <exception cref="InputException">The key is none.</exception>
    public static GatewayClient Of(Uri silo) => new(
        silo, KeyOf(Environment.GetEnvironmentVariable(KeyVariable)),
        new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) });

    // A line break behind it is of the file that it was taken from.
    internal static string? KeyOf(string? text) => text?.Trim() is not { Length: > 0 } key ? null
        : key.All(c => c is >= ' ' and <= '~') ? key
        : throw new InputException($"{KeyVariable}: expected letters, digits and signs of ASCII, as a header of HTTP "
            + "can have; look for line breaks in it");

    /// <summary>Adds a gateway that is asked where those before it cannot be reached.</summary>
    public void Add(Uri gateway) => _gateways.Add(Root(gateway));

    /// <summary>Submits a run; one with a key that the cluster knows is begun only once.</summary>
    /// <exception cref="InputException">The silo refuses what was asked.</exception>
    /// <exception cref="GatewayException">The silo cannot be reached or has no room.</exception>
    public Task<RunStatus> Submit(RunRequest request, CancellationToken cancellation) => ReadJson<RunStatus>(
        HttpMethod.Post, "runs",
        () => new StringContent(GatewayJson.Write(request), Encoding.UTF8, "application/json"), cancellation);

    /// <summary>Sends a file that a run is to read.</summary>
    /// <exception cref="InputException">The silo refuses it, or it cannot be read any more.</exception>
    public async Task SendFile(InputFile file, CancellationToken cancellation)
    {
        try
        {
            using var _ = await Send(HttpMethod.Put, $"inputs/{file.Sha256}", Content, null, cancellation);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException
            or UnauthorizedAccessException)
        {
            throw new InputException($"{file.Path}: cannot be read any more, and the silo needs it: put it back", e);
        }

        StreamContent Content()
        {
            var content = new StreamContent(File.OpenRead(file.Path)); // which the request closes
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return content;
        }
    }

    /// <summary>Makes sure that there is a gateway, and that it takes the key.</summary>
    /// <exception cref="InputException">What answers is no gateway, or refuses the key.</exception>
    /// <exception cref="GatewayException">The silo cannot be reached.</exception>
    public async Task Reach(CancellationToken cancellation)
    {
        using var _ = await Send(HttpMethod.Get, "runs", null, null, cancellation);
    }

    /// <summary>All runs that the silo knows, newest first.</summary>
    public Task<RunStatus[]> Runs(CancellationToken cancellation) =>
        ReadJson<RunStatus[]>(HttpMethod.Get, "runs", null, cancellation);

    /// <summary>Where a run stands.</summary>
    public Task<RunStatus> Status(string id, CancellationToken cancellation) =>
        ReadJson<RunStatus>(HttpMethod.Get, PathOf(id), null, cancellation);

    /// <summary>Asks the silo to end a run where it stands.</summary>
    public Task<RunStatus> Cancel(string id, CancellationToken cancellation) =>
        ReadJson<RunStatus>(HttpMethod.Delete, PathOf(id), null, cancellation);

    /// <summary>Writes the run folder of a run that is over, as a zip archive.</summary>
    /// <param name="id">The run.</param>
    /// <param name="to">Where it goes, in place of what is there.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task Folder(string id, Stream to, CancellationToken cancellation)
    {
        using var response = await Send(HttpMethod.Get, PathOf(id) + "/folder", null, null, cancellation);
        to.SetLength(0);
        await using var from = new IdleTimeoutStream(
            await response.Content.ReadAsStreamAsync(cancellation), SilenceMax);
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            try
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }
            catch (IOException e)
            {
                // The disk is full: no failure of the connection, and asking again does not help.
                throw new StorageException($"the folder of run {id}: {StorageException.Cause("", e)}", e);
            }
        }
    }

    /// <summary>The events of a run's stream, until it ends or breaks.</summary>
    /// <param name="id">The run.</param>
    /// <param name="after">The id of the last event that is known; null for all events.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="GatewayException">It could not be opened.</exception>
    /// <exception cref="IOException">It broke.</exception>
    public async IAsyncEnumerable<SseItem<string>> Events(
        string id, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await Send(HttpMethod.Get, PathOf(id) + "/progress", null, after, cancellation);
        await using var stream = new IdleTimeoutStream(
            await response.Content.ReadAsStreamAsync(cancellation), SilenceMax);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellation))
            yield return item;
    }

    /// <summary>Tries again for a while what failed on the way.</summary>
    /// <exception cref="GatewayException">It failed to the last.</exception>
    public async Task Patiently(Func<Task> request, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await request();
                return;
            }
            catch (Exception e) when (IsTransient(e) && !cancellation.IsCancellationRequested)
            {
                if (failures == RetryDelays.Count)
                    throw e as GatewayException ?? Lost(e);
                await Task.Delay(RetryDelays[failures], cancellation);
            }
        }
    }

    /// <summary>Reads what the gateway wrote.</summary>
    /// <exception cref="InputException">It is something else.</exception>
    public T Read<T>(string json)
    {
        try
        {
            return GatewayJson.Read<T>(json);
        }
        catch (JsonException e)
        {
            throw new InputException(
                $"{Silo} answers, but not as a gateway of AsyncOpt: {JsonText.Sentence(e, typeof(T))}", e);
        }
    }

    /// <summary>Whether the same may go well a little later.</summary>
    public static bool IsTransient(Exception e) => e is GatewayException { IsTransient: true } || IsBroken(e);

    public void Dispose()
    {
        _http.Dispose();
        Silos?.Dispose();
    }

    static bool IsBroken(Exception e) => e is HttpRequestException or IOException or TaskCanceledException;

    static string PathOf(string id) => "runs/" + Uri.EscapeDataString(id);

    static Uri Root(Uri gateway) => new(gateway.AbsoluteUri.TrimEnd('/') + "/");

    async Task<T> ReadJson<T>(
        HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellation)
    {
        using var response = await Send(method, path, content, null, cancellation);
        return Read<T>(await response.Content.ReadAsStringAsync(cancellation));
    }

    async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, Func<HttpContent>? content, string? after, CancellationToken cancellation)
    {
        var response = await Ask(method, path, content, after, cancellation);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw GatewayRefusal.Of(
                Silo, response, await response.Content.ReadAsStringAsync(cancellation));
    }

    /// <summary>Asks the gateway that answered last, and where it cannot be reached the others, once each.</summary>
    async Task<HttpResponseMessage> Ask(
        HttpMethod method, string path, Func<HttpContent>? content, string? after, CancellationToken cancellation)
    {
        for (var asked = 1; ; asked++)
        {
            var at = Volatile.Read(ref _at);
            using var request = new HttpRequestMessage(method, new Uri(_gateways[at], path))
            {
                Content = content?.Invoke(),
            };
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            if (after is not null)
                request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
            try
            {
                return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            }
            catch (Exception e) when (IsBroken(e) && !cancellation.IsCancellationRequested)
            {
                var lost = Lost(e);
                // Others who found it lost may have gone on to the next one already.
                Interlocked.CompareExchange(ref _at, (at + 1) % _gateways.Count, at);
                if (asked == _gateways.Count)
                    throw lost;
            }
        }
    }

    GatewayException Lost(Exception e) => new(
        $"{Silo} cannot be reached: {Cause(e)}; "
        + (_gateways.Count == 1
            ? "is a silo running there? --silo URL or ASYNCOPT_SILO says where"
            : $"nor can the other {_gateways.Count - 1} of --silo or ASYNCOPT_SILO"), e);

    /// <summary>Why it cannot be reached, in words.</summary>
    public static string Cause(Exception e) => e is TaskCanceledException ? "it does not answer" : e.Message;
}
