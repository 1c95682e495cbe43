using AsyncOpt.Core.Data;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Core.Links;

/// <summary>What a record says of messages, by way and number.</summary>
/// <typeparam name="T">What it says.</typeparam>
sealed class RecordedMessages<T>
{
    readonly Dictionary<(MessageWay Way, int From, int To), RecordedRow<T>> _ways = [];

    /// <param name="messages">The record.</param>
    /// <param name="of">What counts of a message.</param>
    public RecordedMessages(IEnumerable<ScheduledMessage> messages, Func<ScheduledMessage, T> of)
    {
        foreach (var way in messages.GroupBy(m => Key(m.Way, m.From, m.To)))
            _ways.Add(way.Key, new(way.Select(m => (m.Message, of(m)))));
    }

    /// <summary>What it says of a message; false where it has none of its number.</summary>
    public bool TryGet(in MessageContext message, bool cycle, out T value)
    {
        value = default!;
        return Find(in message) is { } row && row.TryGet(message.Sequence, cycle, out value);
    }

    // Over an overlay a place has one count for all that it sends.
    RecordedRow<T>? Find(in MessageContext m)
    {
        if (m.Kind is null)
            return _ways.GetValueOrDefault(Key(MessageWay.Token, m.Sender, 0));
        return _ways.GetValueOrDefault(Key(MessageWay.Link, m.From, m.To))
            ?? _ways.GetValueOrDefault(Key(MessageWay.Overlay, m.From, 0));
    }

    static (MessageWay, int, int) Key(MessageWay way, int from, int to) => (way, from, way == MessageWay.Link ? to : 0);

    /// <summary>What to say of a message that the record does not have.</summary>
    public static string Lacks(string file, in MessageContext m) => m.Kind is null
        ? $"{file}: has no move {m.Sequence} of token {m.Sender}; {Remedy}"
        : $"{file}: has no message {m.Sequence} from place {m.From} to {m.To}; {Remedy}";

    const string Remedy =
        "take a longer record, or say what comes beyond it: 'beyond: cycle', or 'beyond: law' and what it needs";
}
