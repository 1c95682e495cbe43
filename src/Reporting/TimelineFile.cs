using System.Text.Json;
using AsyncOpt.Core;
using AsyncOpt.Core.Runs;

namespace AsyncOpt.Reporting;

/// <summary>
/// The timeline of a run in the trace event format that Perfetto and chrome://tracing read: virtual time in
/// microseconds, a process per role, a thread per agent. Computations, service and downtime are slices; messages on the
/// wire may overlap, so they are asynchronous slices of the receiver's process, and an arrow joins sender and receiver.
/// </summary>
public static class TimelineFile
{
    /// <summary>The kind of spans that are messages on their way.</summary>
    public const string Wire = "wire";

    const string ThreadName = "thread_name";

    /// <summary>Where a run folder has its timeline, if it has one.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, RunFolder.TimelineFileName);

    /// <summary>Reads the agents and what they did; messages on their way are left out.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DamagedRunException">It is no such file.</exception>
    public static (IReadOnlyDictionary<int, string> Names, IReadOnlyList<TimelineSpan> Spans) Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var json = JsonDocument.Parse(file);
            var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
            return (
                events.Where(e => Is(e, "M") && Text(e, "name") == ThreadName)
                    .ToDictionary(AgentOf, e => Text(e.GetProperty("args"), "name")),
                [.. events.Where(e => Is(e, "X")).Select(SpanOf)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            throw new DamagedRunException(path, "is no timeline", e);
        }
        catch (Exception e) when (StorageException.Is(e))
        {
            throw StorageException.Reading(path, e);
        }
    }

    static TimelineSpan SpanOf(JsonElement e)
    {
        var start = Nanoseconds(e, "ts");
        return new(AgentOf(e), Text(e, "cat"), Text(e, "name"), start, start + Nanoseconds(e, "dur"), -1);
    }

    static bool Is(JsonElement e, string phase) => Text(e, "ph") == phase;

    static int AgentOf(JsonElement e) => e.GetProperty("tid").GetInt32();

    static string Text(JsonElement e, string name) => e.GetProperty(name).GetString() ?? "";

    static long Nanoseconds(JsonElement e, string name) =>
        decimal.ToInt64(e.GetProperty(name).GetDecimal() * 1000);

    /// <summary>Writes the trace.</summary>
    public static void Write(Stream to, RunRecord record)
    {
        // Trace viewers take process 0 for the idle process, so roles count from 1.
        var roles = record.TimelineAgents.Select(a => a.Role).Distinct().ToList();
        var agents = record.TimelineAgents.ToDictionary(a => a.Agent, a => (Pid: roles.IndexOf(a.Role) + 1, a.Index));

        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        for (var i = 0; i < roles.Count; i++)
            Name(json, "process_name", i + 1, 0, roles[i]);
        foreach (var (agent, _, _) in record.TimelineAgents)
            Name(json, ThreadName, agents[agent].Pid, agent, record.NameOf(agent));
        for (var i = 0; i < record.Timeline.Count; i++)
        {
            var span = record.Timeline[i];
            if (!agents.TryGetValue(span.Agent, out var whose))
                continue;
            if (span.Kind != Wire)
                Slice(json, span, whose.Pid);
            else
                Message(json, span, i, whose.Pid, agents.TryGetValue(span.Peer, out var peer) ? peer.Pid : 0);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Name(Utf8JsonWriter json, string what, int pid, int tid, string name)
    {
        json.WriteStartObject();
        json.WriteString("ph", "M");
        json.WriteString("name", what);
        json.WriteNumber("pid", pid);
        json.WriteNumber("tid", tid);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Slice(Utf8JsonWriter json, in TimelineSpan span, int pid)
    {
        Begin(json, "X", span, pid, span.Agent, span.Start);
        Microseconds(json, "dur", span.End - span.Start);
        json.WriteEndObject();
    }

    static void Message(Utf8JsonWriter json, in TimelineSpan span, int id, int pid, int peerPid)
    {
        Event(json, "b", span, id, pid, span.Agent, span.Start);
        Event(json, "e", span, id, pid, span.Agent, span.End);
        if (peerPid == 0)
            return;                                     // the sender is not among the sampled agents
        Event(json, "s", span, id, peerPid, span.Peer, span.Start);
        Event(json, "f", span, id, pid, span.Agent, span.End);
    }

    static void Event(Utf8JsonWriter json, string phase, in TimelineSpan span, int id, int pid, int tid, long time)
    {
        Begin(json, phase, span, pid, tid, time);
        json.WriteNumber("id", id);
        if (phase == "f")
            json.WriteString("bp", "e");                // binds to the slice that encloses it
        json.WriteEndObject();
    }

    static void Begin(Utf8JsonWriter json, string phase, in TimelineSpan span, int pid, int tid, long time)
    {
        json.WriteStartObject();
        json.WriteString("ph", phase);
        json.WriteString("name", span.Name);
        json.WriteString("cat", span.Kind);
        json.WriteNumber("pid", pid);
        json.WriteNumber("tid", tid);
        Microseconds(json, "ts", time);
    }

    // Written as exact decimals: a double of microseconds would lose nanoseconds in long runs.
    static void Microseconds(Utf8JsonWriter json, string name, long nanoseconds)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(Reporting.Text.Microseconds(nanoseconds));
    }
}
