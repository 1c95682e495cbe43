using System.Text;
using AsyncOpt.Core;
using AsyncOpt.Silo.Postgres;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

[Collection(nameof(PostgresCollection))]
public sealed class PostgresRunStoreTests(PostgresServer server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task What_is_written_reads_back_byte_by_byte_and_is_replaced_whole()
    {
        await using var source = await Database();
        var store = new PostgresRunStore(source);
        byte[] large = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 7919 >> 8))];

        await store.Write("run-1", "state.json", large, Cancellation);
        Assert.Equal(large, await store.Read("run-1", "state.json", Cancellation));
        await store.Write("run-1", "state.json", "new"u8.ToArray().AsMemory(1), Cancellation);
        await store.Write("run-1", "empty", default, Cancellation);

        Assert.Equal("ew", Encoding.UTF8.GetString((await store.Read("run-1", "state.json", Cancellation))!));
        Assert.Empty((await store.Read("run-1", "empty", Cancellation))!);
        Assert.Null(await store.Read("run-1", "other", Cancellation));
        Assert.Null(await store.Read("run-2", "state.json", Cancellation));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Runs_and_names_are_listed_in_ordinal_order_and_go_when_they_are_deleted()
    {
        await using var source = await Database();
        var store = new PostgresRunStore(source);
        foreach (var (run, name) in ((string, string)[])[("b", "x"), ("B", "x"), ("a", "z"), ("a", "Z"), ("a", "1")])
            await store.Write(run, name, "1"u8.ToArray(), Cancellation);

        Assert.Equal(["B", "a", "b"], await store.Runs(Cancellation));
        Assert.Equal(["1", "Z", "z"], await store.Names("a", Cancellation));
        await store.Delete("a", "Z", Cancellation);
        await store.Delete("a", "nothing", Cancellation);
        await store.Delete("b", null, Cancellation);
        await store.Delete("unknown", null, Cancellation);

        Assert.Equal(["1", "z"], await store.Names("a", Cancellation));
        Assert.Equal(["B", "a"], await store.Runs(Cancellation));
        Assert.Empty(await store.Names("b", Cancellation));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task What_is_no_name_is_refused_as_by_the_store_in_files()
    {
        await using var source = await Database();
        var store = new PostgresRunStore(source);

        await Assert.ThrowsAsync<ArgumentException>(() => store.Read("../run", "name", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Write("run", "", default, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Names(".run", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => store.Delete("run", "a/b", Cancellation));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task A_database_that_is_gone_is_said_and_is_used_again_once_it_is_back()
    {
        await using var source = await Database();
        var store = new PostgresRunStore(source);
        await store.Write("run", "name", "1"u8.ToArray(), Cancellation);
        List<string> said = [];
        List<bool> mayPass = [];

        server.Stop();
        try
        {
            foreach (var ask in (Func<Task>[])[
                () => store.Write("run", "name", "2"u8.ToArray(), Cancellation),
                () => store.Read("run", "name", Cancellation),
                () => store.Names("run", Cancellation),
                () => store.Delete("run", "name", Cancellation),
                () => store.Runs(Cancellation)])
            {
                var e = await Assert.ThrowsAsync<StorageException>(ask);
                said.Add(e.Message);
                mayPass.Add(e.MayPass);
            }
        }
        finally
        {
            server.Start();
        }

        Assert.All(said, text => Assert.StartsWith("PostgreSQL cannot be used: ", text));
        Assert.All(mayPass, Assert.True);
        Assert.All(said, text => Assert.EndsWith("; see that it runs, and look at its log", text));
        Assert.Equal("1"u8.ToArray(), await store.Read("run", "name", Cancellation));
    }

    async Task<NpgsqlDataSource> Database()
    {
        var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));
        await PostgresSchema.Create(source, Cancellation);
        return source;
    }
}
