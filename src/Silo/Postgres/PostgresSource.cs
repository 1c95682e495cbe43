using System.Net;
using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using Npgsql;
using Orleans.Configuration;

namespace AsyncOpt.Silo.Postgres;

/// <summary>What of a silo is in PostgreSQL.</summary>
static class PostgresSource
{
    // The name under which Orleans knows this database.
    const string Invariant = "Npgsql";

    /// <summary>What is wrong with a connection string; null for nothing.</summary>
    public static string? Wrong(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "PostgreSql needs it: set ASYNCOPT_CONNECTION_STRING, for instance to "
                + "'Host=127.0.0.1;Username=asyncopt;Database=asyncopt'";
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is null ? "it names no Host" : null;
        }
        catch (ArgumentException e)
        {
            return e.Message.StartsWith("Format of the initialization string", StringComparison.Ordinal)
                ? "expected KEY=VALUE, with ';' between several, for instance "
                    + "'Host=127.0.0.1;Username=asyncopt;Database=asyncopt'"
                : e.Message;                            // names the key, not its value
        }
    }

    /// <summary>Adds clustering and store, as far as the options ask for them.</summary>
    public static void Add(ISiloBuilder silo, SiloOptions options)
    {
        silo.Services.AddSingleton(_ => NpgsqlDataSource.Create(options.ConnectionString!));
        if (options.Store == Store.PostgreSql)
            silo.Services.AddSingleton<IRunStore, PostgresRunStore>();
        if (options.Clustering != Clustering.PostgreSql)
            return;
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.Cluster, options.Cluster));
        // The gateway over HTTP is the only door: there is none for clients of Orleans.
        silo.ConfigureEndpoints(IPAddress.Parse(options.SiloAddress), options.SiloPort, gatewayPort: 0);
        silo.UseAdoNetClustering(clustering => clustering.Configure<NpgsqlDataSource>(
            (o, source) => (o.Invariant, o.DataSource) = (Invariant, source)));
    }

    /// <summary>Finds out whether the database can be used, before the silo starts.</summary>
    /// <param name="source">The database.</param>
    /// <param name="create">Whether tables that are not there are made.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">It cannot be reached, or has no tables.</exception>
    public static async Task Check(NpgsqlDataSource source, bool create, CancellationToken cancellation)
    {
        try
        {
            if (create)
                await PostgresSchema.Create(source, cancellation);
            else if (!await PostgresSchema.Exists(source, cancellation))
                throw new InputException("the database has no tables of AsyncOpt yet: make them with "
                    + "'asyncopt silo --create-schema'");
        }
        catch (NpgsqlException e)
        {
            throw new InputException($"PostgreSQL cannot be used: {e.Message}; look at ASYNCOPT_CONNECTION_STRING", e);
        }
    }
}
