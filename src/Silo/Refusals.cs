using AsyncOpt.Core;
using AsyncOpt.Core.Runs;
using Microsoft.AspNetCore.Mvc;

namespace AsyncOpt.Silo;

/// <summary>What the gateway says where it does not do what it is asked: RFC 9457, a sentence in 'detail'.</summary>
static class Refusals
{
    /// <summary>The specification, or another key of the request, is wrong.</summary>
    /// <param name="errors">Everything that is wrong.</param>
    public static IResult BadRequest(IReadOnlyList<string> errors) => Of(
        StatusCodes.Status400BadRequest,
        errors.Count == 1 ? errors[0] : $"{errors.Count} things are wrong with the request; 'errors' has all of them",
        ("errors", errors));

    /// <summary>The key is missing or wrong.</summary>
    public static IResult Unauthorized(string detail) => Of(StatusCodes.Status401Unauthorized, detail);

    /// <summary>There is no such run.</summary>
    public static IResult NoRun(string id) =>
        Of(StatusCodes.Status404NotFound, $"there is no run '{id}'; GET /runs lists those there are");

    /// <summary>The run is not in a state for it.</summary>
    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, detail);

    /// <summary>The body is larger than the limit.</summary>
    public static IResult TooLarge(int bytes, string setting = "body-bytes-max") => Of(
        StatusCodes.Status413PayloadTooLarge,
        $"the request is larger than {bytes} bytes, the limit of this silo; its setting is {setting}");

    /// <summary>Files of the run are neither here nor sent.</summary>
    public static IResult Missing(IReadOnlyList<InputFile> files) => Of(
        StatusCodes.Status409Conflict,
        $"files of the run are not here: {string.Join(", ", files.Select(f => f.Name))}; "
            + "send each with PUT /inputs/SHA256, then submit the run again",
        extension: ("missing", files.Select(f => f.Sha256).Distinct().ToList()));

    /// <summary>As many runs as may run at a time.</summary>
    public static IResult TooMany(int runs) => Of(
        StatusCodes.Status429TooManyRequests,
        Counted.Of(runs, "run is", "runs are")
            + " going, the limit of this cluster; try again when one has ended, or cancel one");

    /// <summary>The silo that holds the run was lost, or is stopping.</summary>
    public static IResult Unavailable() => Of(
        StatusCodes.Status503ServiceUnavailable,
        "a silo of the cluster does not answer; what it ran goes on elsewhere within seconds, so try again");

    /// <summary>The store cannot keep or read what it should: it is full, or is not as it was.</summary>
    public static IResult Unkept(StorageException e) => Of(
        e.IsFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable, e.Message);

    /// <summary>Says when it is worth to try again.</summary>
    public static void RetryLater(HttpResponse response) => response.Headers.RetryAfter = "2";

    /// <summary>Gives what the server refuses by itself its sentence.</summary>
    public static void Complete(ProblemDetailsContext context) => context.ProblemDetails.Detail ??=
        context.ProblemDetails.Status switch
        {
            StatusCodes.Status404NotFound => "there is nothing here; /openapi/v1.json describes what there is",
            StatusCodes.Status405MethodNotAllowed => "that cannot be done here; /openapi/v1.json describes what can",
            StatusCodes.Status415UnsupportedMediaType => "expected a body of Content-Type application/json",
            StatusCodes.Status429TooManyRequests => "too many submissions at once; try again in a moment",
            _ => null,
        };

    /// <summary>Answers what nobody foresaw; the log has the exception.</summary>
    public static void Internal(IApplicationBuilder app) => app.Run(context => Of(
        StatusCodes.Status500InternalServerError, "internal error; the silo's log has more").ExecuteAsync(context));

    static IResult Of(int status, string detail, (string Key, IReadOnlyList<string> Values)? extension = null)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        if (extension is var (key, values))
            problem.Extensions[key] = values;
        return Results.Problem(problem);
    }
}
