#!/usr/bin/env python3
"""Draws docs/images/pruning.svg: how many rows each stage of the exact index leaves.

usage: numeral neighbours MODEL mnist:test --stats --json - -o n.npz | make_pruning.py
(MODEL: numeral train mnist:train --recipe pixels --index exact -k 10 -o MODEL)
"""
import json
import math
import os
import sys

STAGES = (("rows", "all rows"),
          ("scanned", "in groups that the bisector bounds leave"),
          ("left_32", "left by 32 coarse dimensions"),
          ("left_64", "left by 64 coarse dimensions"),
          ("distances", "exact distances computed"))
WIDTH, BAR, STEP, LEFT, TOP = 760, 26, 46, 16, 40


def find_stats(value):
    """The object that holds the counts, wherever in the JSON it is."""
    if isinstance(value, dict):
        if "left_32" in value:
            return value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            found = find_stats(item)
            if found:
                return found
    return None


def bars(stats):
    """(count for each query, what it is) of each stage, and of the neighbours."""
    queries = stats["queries"]
    return [(stats[key] / queries, name) for key, name in STAGES]


def draw(stats):
    rows = bars(stats)
    height = TOP + STEP * len(rows) + 10
    scale = (WIDTH - 2 * LEFT) / math.log10(rows[0][0])
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="14">',
           f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
           f'<text x="{LEFT}" y="24" font-size="16">Rows for each query, '
           f'logarithmic (mean of {stats["queries"]:,})</text>']
    for i, (count, name) in enumerate(rows):
        y, width = TOP + STEP * i, scale * math.log10(max(count, 1.0))
        share = 100 * count / rows[0][0]
        out.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" '
                   'fill="#9ecae1"/>')
        out.append(f'<text x="{LEFT + 6}" y="{y + 18}">{count:,.0f} ({share:.2f} %) '
                   f'{name}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    stats = find_stats(json.load(sys.stdin))
    if not stats:
        raise SystemExit("make_pruning.py: no statistics in the input")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
    with open(os.path.join(folder, "pruning.svg"), "w", encoding="utf-8") as file:
        file.write(draw(stats))


if __name__ == "__main__":
    main()
