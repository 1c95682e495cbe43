#!/usr/bin/env bash
# Takes a report to keep: all rows, speed and memory by the number of agents, and the picture of these.
#
#     benchmarks/take.sh 2026-11-22-epyc-2-cores       # names the date and the machine
#
# Half an hour or so, on a machine that does nothing else.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=benchmarks/results/${1:?expected a name: DATE-MACHINE}
benchmarks() { dotnet run -c Release --no-build --project benchmarks -- "$@"; }

dotnet build benchmarks -c Release -v q
benchmarks --out "$name.md" --json "$name.json"
benchmarks scale --csv "$name-scale.csv"
python3 docs/images/scale.py "$name-scale.csv" docs/images/scale.svg
