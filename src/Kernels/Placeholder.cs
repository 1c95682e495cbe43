namespace AsyncOpt.Kernels;
