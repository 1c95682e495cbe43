namespace AsyncOpt.Reporting;
