using System.Net;
using System.Net.Http.Headers;
using AsyncOpt.Core;
using AsyncOpt.Experiments.Data;

namespace AsyncOpt.Experiments.Tests.Data;

public sealed class DataFetcherTests : IDisposable
{
    readonly TestSets _sets = new();

    public void Dispose() => _sets.Dispose();

    static byte[] Content => TestSets.Content;

    /// <summary>A server that holds some bytes, answers ranges, and may break off.</summary>
    sealed class Server(byte[] bytes) : HttpMessageHandler
    {
        public List<string> Ranges { get; } = [];

        public int BreakAfter { get; init; } = int.MaxValue;

        public bool KnowsLength { get; init; } = true;

        public bool KnowsRanges { get; init; } = true;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            Assert.Equal(TestSets.Address, request.RequestUri!.ToString());
            Ranges.Add(request.Headers.Range?.ToString() ?? "");
            long from = KnowsRanges ? request.Headers.Range?.Ranges.Single().From ?? 0 : 0;
            if (from >= bytes.Length)
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable));
            byte[] rest = bytes[(int)from..];
            var answer = new HttpResponseMessage(from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK)
            {
                Content = new StreamContent(new Breaking(rest, BreakAfter, KnowsLength)),
            };
            answer.Content.Headers.ContentLength = KnowsLength ? rest.Length : null;
            if (from > 0)
                answer.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, bytes.Length - 1, bytes.Length);
            return Task.FromResult(answer);
        }
    }

    /// <summary>Bytes that end early: with an error where the length was promised, silently otherwise.</summary>
    sealed class Breaking(byte[] bytes, int after, bool loudly) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
        {
            long left = Math.Min(after, Length) - Position;
            if (left <= 0 && after < Length && loudly)
                throw new IOException("the connection was reset");
            return new(Read(buffer.Span[..(int)Math.Min(Math.Min(left, 1000), buffer.Length)]));
        }
    }

    sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            throw new HttpRequestException("no such host is known");
    }

    async Task<string> Fetch(DataSet set, HttpMessageHandler server)
    {
        using var fetcher = new DataFetcher(server);
        return await fetcher.FetchAsync(set, _sets.Folder, cancel: TestContext.Current.CancellationToken);
    }

    async Task<string> Refusal(DataSet set, HttpMessageHandler server) =>
        (await Assert.ThrowsAsync<InputException>(() => Fetch(set, server))).Message;

    string Partial(DataSet set) => DataLocator.PathIn(_sets.Folder, set) + ".partial";

    [Fact]
    public async Task A_set_arrives_whole_under_its_name_and_is_not_fetched_twice()
    {
        var server = new Server(Content);

        string path = await Fetch(TestSets.Plain, server);
        Assert.Equal(path, await Fetch(TestSets.Plain, server));

        Assert.Equal(Path.Combine(_sets.Folder, "graphs", "plain.edges"), path);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_sets.Folder, "*", SearchOption.AllDirectories));
        Assert.Equal([""], server.Ranges);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_download_is_kept_and_goes_on_where_it_stopped(bool knowsLength)
    {
        var broken = new Server(Content) { BreakAfter = 1500, KnowsLength = knowsLength };
        string message = await Refusal(TestSets.Plain, broken);

        Assert.Contains("the first 1500 bytes are kept, and 'asyncopt data get plain' goes on there", message);
        Assert.Equal(Content[..1500], File.ReadAllBytes(Partial(TestSets.Plain)));

        var whole = new Server(Content) { KnowsLength = knowsLength };
        Assert.Equal(Content, File.ReadAllBytes(await Fetch(TestSets.Plain, whole)));
        Assert.Equal(["bytes=1500-"], whole.Ranges);
        Assert.False(File.Exists(Partial(TestSets.Plain)));
    }

    [Fact]
    public async Task A_server_without_ranges_starts_anew()
    {
        _sets.Write("graphs/plain.edges.partial", [9, 9, 9]);

        string path = await Fetch(TestSets.Plain, new Server(Content) { KnowsRanges = false });

        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_whole_partial_file_is_accepted_when_nothing_comes_behind_it()
    {
        _sets.Write("graphs/plain.edges.partial", Content);

        Assert.Equal(Content, File.ReadAllBytes(await Fetch(TestSets.Plain, new Server(Content))));
    }

    [Fact]
    public async Task A_wrong_checksum_is_refused_and_deleted()
    {
        byte[] wrong = [.. Content];
        wrong[100] ^= 1;

        string message = await Refusal(TestSets.Plain, new Server(wrong));

        Assert.Contains("was refused and deleted: it has the checksum", message);
        Assert.Empty(Directory.GetFiles(_sets.Folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1 << 20)]
    public async Task A_wrong_size_is_refused_and_deleted(int length)
    {
        await Assert.ThrowsAsync<InputException>(() => Fetch(TestSets.Plain, new Server(new byte[length])));

        Assert.Empty(Directory.GetFiles(_sets.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_damaged_start_is_found_by_the_checksum_and_the_next_try_is_right()
    {
        _sets.Write("graphs/plain.edges.partial", new byte[1500]);

        await Assert.ThrowsAsync<InputException>(() => Fetch(TestSets.Plain, new Server(Content)));

        Assert.Equal(Content, File.ReadAllBytes(await Fetch(TestSets.Plain, new Server(Content))));
    }

    [Fact]
    public async Task A_packed_set_may_come_plain_or_packed_otherwise()
    {
        byte[] otherwise = [31, 139, 8, 0, 1, 2, 3, 4, .. TestSets.Gzip(Content)[8..]];     // another time stamp

        string path = await Fetch(TestSets.Packed, new Server(otherwise));
        Assert.Equal(otherwise, File.ReadAllBytes(path));
        File.Delete(path);

        Assert.Equal(path, await Fetch(TestSets.Packed, new Server(Content)));
        Assert.Equal([31, 139], File.ReadAllBytes(path)[..2]);
        Assert.Equal(Content, TestSets.Gunzip(File.ReadAllBytes(path)));
        Assert.Equal([path], Directory.GetFiles(_sets.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_a_network_the_address_and_the_place_are_said()
    {
        string message = await Refusal(TestSets.Packed, new NoNetwork());

        Assert.Equal("the download of 'packed' failed: no such host is known\nwithout a network, fetch "
            + $"{TestSets.Address} elsewhere and put it at {Path.Combine(_sets.Folder, "graphs", "packed.edges.gz")} "
            + "(packed or not)", message);
    }

    [Fact]
    public async Task A_server_that_refuses_is_quoted()
    {
        string message = await Refusal(TestSets.Plain, new Answer(HttpStatusCode.NotFound));

        Assert.Contains("the server answered 404 Not Found", message);
    }

    sealed class Answer(HttpStatusCode code) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            Task.FromResult(new HttpResponseMessage(code));
    }

    [Fact]
    public async Task A_set_without_an_address_says_how_to_make_it_and_where_to_put_it()
    {
        DataSet set = TestSets.Plain with { Address = null, Note = "made by hand" };

        string message = await Refusal(set, new NoNetwork());

        Assert.Contains($"made by hand\nput it at {Path.Combine(_sets.Folder, "graphs", "plain.edges")}", message);
    }

    [Fact]
    public void A_check_tells_right_from_wrong_and_missing()
    {
        string plain = _sets.Write("graphs/plain.edges", Content);
        string packed = _sets.Write("graphs/packed.edges.gz", Content);     // not packed: the content counts

        Assert.Null(DataCheck.Problem(TestSets.Plain, plain));
        Assert.Null(DataCheck.Problem(TestSets.Packed, packed));
        Assert.Equal($"has {Content.Length - 1} bytes where the catalogue has {Content.Length}",
            DataCheck.Problem(TestSets.Plain, _sets.Write("a", Content[..^1])));
        byte[] half = TestSets.Gzip(Content);
        Assert.Contains("cannot be read",
            DataCheck.Problem(TestSets.Packed, _sets.Write("b", half[..(half.Length / 2)])));
        var locator = new DataLocator(DataCatalogue.Default, null, _sets.Folder, environment: _ => null);
        var states = DataCheck.All(DataCatalogue.Default, locator).ToList();
        Assert.Equal(12, states.Count(s => s.IsRight));                     // those that come with the project
        Assert.Equal(69, states.Count(s => s.Path is null && !s.IsRight));
    }
}
