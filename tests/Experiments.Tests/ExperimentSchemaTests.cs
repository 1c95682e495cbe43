using System.Globalization;
using System.Text.Json.Nodes;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Experiments.Data;
using AsyncOpt.Experiments.Specification;
using Json.Schema;

namespace AsyncOpt.Experiments.Tests;

public class ExperimentSchemaTests
{
    static readonly JsonSchema Schema = JsonSchema.FromText(ExperimentSchema.Text(Catalogue.Load()));

    static readonly string Folder = Path.Combine(new DataLocator(DataCatalogue.Default).ProjectFolder!, "..", "experiments");

    public static TheoryData<string> Shipped => new(
        Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    static bool IsValid(string yaml) => Schema.Evaluate(
        System.Text.Json.JsonSerializer.SerializeToElement(Json(Parsing.Read(yaml)))).IsValid;

    // As an editor reads YAML.
    static JsonNode? Json(SpecNode node) => node switch
    {
        SpecMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Key, Json(e.Value)))),
        SpecSequence list => new JsonArray([.. list.Items.Select(Json)]),
        SpecScalar { IsPlain: true, Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        SpecScalar { IsNull: true } => null,
        SpecScalar { IsPlain: true } text when double.TryParse(
            text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        SpecScalar text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException(),
    };

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_shipped_experiment_is_valid(string file) =>
        Assert.True(IsValid(File.ReadAllText(Path.Combine(Folder, file))));

    [Theory]
    [InlineData("workers: 4", "workers: 4")]
    [InlineData("step: 0.1", "step: { name: constant, value: 0.1 }")]
    [InlineData("name: async-sgd, step: 0.1", "name: fedbuff, rate: 0.1, outer-rate: 1")]
    [InlineData("name: async-sgd, step: 0.1", "name: fedavg, rate: 0.1")]
    [InlineData("per-task: 1ms", "per-task: 1ms, jitter: { name: log-normal, mean: 1, sigma: 0.1 }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nlinks: { delay: 5ms }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nlinks: { delay: { name: pareto, scale: 1ms, shape: 2 } }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\npartitions: auto\nseed: { base: 1, run: 2 }\nfaults: []")]
    [InlineData("sample-every: 1s", "sample-every: 1s\narms: { a: {}, b: { method: { batch-size: 3 } } }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nsweep: { grid: { method.step: [1, 2] }, best: { metric: loss } }")]
    public void What_loads_is_valid(string old, string changed)
    {
        var text = Parsing.Workers.Replace(old, changed);
        Assert.NotEmpty(Parsing.Load(text).Arms);

        Assert.True(IsValid(text));
    }

    [Theory]
    [InlineData("workers: 4", "wrokers: 4")]
    [InlineData("workers: 4", "workers: four")]
    [InlineData("workers: 4", "workers: 0")]
    [InlineData("workers: 4", "workers: 1.5")]
    [InlineData("async-sgd", "asinc-sgd")]
    [InlineData("async-sgd", "gossip")]
    [InlineData("step: 0.1", "stepp: 0.1")]
    [InlineData("step: 0.1", "batch-size: 3")]
    [InlineData("step: 0.1", "step: -1")]
    [InlineData("step: 0.1", "step: 0.1, adaptive: always")]
    [InlineData("name: async-sgd, step: 0.1", "name: fedbuff, rate: 0.1")]
    [InlineData("per-task: 1ms", "per-task: 1 msec")]
    [InlineData("per-task: 1ms", "per-task: 1ms, jitter: { name: log-normal, medain: 1, sigma: 0.1 }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nlinks: { delay: { name: ring } }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nprecision: float16")]
    [InlineData("sample-every: 1s", "sample-every: 1s\narms: { a: { method: { name: minibatch-sgd, adaptive: delay } } }")]
    [InlineData("sample-every: 1s", "sample-every: 1s\nsweep: { grid: { method.step: [] }, best: { metric: loss } }")]
    [InlineData("stop: { updates: 10 }", "")]
    public void What_is_wrong_by_itself_is_refused(string old, string changed)
    {
        var text = Parsing.Workers.Replace(old, changed);

        Assert.True(IsValid(Parsing.Workers));
        Assert.False(IsValid(text));
    }
}
