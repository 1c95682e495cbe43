using System.Diagnostics;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Runs;
using AsyncOpt.Reporting;
using AsyncOpt.Reporting.Gateway;

namespace AsyncOpt.Grains.Runs;

/// <summary>The span of an attempt at a run: the root of a trace of its own.</summary>
static class RunTracing
{
    /// <summary>Runs, under a span where somebody listens.</summary>
    /// <param name="executor">Runs.</param>
    /// <param name="context">What.</param>
    /// <param name="progress">Called at sampling instants.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<RunResult> Run(
        IRunExecutor executor, RunContext context, Action<RunProgress> progress, CancellationToken cancellation)
    {
        // The trace of whoever submitted it ends when it is accepted.
        Activity.Current = null;
        RequestContext.Clear();
        using var span = Telemetry.Source.StartActivity(Telemetry.Run);
        if (span is not null)
            Describe(span, context);
        try
        {
            var sampled = span is null || context.Request.Mode == RunMode.Live ? progress : p => Note(p, progress);
            var result = await executor.Run(context, sampled, cancellation);
            span?.SetTag("asyncopt.run.outcome", Text.Of(result.Record.Outcome));
            span?.SetTag("asyncopt.time.virtual", result.Record.VirtualTime / 1e9);
            return result;
        }
        catch (Exception e) when (span is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    // A live run's leader has spans of its own, as long as they take.
    static void Note(RunProgress progress, Action<RunProgress> next)
    {
        using var span = Telemetry.Source.StartActivity("sample");
        span?.SetTag("asyncopt.time.virtual", progress.VirtualTime);
        span?.SetTag("asyncopt.updates", progress.Updates);
        next(progress);
    }

    static void Describe(Activity span, RunContext context)
    {
        var (plan, request) = (context.Plan, context.Request);
        span.SetTag("asyncopt.run.id", context.RunId);
        span.SetTag("asyncopt.run.name", request.Name);
        span.SetTag("asyncopt.run.arm", request.Arm);
        span.SetTag("asyncopt.run.repetition", request.Repetition);
        span.SetTag("asyncopt.run.mode", request.Mode.ToString().ToLowerInvariant());
        span.SetTag("asyncopt.run.attempt", context.Attempt);
        span.SetTag("asyncopt.run.seed", plan.Seeds.Run.ToString(System.Globalization.CultureInfo.InvariantCulture));
        span.SetTag("asyncopt.method.name", EntryAttribute.NameOf(plan.Method));
        span.SetTag("asyncopt.problem.name", EntryAttribute.NameOf(plan.Problem));
        span.SetTag("asyncopt.places", plan.Places);
        if (plan.Topology is { } topology)
            span.SetTag("asyncopt.topology.name", topology.Name);
    }
}
