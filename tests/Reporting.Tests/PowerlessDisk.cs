namespace AsyncOpt.Reporting.Tests;

/// <summary>
/// A disk that loses power at one of its operations. What was written to a file since it was last synced is lost from
/// some byte on; of the names that were given or taken since their folder was synced, the last ones are as before.
/// </summary>
/// <param name="lies">Whether syncing does nothing, as of a disk that says so too early.</param>
sealed class PowerlessDisk(string trash, bool lies = false) : FaultyDisk
{
    readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);
    readonly List<(string Folder, Action Undo)> _names = [];
    int _trashed;

    /// <summary>How many names would not be there.</summary>
    public int Names => _names.Count;

    /// <summary>The power goes.</summary>
    /// <param name="names">How many of the last names are as before.</param>
    /// <param name="share">Which share is left of what was written to each file that was not synced.</param>
    public void Lose(int names, double share)
    {
        foreach (var file in _unsynced.Where(File.Exists))
        {
            using var stream = new FileStream(file, FileMode.Open);
            stream.SetLength((long)(share * stream.Length));
        }
        foreach (var (_, undo) in Enumerable.Reverse(_names).Take(names))
            undo();
    }

    public override void CreateFolder(string path)
    {
        var isNew = !Directory.Exists(path);
        base.CreateFolder(path);
        if (isNew)
            Named(path, () => Directory.Delete(path, recursive: true));
    }

    public override Stream Create(string path)
    {
        var stream = base.Create(path);
        _unsynced.Add(path);
        Named(path, () => File.Delete(path));
        return stream;
    }

    public override void Sync(string path)
    {
        base.Sync(path);
        if (lies)
            return;
        _unsynced.Remove(path);
        _names.RemoveAll(n => n.Folder == path);
    }

    public override void MoveFile(string from, string to)
    {
        var replaced = File.Exists(to) ? Trash(to, (a, b) => File.Copy(a, b)) : null;
        base.MoveFile(from, to);
        Rename(from, to);
        Named(to, () =>
        {
            File.Move(to, from);
            if (replaced is not null)
                File.Move(replaced, to);
        });
    }

    public override void MoveFolder(string from, string to)
    {
        base.MoveFolder(from, to);
        Rename(from, to);
        Named(to, () => Directory.Move(to, from));
    }

    public override void DeleteFile(string path)
    {
        var kept = File.Exists(path) ? Trash(path, (a, b) => File.Copy(a, b)) : null;
        base.DeleteFile(path);
        if (kept is not null)
            Named(path, () => File.Move(kept, path));
    }

    public override void DeleteFolder(string path)
    {
        base.DeleteFolder(path);
        Named(path, () => Directory.CreateDirectory(path));
    }

    void Named(string path, Action undo) => _names.Add((Path.GetDirectoryName(path)!, undo));

    string Trash(string path, Action<string, string> copy)
    {
        Directory.CreateDirectory(trash);
        var place = Path.Combine(trash, $"{_trashed++}");
        copy(path, place);
        return place;
    }

    // What is known by its path has another one now; so have the folders whose names are not synced.
    void Rename(string from, string to)
    {
        foreach (var path in _unsynced.Where(IsMoved).ToList())
        {
            _unsynced.Remove(path);
            _unsynced.Add(to + path[from.Length..]);
        }
        for (var i = 0; i < _names.Count; i++)
        {
            if (IsMoved(_names[i].Folder))
                _names[i] = (to + _names[i].Folder[from.Length..], _names[i].Undo);
        }

        bool IsMoved(string path) => path == from || path.StartsWith(from + "/", StringComparison.Ordinal);
    }
}
