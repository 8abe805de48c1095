#!/usr/bin/env python3
"""Runs every command of docs/tutorial.md and puts what it prints and draws back into it.

usage: make_tutorial.py NUMERAL [--only N,N...] [--work FOLDER]

The commands are the lines that begin with `$ ` in blocks of ```console; what follows them
is replaced by what they print. A comment before a block says what of it is shown:

    <!-- only: REGEX -->      lines that match
    <!-- without: REGEX -->   all but those
    <!-- until: REGEX -->     what comes before the first line that matches

and `...` stands for what is left out. Pictures that the tutorial shows from
images/tutorial/ are taken from what the commands wrote, in few colours. `--only` runs some of
the blocks (from 1), in a --work folder kept from before. MNIST has to be at hand
(NUMERAL_DATA, or `numeral data fetch mnist`); needs Pillow and NumPy.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TUTORIAL = os.path.join(ROOT, "docs", "tutorial.md")
PICTURES = os.path.join(ROOT, "docs", "images", "tutorial")
MOST_BYTES = 95_000
BLOCK = re.compile(r"((?:<!-- (?:only|without|until): .*? -->\n)*)```console\n(.*?)```\n",
                   re.S)


def photo(numeral, folder, rows, path, shift=0):
    """What a telephone may make of pen digits: blue ink, grey paper, light from a side."""
    data = os.path.join(folder, "pen")
    subprocess.run([numeral, "data", "convert", rows, "-o", data + ".npz", "-q"], check=True)
    images = numpy.load(data + ".npz")["x"]
    ink = Image.fromarray(numpy.hstack(list(images)))
    ink = ink.resize((ink.width * 10, ink.height * 10), Image.BICUBIC).rotate(
        7, resample=Image.BICUBIC, translate=(0, shift))
    alpha = numpy.asarray(ink, dtype=float)[..., None] / 255
    y, x = numpy.mgrid[0:ink.height, 0:ink.width]
    noise = numpy.random.default_rng(1).normal(0, 4, alpha.shape)
    paper = (225 - 60 * x / ink.width - 25 * y / ink.height)[..., None] * [1, 0.98, 0.93]
    colours = paper * (1 - alpha) + numpy.array([40, 50, 110]) * alpha + noise
    Image.fromarray(colours.clip(0, 255).astype("uint8")).save(path, quality=85)


def shown(lines, rules):
    """Applies the rules of a block; each run of lines left out becomes one `...`."""
    keep = [True] * len(lines)
    for kind, pattern in re.findall(r"<!-- (\w+): (.*?) -->", rules):
        hits = [bool(re.search(pattern, line)) for line in lines]
        if kind == "until":
            first = hits.index(True) if True in hits else len(lines)
            hits = [at < first for at in range(len(lines))]
        keep = [old and hit != (kind == "without") for old, hit in zip(keep, hits)]
    out = []
    for line, kept in zip(lines, keep):
        if kept:
            out.append(line)
        elif not out or out[-1] != "...":
            out.append("...")
    return out


def run_block(numeral, folder, rules, text):
    environment = {**os.environ, "LC_ALL": "C.UTF-8",
                   "PATH": os.path.dirname(numeral) + ":" + os.environ["PATH"]}
    out = []
    for command in re.findall(r"^\$ ((?:.*\\\n)*.*)\n", text, re.M):
        print("$", command, flush=True)
        done = subprocess.run(command, shell=True, text=True, capture_output=True, cwd=folder,
                              env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"{command}: {done.stderr}")
        lines = [line.rstrip() for line in done.stdout.splitlines()]
        out += ["$ " + command] + shown(lines, rules)
    return rules + "```console\n" + "\n".join(out) + "\n```\n"


def save_small(picture, path):
    """In few colours, and made smaller until it fits into MOST_BYTES."""
    few = picture.quantize(64, method=Image.MAXCOVERAGE, dither=Image.NONE)
    few.save(path, optimize=True)
    if os.path.getsize(path) > MOST_BYTES:
        save_small(picture.resize((picture.width * 3 // 4, picture.height * 3 // 4),
                                  Image.LANCZOS), path)


def take_pictures(folder, text):
    os.makedirs(PICTURES, exist_ok=True)
    for name in re.findall(r"\]\(images/tutorial/([\w-]+\.png)\)", text):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            save_small(Image.open(path).convert("RGB"), os.path.join(PICTURES, name))
    for name in re.findall(r"\]\(images/tutorial/([\w-]+\.jpg)\)", text):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, "rb") as file, open(os.path.join(PICTURES, name), "wb") as copy:
                copy.write(file.read())


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("numeral")
    parser.add_argument("--only", default="")
    parser.add_argument("--work")
    options = parser.parse_args()
    numeral = os.path.abspath(options.numeral)
    wanted = {int(n) for n in options.only.split(",") if n}
    folder = options.work or tempfile.mkdtemp(prefix="numeral-tutorial-")
    os.makedirs(folder, exist_ok=True)
    photo(numeral, folder, "pen:test[2:3]", os.path.join(folder, "photo.jpg"))
    photo(numeral, folder, "pen:test[1:3]", os.path.join(folder, "two.jpg"))
    with open(TUTORIAL, encoding="utf-8") as file:
        text = file.read()
    number = 0

    def again(match):
        nonlocal number
        number += 1
        if wanted and number not in wanted:
            return match.group(0)
        return run_block(numeral, folder, match.group(1), match.group(2))

    text = BLOCK.sub(again, text)
    take_pictures(folder, text)
    with open(TUTORIAL, "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
