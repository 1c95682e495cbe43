namespace AsyncOpt.Experiments.Tests.Data;

/// <summary>What is dubious in a data file is a warning of the run.</summary>
public sealed class DataWarningTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("", "left out column 1, '', which has no name and numbers the rows; give it a name to keep it")]
    [InlineData("id", "column 1, 'id', has another whole number in each row, and is a feature; 'ignore: [id]' leaves it "
        + "out")]
    [InlineData("size", null)]
    public void A_column_that_numbers_the_rows_is_a_warning(string name, string? warning)
    {
        File.WriteAllText(_path, $"{name},a,y\n7,1,0\n3,2,1\n9,4,0\n5,8,1\n");

        var arm = Parsing.Load(Parsing.Workers.Replace("{ name: quadratic, dimension: 3 }",
            $"{{ name: logistic-regression, regularization: 0.1, data: {{ name: csv, file: '{_path}' }} }}"),
            new() { Locate = path => path }).Arms[0];

        Assert.Equal(warning is null ? [] : [$"problem: {_path}: {warning}"], arm.Warnings);
    }
}
