#!/usr/bin/env bash
# Takes a report to keep: all rows, speed and memory by the number of agents, the picture of these, and the pages.
#
#     benchmarks/take.sh 2026-11-22-epyc-2-cores                # names the date and the machine
#     benchmarks/take.sh 2026-11-22-epyc-2-cores phold scale    # some rows alone; 'scale' stands for the plot
#
# On a machine that does nothing else.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=benchmarks/results/${1:?expected a name: DATE-MACHINE}
shift
rows=() scale=
for row in "$@"; do
    if [ "$row" = scale ]; then scale=1; else rows+=("$row"); fi
done
benchmarks() { dotnet run -c Release --no-build --project benchmarks -- "$@"; }

dotnet build benchmarks -c Release -v q
if [ $# = 0 ] || [ ${#rows[@]} != 0 ]; then
    benchmarks "${rows[@]}" --repetitions 3 --out "$name.md" --json "$name.json"
fi
if [ $# = 0 ] || [ -n "$scale" ]; then
    benchmarks scale --csv "$name-scale.csv"
    dotnet run -c Release --project src/Client -- plot "$name-scale.csv" --out docs/images/scale.svg
fi
# The pages show all rows.
if [ $# = 0 ]; then
    dotnet build src/Client -c Release -v q
    artifacts/bin/Client/release/asyncopt page docs/scale.md benchmarks/README.md --bench "$name.json"
fi
