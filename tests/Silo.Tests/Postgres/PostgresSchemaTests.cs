using AsyncOpt.Silo.Postgres;
using Npgsql;

namespace AsyncOpt.Silo.Tests.Postgres;

[Collection(nameof(PostgresCollection))]
public sealed class PostgresSchemaTests(PostgresServer server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Making_the_tables_again_changes_nothing()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));
        Assert.False(await PostgresSchema.Exists(source, Cancellation));

        await PostgresSchema.Create(source, Cancellation);
        await Execute(source, "INSERT INTO run_store VALUES ('run', 'name', 'bytes')");
        await Execute(source, "INSERT INTO OrleansMembershipVersionTable VALUES ('cluster', now(), 7)");
        await Execute(source, "UPDATE OrleansQuery SET QueryText = 'tuned by the operator'");
        await PostgresSchema.Create(source, Cancellation);

        Assert.True(await PostgresSchema.Exists(source, Cancellation));
        Assert.Equal(1L, await Scalar(source, "SELECT count(*) FROM run_store"));
        Assert.Equal(7, await Scalar(source, "SELECT Version FROM OrleansMembershipVersionTable"));
        Assert.Equal(
            0L, await Scalar(source, "SELECT count(*) FROM OrleansQuery WHERE QueryText <> 'tuned by the operator'"));
    }

    // As another part of Orleans leaves it: each of its scripts needs the table of queries.
    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task A_database_with_a_table_of_queries_gets_what_is_missing()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));
        await Execute(source, "CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000))");
        await Execute(source, "INSERT INTO OrleansQuery VALUES ('WriteToStorageKey', 'of grain storage')");
        Assert.False(await PostgresSchema.Exists(source, Cancellation));

        await PostgresSchema.Create(source, Cancellation);

        Assert.True(await PostgresSchema.Exists(source, Cancellation));
        Assert.Equal(
            "of grain storage",
            await Scalar(source, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'WriteToStorageKey'"));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task Silos_that_make_the_tables_at_once_take_turns()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostgresSchema.Create(source, Cancellation)));

        Assert.True(await PostgresSchema.Exists(source, Cancellation));
    }

    // What the queries of Orleans' documentation name.
    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task The_tables_of_the_membership_are_those_that_operators_of_Orleans_know()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));

        await PostgresSchema.Create(source, Cancellation);

        Assert.Equal("deploymentid timestamp version", await Columns(source, "orleansmembershipversiontable"));
        Assert.Equal(
            "deploymentid address port generation siloname hostname status proxyport suspecttimes starttime iamalivetime",
            await Columns(source, "orleansmembershiptable"));
        Assert.Equal("querykey querytext", await Columns(source, "orleansquery"));
    }

    [Fact(Skip = PostgresServer.Missing, SkipUnless = nameof(PostgresServer.IsPresent), SkipType = typeof(PostgresServer))]
    public async Task A_cluster_is_deleted_with_its_silos()
    {
        await using var source = NpgsqlDataSource.Create(await server.NewDatabase(Cancellation));
        await PostgresSchema.Create(source, Cancellation);
        foreach (var cluster in (string[])["mine", "other"])
        {
            await Execute(source, $"INSERT INTO OrleansMembershipVersionTable VALUES ('{cluster}', now(), 7)");
            await Execute(source, "INSERT INTO OrleansMembershipTable VALUES "
                + $"('{cluster}', '127.0.0.1', 1, 2, 'silo', 'host', 3, 0, null, now(), now())");
        }
        var query = (string)(await Scalar(
            source, "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'DeleteMembershipTableEntriesKey'"))!;

        await Execute(source, query.Replace("@DeploymentId", "'mine'"));

        foreach (var table in (string[])["OrleansMembershipTable", "OrleansMembershipVersionTable"])
            Assert.Equal("other", await Scalar(source, $"SELECT string_agg(DeploymentId, ' ') FROM {table}"));
    }

    static async Task<object?> Columns(NpgsqlDataSource source, string table) => await Scalar(
        source,
        "SELECT string_agg(column_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns "
        + $"WHERE table_name = '{table}'");

    static async Task Execute(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static async Task<object?> Scalar(NpgsqlDataSource source, string text)
    {
        await using var command = source.CreateCommand(text);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
