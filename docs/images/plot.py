#!/usr/bin/env python3
"""Draws a run folder as one SVG: a panel for each metric, with confidence bands, and one of staleness.

    python3 docs/images/plot.py RUNS OUT.svg gap:log accuracy staleness [arms=A,B,...]

At most four arms; all by default. A metric that some diagnostic predicts, as predicted-METRIC, gets thin lines of that;
sharpness~stability-threshold asks for thin lines of another metric. RUNS is the folder that `asyncopt run` wrote: bands.csv
holds the metrics, ARM/seed-K/staleness.csv the histograms, ARM/seed-K/manifest.json the build and the hash, which the figure
carries as its description, with these arguments.
Needs Python 3 and nothing else. The colours follow the reader's light or dark scheme.
"""
import csv
import glob
import json
import math
import os
import sys
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 330, 280, 62, 14, 58, 46  # of a panel, in pixels
TITLES = {"gap": "gap to the certified optimum", "accuracy": "test accuracy", "loss": "loss, F(x)",
          "test-loss": "test loss",
          "consensus-distance": "consensus distance", "squared-error": "squared error",
          "gradient-norm": "gradient norm", "sampling-error": "error of the visits, |x - mu|²",
          "sharpness": "sharpness; thin: unstable beyond"}
DASHES = ["", "7 4", "2 3", "9 3 2 3"]
LIGHT = ["#24292f", "#d0d7de", "#ffffff", "#0969da", "#bc4c00", "#1a7f37", "#8250df"]
DARK = ["#e6edf3", "#3d444d", "#0d1117", "#58a6ff", "#f0883e", "#56d364", "#d2a8ff"]


def style():
    """Plain classes, since not every viewer knows variables."""
    def colours(ink, soft, paper, *arms):
        rules = [f"text {{ fill: {ink} }} .axis {{ stroke: {ink} }} .grid {{ stroke: {soft} }} .paper {{ fill: {paper} }}"]
        return " ".join(rules + [f".line{i} {{ stroke: {c} }} .band{i} {{ fill: {c} }}" for i, c in enumerate(arms)])
    return (
        "svg { font: 12px system-ui, sans-serif } .title { font-weight: 600; font-size: 13px }\n"
        ".line { fill: none; stroke-width: 2 } .thin { stroke-width: 1 } .band { opacity: .22; stroke: none }\n"
        f"{colours(*LIGHT)}\n@media (prefers-color-scheme: dark) {{ {colours(*DARK)} }}")


def ticks(low, high, count=5):
    """Round numbers within [low, high]."""
    raw = (high - low) / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, 12) for k in range(first, math.floor(high / step + 1e-9) + 1)]


class Panel:
    """One pair of axes; data is drawn in the units of the axes."""

    def __init__(self, number, title, x_label, y_label, x, y, log=False):
        self.x, self.y, self.log = x, y, log
        self.origin = number * WIDTH
        self.parts = [f'<text class="title" x="{LEFT}" y="18">{escape(title)}</text>']
        right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
        for value in self.y_ticks():
            at = self.at_y(value)
            self.parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
            self.parts.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{self.y_text(value)}</text>')
        for value in ticks(*x):
            at = self.at_x(value)
            self.parts.append(f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{bottom}" y2="{bottom + 4}"/>')
            self.parts.append(f'<text x="{at:.1f}" y="{bottom + 17}" text-anchor="middle">{self.x_text(value)}</text>')
        self.parts.append(f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{bottom}H{right}"/>')
        middle, height = (LEFT + right) / 2, (TOP + bottom) / 2
        self.parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_label)}</text>')
        self.parts.append(f'<text transform="translate(14 {height}) rotate(-90)" text-anchor="middle">'
                          f'{escape(y_label)}</text>')

    def y_ticks(self):
        if not self.log:
            return ticks(*self.y)
        powers = range(math.ceil(math.log10(self.y[0]) - 1e-9), math.floor(math.log10(self.y[1]) + 1e-9) + 1)
        return [m * 10.0 ** p for p in powers for m in ((1,) if len(powers) > 2 else (1, 3))
                if self.y[0] <= m * 10.0 ** p <= self.y[1]]

    def x_text(self, value):
        return f"{value:g}"

    def y_text(self, value):
        return f"{value:.0e}".replace("e-0", "e-") if 0 < value < 1e-3 else f"{value:g}"

    def at_x(self, value):
        return LEFT + (value - self.x[0]) / (self.x[1] - self.x[0]) * (WIDTH - LEFT - RIGHT)

    def at_y(self, value):
        low, high = self.y
        if self.log:
            value, low, high = math.log(max(value, self.y[0])), math.log(low), math.log(high)
        share = min(max((value - low) / (high - low), 0), 1)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def path(self, points):
        return "M" + "L".join(f"{self.at_x(x):.1f} {self.at_y(y):.1f}" for x, y in points)

    def line(self, points, colour):
        self.parts.append(f'<path class="line line{colour}" d="{self.path(points)}" '
                          f'stroke-dasharray="{DASHES[colour]}"/>')

    def thin(self, points, colour):
        self.parts.append(f'<path class="line thin line{colour}" d="{self.path(points)}"/>')

    def band(self, lows, highs, colour):
        self.parts.append(f'<path class="band band{colour}" d="{self.path(lows + highs[::-1])}Z"/>')

    def note(self, text):
        self.parts.append(f'<text x="{WIDTH - RIGHT - 4}" y="{TOP + 14}" text-anchor="end">{escape(text)}</text>')

    def svg(self):
        return f'<g transform="translate({self.origin} 0)">' + "\n".join(self.parts) + "</g>"


def metric_panel(number, rows, arms, metric, log):
    metric, _, beside = metric.partition("~")
    predicted = [r for r in rows if r["metric"] == (beside or "predicted-" + metric) and (not log or float(r["mean"]) > 0)]
    rows = [r for r in rows if r["metric"] == metric and (not log or float(r["mean"]) > 0)]
    if not rows:
        sys.exit(f"bands.csv has no metric '{metric}'")
    times = [float(r["virtual_time_s"]) for r in rows]
    lows, highs = ([float(r[k]) for r in rows] for k in ("low", "high"))
    low, high = min(lows), max(highs)
    if beside:
        low, high = (f([edge] + [float(r["mean"]) for r in predicted]) for f, edge in ((min, low), (max, high)))
        low *= 0.9
    if log:  # a band may reach below 0: the axis ends a little below the least mean
        low, high = min(float(r["mean"]) for r in rows) / 1.5, high * 1.1
    panel = Panel(number, TITLES.get(metric, metric), "virtual time (s)", metric + (", log scale" if log else ""),
                  (0, max(times)), (low, high), log)
    for colour, arm in enumerate(arms):
        own = [r for r in rows if r["arm"] == arm]
        series = {k: [(float(r["virtual_time_s"]), float(r[k])) for r in own] for k in ("mean", "low", "high")}
        panel.band(series["low"], series["high"], colour)
        panel.line(series["mean"], colour)
        theory = [(float(r["virtual_time_s"]), float(r["mean"])) for r in predicted if r["arm"] == arm]
        if theory:
            panel.thin(theory, colour)
    if predicted and not beside:
        panel.note("thin: predicted")
    return panel


def staleness_panel(number, folder, arms):
    shares = {}
    for arm in arms:
        counts = {}
        for path in glob.glob(os.path.join(folder, arm, "seed-*", "staleness.csv")):
            for row in csv.DictReader(open(path, encoding="utf-8")):
                counts[int(row["staleness"])] = counts.get(int(row["staleness"]), 0) + int(row["updates"])
        total = sum(counts.values())
        shares[arm] = {s: 100 * n / total for s, n in sorted(counts.items())}
    spread = {arm: s for arm, s in shares.items() if max(s, default=0) > 0}
    most = max((max(s) for s in spread.values()), default=1)
    panel = Panel(number, "staleness of the applied gradients", "staleness (updates)", "share of updates (%)",
                  (0, most + 1), (0, 1.08 * max((max(s.values()) for s in spread.values()), default=1)))
    for colour, arm in enumerate(arms):
        if arm in spread:
            steps = [(s + e, spread[arm].get(s, 0)) for s in range(most + 1) for e in (0, 1)]
            panel.band([(0, 0), (most + 1, 0)], steps, colour)
            panel.line(steps, colour)
    zero = [arm for arm in arms if arm not in spread]
    if zero:
        panel.note(f"{', '.join(zero)}: always 0")
    return panel


def origin(folder):
    """Which build made the runs, and the hash over theirs: as 'asyncopt page' says it."""
    runs = []
    for path in glob.glob(os.path.join(folder, "*", "seed-*", "manifest.json")):
        with open(path, encoding="utf-8") as file:
            runs.append(json.load(file))
    if not runs:
        sys.exit(f"{folder}: no run folders ARM/seed-K")
    runs.sort(key=lambda run: (run["repetition"], run["arm"].encode()))
    builds, total = [], 14695981039346656037
    for run in runs:
        number, _, commit = run["versions"]["AsyncOpt"].partition("+")
        builds.append(f"{number}{'+' if commit else ''}{commit[:12]}, {run['versions']['build']}")
        total = (total ^ int(run["hash"], 16)) * 1099511628211 % 2 ** 64
    return f"Build {', '.join(dict.fromkeys(builds))}, runs {total:016x}"


def main(folder, out, *wanted):
    what = f"{origin(folder)}: {os.path.basename(os.path.normpath(folder))} {' '.join(wanted)}"
    with open(os.path.join(folder, "bands.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    arms = list(dict.fromkeys(r["arm"] for r in rows))
    for chosen in [w for w in wanted if w.startswith("arms=")]:
        arms = chosen.removeprefix("arms=").split(",")
        rows = [r for r in rows if r["arm"] in arms]
    wanted = [w for w in wanted if not w.startswith("arms=")]
    panels = [staleness_panel(i, folder, arms) if w == "staleness"
              else metric_panel(i, rows, arms, w.removesuffix(":log"), w.endswith(":log"))
              for i, w in enumerate(wanted)]
    seeds = max(int(r["seeds"]) for r in rows)
    legend, at = [], LEFT
    for colour, arm in enumerate(arms):
        legend.append(f'<path class="line line{colour}" d="M{at} 38h26" '
                      f'stroke-dasharray="{DASHES[colour]}"/><text x="{at + 32}" y="42">{escape(arm)}</text>')
        at += 56 + 7 * len(arm)
    few = seeds < 4  # then bands.csv has the least and greatest value
    bands = f"bands: {'least to greatest' if few else '95 % confidence of the mean'} over {seeds} seeds"
    if at + 7 * len(bands) > WIDTH * len(panels):
        bands = f"bands: {'range' if few else '95 %'}, {seeds} seeds"
    legend.append(f'<text x="{at}" y="42">{bands}</text>')
    write(out, legend, panels, what)


def write(out, legend, panels, what=""):
    """One SVG of panels side by side, with a legend above them, and a description of where it is from."""
    size = f"{WIDTH * len(panels)} {HEIGHT}"
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{WIDTH * len(panels)}" '
                   f'height="{HEIGHT}" role="img">\n<desc>{escape(what)}</desc>\n<style>{style()}</style>\n'
                   f'<rect class="paper" width="100%" height="100%"/>\n' + "\n".join(legend) + "\n"
                   + "\n".join(p.svg() for p in panels) + "\n</svg>\n")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
