using System.CommandLine;
using AsyncOpt.Benchmarks.Commands;
using AsyncOpt.Core;

var root = MeasureCommand.Create();
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(ScaleCommand.Create());
root.Subcommands.Add(ProbeCommand.Create());
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InputException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine($"could not measure: {e.Message}");
    return 1;
}
