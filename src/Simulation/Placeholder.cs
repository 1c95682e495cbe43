namespace AsyncOpt.Simulation;
