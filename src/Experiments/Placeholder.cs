namespace AsyncOpt.Experiments;
