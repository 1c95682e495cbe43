using AsyncOpt.Client;

using var interrupt = new Interrupt();
return App.Run(args, Services.Real(), Terminal.OfProcess(), interrupt.Token);
