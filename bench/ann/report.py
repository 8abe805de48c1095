#!/usr/bin/env python3
"""Turns what run.py timed into a table and a plot of queries a second against recall.

usage: report.py RESULT.json [DOCS]      DOCS: the folder to write to (default: docs)

Writes DOCS/ann-DATA.svg, and into DOCS/ann-benchmarks.md, between the lines
<!-- DATA begin --> and <!-- DATA end -->, the table of the fastest setting of each name that
reaches a recall, the ratios that matter, and what was built how.
"""

import json
import math
import pathlib
import sys

from measure import fastest_at, front_of
from run import RECALLS

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 840, 560, 70, 190, 20, 50
LEAST, MOST = 0.85, 0.99999  # recalls shown; what is more accurate lies at the edge
COLOURS = ("#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#8c564b", "#e377c2",
           "#7f7f7f", "#bcbd22", "#17becf", "#3b3b98", "#b8860b", "#006400", "#ff1493")


def across(recall):
    """Nines are as far apart as they are hard to reach."""
    def nines(r):
        return -math.log10(1 - min(max(r, LEAST), MOST))
    share = (nines(recall) - nines(LEAST)) / (nines(MOST) - nines(LEAST))
    return LEFT + share * (WIDTH - LEFT - RIGHT)


class Plot:
    """An SVG picture, piece by piece."""

    def __init__(self, rates):
        self.low = math.floor(math.log10(min(rates)))
        self.high = math.ceil(math.log10(max(rates)))
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']

    def down(self, rate):
        share = (math.log10(rate) - self.low) / (self.high - self.low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    def text(self, x, y, words, anchor="middle", colour="#333"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
                          f'fill="{colour}">{words}</text>')

    def line(self, points, colour, width=1.0):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                          f'stroke-width="{width}"/>')

    def axes(self):
        for recall in (*RECALLS, MOST):
            x = across(recall)
            self.line([(x, TOP), (x, HEIGHT - BOTTOM)], "#ddd")
            self.text(x, HEIGHT - BOTTOM + 16, "1" if recall == MOST else f"{recall:g}")
        for power in range(self.low, self.high + 1):
            y = self.down(10 ** power)
            self.line([(LEFT, y), (WIDTH - RIGHT, y)], "#ddd")
            self.text(LEFT - 6, y + 4, f"{10 ** power:,}", "end")
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "recall of 10 neighbours")
        self.text(LEFT, TOP - 6, "queries a second", "start")

    def curve(self, results, colour, at):
        points = [(across(r["recall"]), self.down(r["queries_per_second"]))
                  for r in front_of(results) if r["recall"] >= LEAST]
        self.line(points, colour, 2.5 if at == 0 else 1.3)
        for x, y in points:
            self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        y = TOP + 14 + 20 * at
        self.line([(WIDTH - RIGHT + 14, y - 4), (WIDTH - RIGHT + 34, y - 4)], colour, 2.5)
        self.text(WIDTH - RIGHT + 40, y, results[0]["name"], "start")

    def svg(self):
        return "\n".join([*self.parts, "</svg>", ""])


def by_name(results):
    """numeral first, the others by what they reach at 0.99."""
    names = {r["name"]: [s for s in results if s["name"] == r["name"]] for r in results}

    def rank(name):
        best = fastest_at(names[name], 0.99)
        return name != "numeral", -best["queries_per_second"] if best else 0.0
    return {name: names[name] for name in sorted(names, key=rank)}


def cell(best, numeral):
    if best is None:
        return "–"
    rate = best["queries_per_second"]
    ratio = f" ({numeral['queries_per_second'] / rate:.1f})" if numeral else ""
    return f"{rate:,.0f}{ratio}"


def table(names):
    """Queries a second by recall; in brackets how many times as fast numeral is."""
    yield "| | " + " | ".join(f"{r:g}" for r in RECALLS) + " |"
    yield "|---" * (len(RECALLS) + 1) + "|"
    for name, results in names.items():
        cells = [cell(fastest_at(results, r),
                      None if name == "numeral" else fastest_at(names["numeral"], r))
                 for r in RECALLS]
        yield f"| {name} | " + " | ".join(cells) + " |"


def ratios(names):
    """The sentences that are asked for."""
    exact = next(r for r in names["numeral"] if r["built"]["kind"] == "exact")
    yield (f"`exact` answers {exact['queries_per_second']:,.0f} queries a second at a recall "
           f"of {exact['recall']:.5f}.")
    for recall in (0.9, 0.99):
        other = fastest_at(names.get("Hnswlib", []), recall)
        if other:
            yield (f"That is {exact['queries_per_second'] / other['queries_per_second']:.2f} "
                   f"times hnswlib's rate at {recall}.")
    for least in (0.9, 0.99):
        worst = min(((fastest_at(names["numeral"], r["recall"])["queries_per_second"]
                      / r["queries_per_second"], r) for name, results in names.items()
                     if name != "numeral" for r in results
                     if least <= r["recall"] <= 0.9999), key=lambda pair: pair[0],
                    default=None)
        if worst:
            yield (f"Of all that others reach from {least} to 0.9999, {worst[1]['name']}'s "
                   f"{worst[1]['queries_per_second']:,.0f} at {worst[1]['recall']:.5f} is the "
                   f"nearest: numeral answers {worst[0]:.2f} times as many there.")


def built(names):
    yield "| | version | settings timed | built in, seconds |"
    yield "|---|---|---|---|"
    for name, results in names.items():
        seconds = sorted({r["build_seconds"] for r in results})
        yield (f"| {name} | {results[0]['version']} | " +
               "; ".join(r["how"] for r in sorted(results, key=lambda r: r["recall"])) +
               " | " + ", ".join(f"{s:.0f}" for s in seconds) + " |")


def section(result, names, picture):
    yield f"### {result['data']}"
    yield ""
    yield (f"{result['processor']}; {result['date']}; {result['rounds']} rounds of "
           f"{result['queries_a_round']} queries, {result['minutes']:.0f} minutes; load "
           f"average at the start {result['load']:.2f}. Queries a second of the fastest "
           "setting that reaches a recall; in brackets, how many times as many numeral answers "
           "at that recall.")
    yield ""
    yield from table(names)
    yield ""
    yield " ".join(ratios(names))
    yield ""
    yield f"![Queries a second against recall]({picture})"
    yield ""
    yield from built(names)


def main():
    result = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    docs = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "docs")
    data, names = result["data"], by_name(result["results"])
    plot = Plot([r["queries_per_second"] for r in result["results"]])
    plot.axes()
    for at, (results, colour) in enumerate(zip(names.values(), COLOURS)):
        plot.curve(results, colour, at)
    picture = f"ann-{data}.svg"
    (docs / picture).write_text(plot.svg(), encoding="utf-8")
    page = docs / "ann-benchmarks.md"
    text = page.read_text(encoding="utf-8")
    begin, end = f"<!-- {data} begin -->\n", f"<!-- {data} end -->"
    if begin not in text:
        text += f"\n{begin}{end}\n"
    head, tail = text.split(begin)[0], text.split(end, 1)[1]
    body = "\n".join(section(result, names, picture))
    page.write_text(f"{head}{begin}\n{body}\n\n{end}{tail}", encoding="utf-8")
    print(f"wrote {docs / picture} and {page}")


if __name__ == "__main__":
    main()
