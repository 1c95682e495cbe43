using AsyncOpt.Client;

// The YAML library has two expressions compiled when it begins, which takes longer than to read a file. A command that
// runs nothing needs no code made at run time; that of a plug-in may.
if (args is ["validate", ..] && !Array.Exists(args, arg => arg.StartsWith("--plugin", StringComparison.Ordinal)))
    AppContext.SetSwitch("System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported", false);
using var interrupt = new Interrupt();
return App.Run(args, Services.Real(), Terminal.OfProcess(), interrupt.Token);
