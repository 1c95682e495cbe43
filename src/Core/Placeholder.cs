namespace AsyncOpt.Core;
