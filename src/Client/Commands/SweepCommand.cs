using System.CommandLine;

namespace AsyncOpt.Client.Commands;

static class SweepCommand
{
    public static Command Create(Session session) => new("sweep");
}
