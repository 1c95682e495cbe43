using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Data;

namespace AsyncOpt.Core.Links;

/// <summary>Which rows of a file of measured delays the places and the server are on.</summary>
sealed class LinkRows
{
    readonly IReadOnlyList<string>? _names;

    /// <summary>Deals rows out, and notes how.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="names">Their names; null for none.</param>
    /// <param name="options">How to deal them out.</param>
    /// <param name="context">The places.</param>
    /// <exception cref="InputException">They do not fit the places, or the server's row is not there.</exception>
    public LinkRows(string path, int rows, IReadOnlyList<string>? names, PerLink.Options options, LinkContext context)
    {
        _names = names;
        var server = ServerRow(path, rows, options);
        OfPlaces = options.ByName ?? (names is not null && context.Names is not null && !options.Cycle)
            ? ByName(path, context)
            : InOrder(path, rows, server, options, context);
        All = [.. OfPlaces];
        if (!context.HasServer)
            return;
        Server = All.IndexOf(server);
        var isOwn = Server < 0;
        if (isOwn)
        {
            Server = All.Count;
            All.Add(server);
        }
        context.Notes.Add($"the server is on {NameOf(Server)}, "
            + (isOwn ? "which is its own" : $"that of worker {Server} too")
            + (options.ServerRow is null && options.ServerName is null ? "; server-row or server-name places it" : ""));
    }

    /// <summary>The file's rows that places are on, in turn.</summary>
    public IReadOnlyList<int> OfPlaces { get; }

    /// <summary>The same, and last the server's where it is on a row of its own.</summary>
    public List<int> All { get; }

    /// <summary>Where the server's row is among <see cref="All"/>.</summary>
    public int Server { get; }

    /// <summary>What messages call a row: its name, or its number from 0.</summary>
    /// <param name="index">Its place in <see cref="All"/>.</param>
    public string NameOf(int index) => $"row {Called(All[index])}";

    int ServerRow(string path, int rows, PerLink.Options options)
    {
        if (options.ServerName is not { } name)
        {
            var row = options.ServerRow ?? 0;
            return row < rows ? row : throw new InputException(
                $"{path}: there is no row {row} for the server; the file has {rows}, counted from 0");
        }
        for (var row = 0; row < rows; row++)
        {
            if (_names![row] == name)
                return row;
        }
        throw new InputException($"{path}: no row is named '{name}'"
            + NearestName.Hint(name, _names!, $"there are {NamedRows.List(_names!)}"));
    }

    int[] ByName(string path, LinkContext context)
    {
        if (context.Names is not { } nodes)
        {
            throw new InputException(
                "by-name is for nodes that a topology's file names; here places have only numbers");
        }
        NamedRows.Require(path, _names!, nodes, context.Notes);
        var rows = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var row = 0; row < _names!.Count; row++)
            rows.Add(_names[row], row);
        context.Notes.Add("rows are those of the nodes of the same name");
        return [.. nodes.Select(name => rows[name])];
    }

    int[] InOrder(string path, int rows, int server, PerLink.Options options, LinkContext context)
    {
        var isServerGiven = options.ServerRow is not null || options.ServerName is not null;
        int[] all = [.. Enumerable.Range(0, rows)];
        if (context.HasServer && isServerGiven && rows == context.Places + 1)
            all = [.. all.Where(row => row != server)];
        if (all.Length != context.Places && !options.Cycle)
        {
            var places = context.HasServer ? "workers" : "nodes";
            throw new InputException($"{path}: {rows} rows for {context.Places} {places}; "
                + (context.HasServer
                    ? "give a row for each, and one more with `server-row` where the server has a row of its own, "
                    : "give a row for each, ")
                + "or `cycle: true`, which deals rows out in turn");
        }
        var isCut = all.Length != context.Places;
        if (context.Places < all.Length)
            Array.Resize(ref all, context.Places);
        context.Notes.Add(isCut
            ? $"rows are dealt out in turn: {Counted.Of(rows, "row")} for {Counted.Of(context.Places, "place")}"
            : $"rows are taken in their order: place 0 is row {Called(all[0])}, place {all.Length - 1} is row "
                + Called(all[^1]));
        return all;
    }

    string Called(int row) => _names is null ? $"{row}" : $"'{_names[row]}'";
}
