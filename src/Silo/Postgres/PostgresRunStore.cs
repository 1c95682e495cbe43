using AsyncOpt.Core;
using AsyncOpt.Grains.Runs;
using Npgsql;

namespace AsyncOpt.Silo.Postgres;

/// <summary>Keeps runs in a table of PostgreSQL: a row for each name.</summary>
/// <param name="source">The database, with the tables of <see cref="PostgresSchema"/>.</param>
sealed class PostgresRunStore(NpgsqlDataSource source) : IRunStore
{
    // The number of the error of a full disk, ENOSPC.
    const int FullDisk = 28;

    /// <inheritdoc/>
    public string PlaceOf(string run, string name) =>
        $"PostgreSQL, table run_store, run '{RunNames.Checked(run)}', name '{RunNames.Checked(name)}'";

    /// <inheritdoc/>
    public async Task Write(string run, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await using var command = Command(
            "INSERT INTO run_store (run, name, bytes) VALUES ($1, $2, $3) "
            + "ON CONFLICT (run, name) DO UPDATE SET bytes = excluded.bytes", run, name);
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = bytes });
        await Told(() => command.ExecuteNonQueryAsync(cancellation));
    }

    /// <inheritdoc/>
    public async Task<byte[]?> Read(string run, string name, CancellationToken cancellation)
    {
        await using var command = Command("SELECT bytes FROM run_store WHERE run = $1 AND name = $2", run, name);
        return await Told(() => command.ExecuteScalarAsync(cancellation)) as byte[];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Names(string run, CancellationToken cancellation) =>
        Texts(Command("SELECT name FROM run_store WHERE run = $1 ORDER BY name", run), cancellation);

    /// <inheritdoc/>
    public async Task Delete(string run, string? name, CancellationToken cancellation)
    {
        await using var command = name is null
            ? Command("DELETE FROM run_store WHERE run = $1", run)
            : Command("DELETE FROM run_store WHERE run = $1 AND name = $2", run, name);
        await Told(() => command.ExecuteNonQueryAsync(cancellation));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> Runs(CancellationToken cancellation) =>
        Texts(Command("SELECT DISTINCT run FROM run_store ORDER BY run"), cancellation);

    NpgsqlCommand Command(string text, params string[] names)
    {
        foreach (var name in names)
            RunNames.Checked(name);
        var command = source.CreateCommand(text);
        foreach (var name in names)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return command;
    }

    static Task<IReadOnlyList<string>> Texts(NpgsqlCommand command, CancellationToken cancellation) =>
        Told(() => Read(command, cancellation));

    static async Task<T> Told<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
        {
            throw StorageException.Writing("PostgreSQL, table run_store", new IOException(e.Message, FullDisk));
        }
        catch (NpgsqlException e)
        {
            throw new StorageException(
                $"PostgreSQL cannot be used: {e.Message.TrimEnd('.')}; see that it runs, and look at its log", e)
            {
                MayPass = true,
            };
        }
    }

    static async Task<IReadOnlyList<string>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var texts = new List<string>();
            while (await reader.ReadAsync(cancellation))
                texts.Add(reader.GetString(0));
            return texts;
        }
    }
}
