using System.CommandLine;
using AsyncOpt.Benchmarks.Commands;
using AsyncOpt.Core;

var parsed = CommandLine.Create().Parse(args, CommandLine.Parsing);
if (CommandLine.Wrong(parsed) is { Count: > 0 } wrong)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, wrong));
    return 2;
}
try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
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
