#!/usr/bin/env python3
"""Draws how speed and memory depend on the number of agents, as one SVG of two panels with logarithmic axes.

    dotnet run -c Release --project benchmarks -- scale --csv SCALE.csv
    python3 docs/images/scale.py SCALE.csv OUT.svg

Needs Python 3 and nothing else. The colours follow the reader's light or dark scheme.
"""
import csv
import math
import sys
from html import escape

from plot import DASHES, LEFT, Panel, write

NAMES = {"phold": "PHOLD", "d-sgd": "D-SGD, ring", "gossip": "gossip, ring", "async-sgd": "async SGD, workers"}


def power(exponent):
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(exponent))


class LogPanel(Panel):
    """The horizontal axis is the decimal logarithm of the number of agents."""

    def x_text(self, value):
        return power(int(value)) if value == int(value) else ""

    def y_text(self, value):
        exponent = math.floor(math.log10(value) + 1e-9)
        first = round(value / 10 ** exponent)
        return power(exponent) if first == 1 else f"{first}·{power(exponent)}"


def panel(number, title, label, series):
    values = [y for points in series for _, *ys in points for y in ys]
    sizes = [x for points in series for x, *_ in points]
    low, high = (10 ** f(math.log10(v)) for f, v in ((math.floor, min(values)), (math.ceil, max(values))))
    drawn = LogPanel(number, title, "agents", label, (min(sizes), max(sizes)), (low, high), log=True)
    for colour, points in enumerate(series):
        drawn.line([(x, ys[0]) for x, *ys in points], colour)
        if len(points[0]) > 2:
            drawn.band([(x, ys[1]) for x, *ys in points], [(x, ys[2]) for x, *ys in points], colour)
    return drawn


def main(table, out):
    with open(table, encoding="utf-8") as file:
        lines = list(file)
    facts = dict(line[2:].strip().split(": ", 1) for line in lines if line.startswith("# "))
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    workloads = list(dict.fromkeys(r["workload"] for r in rows))
    speed, memory = [], []
    for workload in workloads:
        own = [(math.log10(int(r["agents"])), r) for r in rows if r["workload"] == workload]
        speed.append([(n, *(float(r["events_per_second" + end]) for end in ("", "_min", "_max"))) for n, r in own])
        memory.append([(n, float(r["engine_bytes"]) / float(r["agents"])) for n, r in own])
    legend, at = [], LEFT
    for colour, workload in enumerate(workloads):
        name = NAMES.get(workload, workload)
        legend.append(f'<path class="line line{colour}" d="M{at} 38h26" stroke-dasharray="{DASHES[colour]}"/>'
                      f'<text x="{at + 32}" y="42">{escape(name)}</text>')
        at += 56 + 7 * len(name)
    write(out, legend, [panel(0, "events per second of wall time, one core", "events / s, log scale", speed),
                        panel(1, "memory of the engine", "bytes per agent, log scale", memory)],
          f"Build {facts.get('build', 'unknown')}, {facts.get('date', 'date unknown')}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
