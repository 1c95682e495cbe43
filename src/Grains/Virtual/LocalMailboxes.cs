using System.Collections.Concurrent;

namespace AsyncOpt.Grains.Virtual;

/// <summary>
/// The mailboxes of the partitions on this silo, by the keys of their grains: mail within a silo is handed over without
/// a message, as windows are short and a turn of a grain costs more than the handing over.
/// </summary>
sealed class LocalMailboxes
{
    readonly ConcurrentDictionary<string, Mailbox> _boxes = new();

    /// <summary>Makes a mailbox known.</summary>
    public void Add(string key, Mailbox box) => _boxes[key] = box;

    /// <summary>Forgets a mailbox.</summary>
    public void Remove(string key) => _boxes.TryRemove(key, out _);

    /// <summary>Hands a parcel to a mailbox; false where it is not on this silo.</summary>
    public bool TryDeliver(string key, Parcel parcel)
    {
        if (!_boxes.TryGetValue(key, out var box))
            return false;
        box.Take(parcel);
        return true;
    }
}
