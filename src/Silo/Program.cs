using AsyncOpt.Silo;

return await SiloCommand.Run(args);
