#!/usr/bin/env python3
"""Draws the form of docs/forms.md: the empty sheet, photos of filled ones, and how
numeral reads them.

usage: make_form.py NUMERAL MODEL [--digits DATA] [--only-draw FOLDER N]

It prints the form's JSON and the rows of the CSV, which stand in docs/forms.md.

The sheet is a meter reading: date, number of the meter, kilowatt hours. It is printed with
a frame and with four marks, so that both can be tried. Digits are pen digits, whole rows of
DATA. `--only-draw` writes N filled forms with their truth into FOLDER, and no documents.
Needs Pillow and NumPy.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageDraw, ImageFont

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PICTURES = os.path.join(ROOT, "docs", "images", "forms")
HEIGHT, WIDTH = 1100, 1500                   # of the sheet, in pixels
FRAME = (60, 60, HEIGHT - 60, WIDTH - 60)    # top, left, bottom, right
MARK = 36                                    # side of a mark
CELL = 84
# name, label, top, left (of the frame), digits
FIELDS = [("date", "Date (DDMMYY)", 250, 120, 6), ("meter", "Number of the meter", 480, 120, 8),
          ("kwh", "Reading, kWh", 710, 120, 5)]


def font(size):
    return ImageFont.truetype("DejaVuSans.ttf", size)


def empty_sheet():
    sheet = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(sheet)
    top, left, bottom, right = FRAME
    draw.rectangle((left, top, right, bottom), outline=0, width=5)
    for y, x in ((30, 30), (30, WIDTH - 30), (HEIGHT - 30, WIDTH - 30), (HEIGHT - 30, 30)):
        draw.rectangle((x - MARK // 2, y - MARK // 2, x + MARK // 2, y + MARK // 2), fill=0)
    draw.text((left + 120, top + 60), "Meter reading", font=font(64), fill=0)
    for _, label, y, x, n in FIELDS:
        draw.text((left + x, top + y - 48), label, font=font(34), fill=0)
        for i in range(n):
            box = (left + x + i * CELL, top + y, left + x + (i + 1) * CELL, top + y + 110)
            draw.rectangle(box, outline=0, width=3)
    draw.text((left + 120, bottom - 110), "Thank you. Please keep the lower part.",
              font=font(30), fill=0)
    return sheet


def form(registration):
    """The form's file, in shares of the frame, or of the rectangle of the marks."""
    top, left, bottom, right = {"frame": (FRAME[0] + 2, FRAME[1] + 2, FRAME[2] - 2,
                                          FRAME[3] - 2),
                                "marks": (30, 30, HEIGHT - 30, WIDTH - 30),
                                "none": (0, 0, HEIGHT, WIDTH)}[registration]
    fields = []
    for name, _, y, x, n in FIELDS:
        y += FRAME[0]
        x += FRAME[1]
        box = [(y - top) / (bottom - top), (x - left) / (right - left),
               (y + 110 - top) / (bottom - top), (x + n * CELL - left) / (right - left)]
        fields.append({"name": name, "box": [round(side, 4) for side in box], "digits": n})
    return {"registration": registration, "fields": fields}


def fill(sheet, images, labels, random, empty=0.0):
    """Writes digits into all boxes, each a little out of place; gives the truth."""
    ink = numpy.zeros((HEIGHT, WIDTH))
    truth = {}
    for name, _, top, left, n in FIELDS:
        truth[name] = ""
        if random.random() < empty:
            continue
        for i in range(n):
            row = random.integers(len(images))
            size = int(random.uniform(84, 116))
            digit = numpy.asarray(Image.fromarray(images[row]).resize((size, size),
                                                                      Image.BICUBIC)) / 255
            y = FRAME[0] + top + (110 - size) // 2 + int(random.uniform(-14, 14))
            x = FRAME[1] + left + i * CELL + (CELL - size) // 2 + int(random.uniform(-9, 9))
            part = ink[y:y + size, x:x + size]
            numpy.maximum(part, digit, out=part)
            truth[name] += str(labels[row])
    paper = numpy.asarray(sheet, dtype=float)
    return Image.fromarray((paper * (1 - 0.8 * ink)).astype("uint8")), truth


def corners_to(source, target):
    """Pillow's eight numbers that take places of the picture to places of the sheet."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return numpy.linalg.solve(numpy.array(rows, float), numpy.array(values, float))


def photo(sheet, random, degrees=6.0, slant=0.06, quarter=0):
    """The sheet on a dark table, turned, at a slant, lit from one side."""
    turn = numpy.deg2rad(random.uniform(-degrees, degrees))
    middle = numpy.array([WIDTH, HEIGHT]) / 2
    source = [(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)]
    rotate = numpy.array([[numpy.cos(turn), -numpy.sin(turn)],
                          [numpy.sin(turn), numpy.cos(turn)]])
    target = [rotate @ (numpy.array(p) - middle) * 0.92 *
              (1 + random.uniform(-slant, slant)) + middle + [120, 110] for p in source]
    size = (WIDTH + 240, HEIGHT + 220)
    numbers = corners_to(source, target)
    page = numpy.asarray(sheet.transform(size, Image.PERSPECTIVE, numbers, Image.BICUBIC),
                         float)
    there = numpy.asarray(Image.new("L", (WIDTH, HEIGHT), 255).transform(
        size, Image.PERSPECTIVE, numbers, Image.BILINEAR), float) / 255
    y, x = numpy.mgrid[0:size[1], 0:size[0]]
    light = 0.9 - 0.3 * x / size[0] - 0.1 * y / size[1]
    page = (page * there + 70 * (1 - there)) * light + random.normal(0, 3, page.shape)
    return Image.fromarray(page.clip(0, 255).astype("uint8")).rotate(90 * quarter, expand=True)


def digits(numeral, data, folder):
    path = os.path.join(folder, "digits.npz")
    subprocess.run([numeral, "data", "convert", data, "-o", path, "-q"], check=True)
    file = numpy.load(path)
    return file["x"], file["y"]


def save(picture, name, width):
    os.makedirs(PICTURES, exist_ok=True)
    picture = picture.convert("RGB")
    picture = picture.resize((width, picture.height * width // picture.width), Image.LANCZOS)
    if name.endswith(".jpg"):
        picture.save(os.path.join(PICTURES, name), quality=75)
        return
    picture.quantize(64, method=Image.MAXCOVERAGE, dither=Image.NONE).save(
        os.path.join(PICTURES, name), optimize=True)


def draw_many(folder, n, images, labels, random):
    sheet = empty_sheet()
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "truth.csv"), "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["input", *(field[0] for field in FIELDS)])
        for i in range(n):
            filled, truth = fill(sheet, images, labels, random, empty=0.2 if i else 0)
            name = f"form-{i:04}.jpg"
            photo(filled, random).save(os.path.join(folder, name), quality=88)
            rows.writerow([name, *truth.values()])
    for registration in ("frame", "marks", "none"):
        with open(os.path.join(folder, registration + ".json"), "w", encoding="utf-8") as file:
            json.dump(form(registration), file, indent=1)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("numeral")
    parser.add_argument("model")
    parser.add_argument("--digits", default="pen:test[0:500]")
    parser.add_argument("--only-draw", nargs=2, metavar=("FOLDER", "N"))
    options = parser.parse_args()
    numeral = os.path.abspath(options.numeral)
    random = numpy.random.default_rng(3)
    with tempfile.TemporaryDirectory(prefix="numeral-form-") as folder:
        images, labels = digits(numeral, options.digits, folder)
        if options.only_draw:
            draw_many(options.only_draw[0], int(options.only_draw[1]), images, labels, random)
            return
        photos = os.path.join(folder, "photos")
        draw_many(photos, 3, images, labels, random)
        os.remove(os.path.join(photos, "truth.csv"))
        for registration in ("frame", "marks", "none"):
            os.rename(os.path.join(photos, registration + ".json"),
                      os.path.join(folder, registration + ".json"))
        read = [numeral, "read", os.path.abspath(options.model)]
        subprocess.run([*read, "photos/", "--fields", "frame.json", "-o", "readings.csv", "-q"],
                       check=True, cwd=folder, stdout=subprocess.DEVNULL)
        subprocess.run([*read, "photos/form-0000.jpg", "--fields", "frame.json", "-q",
                        "--boxes", "found.png"],
                       check=True, cwd=folder, stdout=subprocess.DEVNULL)
        for name in ("frame.json", "readings.csv"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                print(file.read())
        save(empty_sheet(), "empty.png", 750)
        save(Image.open(os.path.join(photos, "form-0000.jpg")), "filled.jpg", 750)
        save(Image.open(os.path.join(folder, "found.png")), "found.png", 900)


if __name__ == "__main__":
    sys.exit(main())
