using AsyncOpt.Core;
using AsyncOpt.Core.Catalog;
using AsyncOpt.Core.Laws;
using AsyncOpt.Core.Links;
using AsyncOpt.Core.Programs;
using AsyncOpt.Core.Topologies;

namespace AsyncOpt.Experiments.Tests;

public class CatalogueTests
{
    static readonly Catalogue Catalogue = Catalogue.Load();

    [Fact]
    public void Every_marked_class_of_the_project_is_an_entry_of_its_kind()
    {
        var marked = typeof(Catalogue).Assembly.GetTypes().Where(t => t.IsDefined(typeof(EntryAttribute), false)).ToList();

        Assert.NotEmpty(marked);
        Assert.Equal(marked.Count, Catalogue.Entries.Count);
        Assert.All(Catalogue.Entries, e => Assert.True(e.Type.IsSubclassOf(e.Kind.Type) && e.Type.IsSealed));
        Assert.Equal(typeof(RingTopology), Catalogue.Find(typeof(TopologyGenerator), "ring")!.Type);
        Assert.Null(Catalogue.Find(typeof(Law), "ring"));
    }

    [Fact]
    public void An_entry_is_found_by_its_other_names_too()
    {
        var entry = Catalogue.Find(typeof(Method), "c-sgd")!;

        Assert.Equal("minibatch-sgd", entry.Name);
        Assert.Same(entry, Assert.Single(Catalogue.Named("c-sgd")));
        Assert.Equal("minibatch-sgd", (string)Parsing.Load(Parsing.Workers.Replace("async-sgd", "c-sgd"))
            .Arms[0].Specification["method"]!["name"]!);
    }

    [Fact]
    public void Kinds_and_entries_are_in_ordinal_order()
    {
        Assert.Equal(Catalogue.Kinds.Select(k => k.Plural).Order(StringComparer.Ordinal), Catalogue.Kinds.Select(k => k.Plural));
        Assert.All(Catalogue.Kinds, k => Assert.Equal(
            Catalogue.OfKind(k.Type).Select(e => e.Name).Order(StringComparer.Ordinal),
            Catalogue.OfKind(k.Type).Select(e => e.Name)));
    }

    [Fact]
    public void Every_entry_is_described_by_its_documentation()
    {
        Assert.All(Catalogue.Entries, e => Assert.True(e.Summary.Length > 0, e.ToString()));
        Assert.All(Catalogue.Entries, e => Assert.All(e.Options, o => Assert.True(o.Summary.Length > 0, $"{e}.{o.Name}")));
        Assert.All(Catalogue.Entries, e => Assert.DoesNotContain('<', e.Summary.Replace("<-", "")));
    }

    [Fact]
    public void Descriptions_name_options_by_their_keys()
    {
        var samples = Catalogue.Named("synthetic-classification").Single().Options.Single(o => o.Name == "samples");

        Assert.EndsWith("or give samples-per-place.", samples.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_tell_name_range_default_and_whether_they_must_be_given()
    {
        var options = Catalogue.Find(typeof(Method), "async-sgd")!.Options;

        Assert.Equal(["step", "batch-size", "adaptive", "timeout"], options.Select(o => o.Name));
        Assert.True(options[0].IsRequired);
        Assert.Equal("a name out of schedules, or a mapping with 'name'", options[0].Expected);
        Assert.Equal("a whole number from 0 to 1048576", options[1].Expected);
        Assert.Equal("1", options[1].DefaultText);
        Assert.Equal("one of none, delay", options[2].Expected);
        Assert.Equal("none", options[2].DefaultText);
    }

    [Fact]
    public void A_number_stands_for_a_constant_and_a_law_for_a_link()
    {
        Assert.Equal("constant", Assert.Single(Catalogue.Shorthands(typeof(Law))).Entry.Name);
        Assert.Equal("law", Assert.Single(Catalogue.Shorthands(typeof(LinkDelay))).Option.Name);
        Assert.Empty(Catalogue.Shorthands(typeof(Method)));
    }

    [Fact]
    public void Two_entries_of_one_kind_and_name_are_refused_with_both_classes()
    {
        var error = Assert.Throws<InputException>(
            () => Catalogue.Of(typeof(Catalogue).Assembly, typeof(CatalogueTests).Assembly, Twin()));

        Assert.Contains("two entries are named 'test-only'", error.Message);
        Assert.Contains(typeof(TestOnlyLaw).FullName!, error.Message);
        Assert.Contains("(Twins)", error.Message);
    }

    // A second assembly with an entry of the same name, made on the spot.
    static System.Reflection.Assembly Twin()
    {
        var assembly = System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(
            new("Twins"), System.Reflection.Emit.AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("Twins").DefineType(
            "Twin", System.Reflection.TypeAttributes.Public | System.Reflection.TypeAttributes.Class, typeof(Law));
        foreach (var (name, result) in new[] { ("get_Floor", typeof(double)), ("get_Mean", typeof(double)) })
            Stub(type, typeof(Law).GetMethod(name)!);
        Stub(type, typeof(Law).GetMethods().Single(m => m is { Name: "Sample", IsAbstract: true }));
        type.DefineDefaultConstructor(System.Reflection.MethodAttributes.Public);
        type.SetCustomAttribute(new(typeof(LawAttribute).GetConstructor([typeof(string)])!, ["test-only"]));
        type.CreateType();
        return assembly;

        static void Stub(System.Reflection.Emit.TypeBuilder type, System.Reflection.MethodInfo method)
        {
            var parameter = method.GetParameters().FirstOrDefault();
            var stub = type.DefineMethod(
                method.Name,
                System.Reflection.MethodAttributes.Public | System.Reflection.MethodAttributes.Virtual
                    | System.Reflection.MethodAttributes.HideBySig,
                System.Reflection.CallingConventions.HasThis, typeof(double), null, null,
                parameter is null ? [] : [parameter.ParameterType],
                parameter is null ? null : [parameter.GetRequiredCustomModifiers()], null);
            var code = stub.GetILGenerator();
            code.Emit(System.Reflection.Emit.OpCodes.Ldc_R8, 1.0);
            code.Emit(System.Reflection.Emit.OpCodes.Ret);
            type.DefineMethodOverride(stub, method);
        }
    }

    [Fact]
    public void A_plug_in_brings_entries_that_derive_from_the_hosts_kinds()
    {
        var catalogue = Catalogue.Load([typeof(CatalogueTests).Assembly.Location]);
        var entry = catalogue.Find(typeof(Law), "test-only");

        Assert.NotNull(entry);
        Assert.NotSame(typeof(TestOnlyLaw), entry.Type); // loaded apart from this program's own copy
        Assert.Equal(7, ((Law)entry.Create(null)).Mean);
        Assert.Equal(
            Catalogue.Entries.Select(e => e.Type), catalogue.Entries.Select(e => e.Type).Where(t => t.Assembly != entry.Type.Assembly));
    }

    [Fact]
    public void A_plug_in_that_is_missing_or_no_assembly_is_the_users_error()
    {
        var text = Path.GetTempFileName();
        try
        {
            Assert.Contains("no such file", Assert.Throws<InputException>(() => Catalogue.Load(["nowhere.dll"])).Message);
            Assert.Contains("no .NET assembly", Assert.Throws<InputException>(() => Catalogue.Load([text])).Message);
        }
        finally
        {
            File.Delete(text);
        }
    }

    [Theory]
    [InlineData("StepSize", "step-size")]
    [InlineData("Float64", "float64")]
    [InlineData("SendRate", "send-rate")]
    [InlineData("L2Penalty", "l2-penalty")]
    [InlineData("CSVFile", "csv-file")]
    [InlineData("A", "a")]
    public void Names_in_code_become_words_joined_by_hyphens(string name, string expected) =>
        Assert.Equal(expected, KebabCase.Of(name));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("ca", "abc", 3)] // 2 in the unrestricted distance: no letter is edited twice here
    [InlineData("stp", "step", 1)]
    [InlineData("Ring", "ring", 0)]
    public void Distances_are_those_of_optimal_string_alignment(string a, string b, int distance)
    {
        Assert.Equal(distance, NearestName.Distance(a, b));
        Assert.Equal(distance, NearestName.Distance(b, a));
    }

    [Theory]
    [InlineData("asnyc-sgd", "async-sgd")]
    [InlineData("step-size", "step")]
    [InlineData("erods", "erdos-renyi")]
    [InlineData("zzz", null)]
    [InlineData("b", null)]
    [InlineData("erdas-x", null)]
    public void A_near_name_is_suggested_and_a_far_one_is_not(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, ["async-sgd", "step", "ring", "erdos-renyi", "a"]));

    [Fact]
    public void A_near_file_is_suggested_as_it_would_be_written()
    {
        var folder = Directory.CreateTempSubdirectory("asyncopt-").FullName;
        File.WriteAllText(Path.Combine(folder, "quickstart.yaml"), "");
        Directory.CreateDirectory(Path.Combine(folder, "quickstart"));
        var relative = Path.GetRelativePath(".", folder);

        Assert.Equal(Path.Combine(relative, "quickstart.yaml"), NearestName.OfFile(Path.Combine(relative, "quickstar")));
        Assert.Equal(Path.Combine(folder, "quickstart"), NearestName.OfFile(Path.Combine(folder, "quikstart/"), isFolder: true));
        Assert.Null(NearestName.OfFile(Path.Combine(folder, "another.yaml")));
        Assert.Null(NearestName.OfFile(Path.Combine(folder, "no-folder", "quickstart.yaml")));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(1e-12, "1e-12")]
    [InlineData(1e6, "1e6")]
    [InlineData(1048576, "1048576")]
    [InlineData(0.1, "0.1")]
    [InlineData(-2.5e-7, "-2.5e-7")]
    [InlineData(double.PositiveInfinity, ".inf")]
    public void Numbers_read_short(double value, string expected) => Assert.Equal(expected, OptionText.Number(value));
}

/// <summary>An entry that only this assembly has.</summary>
[Law("test-only")]
public sealed class TestOnlyLaw : Law
{
    /// <inheritdoc />
    public override double Floor => 7;

    /// <inheritdoc />
    public override double Mean => 7;

    /// <inheritdoc />
    public override double Sample(in Core.Numerics.Draw draw) => 7;
}
