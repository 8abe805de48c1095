#!/usr/bin/env python3
"""Wrong input: one clear sentence, the right exit status, nothing half-written.

usage: test_wrong_input.py NUMERAL
"""
import gzip
import json
import os
import resource
import signal
import struct
import subprocess

import harness
from harness import idx, npy, png


def make_good(t):
    t.good("train", "pen:train[0:300]", "--preset", "pixels", "-o", "m.model")
    t.write("noname", open(t.path("m.model"), "rb").read())
    t.good("data", "convert", "pen:test[0:20]", "-o", "good.csv")
    t.good("data", "convert", "pen:test[0:20]", "-o", "good-images-idx3-ubyte")
    t.good("data", "convert", "pen:test[0:20]", "-o", "good.npz")


def check_usage(t):
    """What is not understood is said, with the nearest name."""
    for words, *arguments in (
            ("unknown command 'trian'; did you mean 'train'?", "trian"),
            ("unknown command 'xyzzyxyz'; see numeral --help", "xyzzyxyz"),
            ("unknown command 'evl'; did you mean 'eval'?", "help", "evl"),
            ("did you mean --threads?", "eval", "m.model", "good.csv", "--thread", "2"),
            ("has no option '--zzzzzz'", "eval", "m.model", "good.csv", "--zzzzzz"),
            ("has no option '-Z'", "train", "-Z"),
            ("numeral: -k needs a value: K", "eval", "m.model", "good.csv", "-k"),
            ("numeral: -n 0: expected a number from 1", "show", "good.csv", "-n", "0"),
            ("did you mean 'pixels'?", "demo", "pen[0:20]", "--preset", "pixles"),
            ("neighbours has no option '--weights'", "neighbours", "m.model", "good.csv",
             "--weights", "uniform", "-o", "x.npz"),
            ("--threads needs a value", "eval", "m.model", "good.csv", "--threads"),
            ("--threads 0: expected", "eval", "m.model", "good.csv", "--threads", "0"),
            ("--threads two: expected", "eval", "m.model", "good.csv", "--threads", "two"),
            ("--threads 1.5: expected", "eval", "m.model", "good.csv", "--threads", "1.5"),
            ("--seed -1: expected", "train", "good.csv", "-o", "x", "--seed", "-1"),
            ("--seed nan: expected", "train", "good.csv", "-o", "x", "--seed", "nan"),
            ("--quiet takes no value", "eval", "m.model", "good.csv", "--quiet=3"),
            ("--holdout 1.5: expected", "eval", "m.model", "good.csv", "--holdout", "1.5"),
            ("--holdout 2: expected", "train", "good.csv", "-o", "x", "--holdout", "2"),
            ("--reject-below 1.5: expected", "eval", "m.model", "good.csv", "--reject-below",
             "1.5"),
            ("--reject-below no: expected", "predict", "m.model", "good.csv",
             "--reject-below", "no"),
            ("--calibrate 1: expected", "train", "good.csv", "--calibrate", "1", "-o", "x"),
            ("eval needs MODEL [OTHER] DATA", "eval", "m.model"),
            ("'d' is one argument too many", "eval", "a", "b", "c", "d"),
            ("train needs -o MODEL", "train", "good.csv"),
            ("predict needs [MODEL] INPUT", "predict", "m.model"),
            ("neighbours needs -o FILE", "neighbours", "m.model", "good.csv"),
            ("neighbours needs DATA, or --self", "neighbours", "m.model", "-o", "x.npz"),
            ("--self takes no DATA", "neighbours", "m.model", "good.csv", "--self", "-o",
             "x.npz"),
            ("--radius -1: expected a number", "neighbours", "m.model", "good.csv",
             "--radius", "-1", "-o", "x.npz"),
            ("data has no 'inof'; did you mean 'info'?", "data", "inof"),
            ("data info needs DATA", "data", "info"),
            ("data list needs nothing", "data", "list", "x"),
            ("data convert needs DATA and -o PATH", "data", "convert", "good.csv"),
            ("data split needs DATA and -o FOLDER", "data", "split", "good.csv"),
            ("data synth needs -o PATH", "data", "synth"),
            ("--split tset: expected train or test", "data", "synth", "--split", "tset", "-o",
             "x.npz"),
            ("did you mean 'metric'?", "list", "metrc"),
            ("did you mean 'confusion'?", "plot", "confusoin", "m.model", "good.csv", "-o",
             "x.png"),
            ("plot confusion needs MODEL and DATA", "plot", "confusion", "m.model", "-o",
             "x.png"),
            ("plot needs -o FILE", "plot", "means", "good.csv"),
            ("--mistakes-only needs MODEL", "show", "good.csv", "--mistakes-only"),
            ("--recipe and --preset exclude each other", "train", "good.csv", "-o", "x",
             "--recipe", "pixels", "--preset", "pixels")):
        t.bad(words, *arguments, status=2)


def check_gone(t):
    """Old spellings are told what serves now, and the right order of MODEL and DATA."""
    for words, *arguments in (
            ("audit: --csv is gone; -o FILE.csv", "audit", "good.csv", "--csv", "x"),
            ("audit: --twins-csv is gone; --twins", "audit", "good.csv", "--twins-csv", "x"),
            ("audit: --twins-output is gone; --twins", "audit", "good.csv",
             "--twins-output=x"),
            ("data: --part is gone; it is --split", "data", "synth", "--part", "test"),
            ("data: --test is gone; the share for testing is --holdout", "data", "split",
             "good.csv", "--test", "0.2"),
            ("demo: --data is gone; DATA stands alone", "demo", "--data", "pen"),
            ("eval: --compare is gone; the other model comes second", "eval", "m.model",
             "good.csv", "--compare", "m.model"),
            ("eval: --report is gone; -o FILE.html", "eval", "m.model", "good.csv",
             "--report", "x.html"),
            ("show: --model is gone; MODEL comes first", "show", "good.csv", "--model",
             "m.model"),
            ("show: -m is gone; MODEL comes first", "show", "good.csv", "-m", "m.model"),
            ("train: --float64 is gone; bench/float64", "train", "good.csv", "--float64",
             "good.csv"),
            ("tune: --train is gone; -o MODEL", "tune", "good.csv", "--train", "x"),
            ("eval: MODEL comes first, 'm.model' before 'good.csv'", "eval", "good.csv",
             "m.model"),
            ("plot: MODEL comes first, 'm.model' before 'good.csv'", "plot", "scores",
             "good.csv", "m.model", "-o", "x.svg"),
            ("show: MODEL comes first, 'noname' before 'good.csv'", "show", "good.csv",
             "noname"),
            ("eval: 'm.model' is a model, expected DATA", "eval", "m.model", "m.model"),
            ("show: 'noname' is a model, expected DATA", "show", "noname"),
            ("-o x.png: eval writes a page", "eval", "m.model", "good.csv", "-o", "x.png"),
            ("-o x.pdf: train writes a model there, no picture", "train", "good.csv", "-o",
             "x.pdf")):
        t.bad(words, *arguments, status=2)


def check_recipes(t):
    for words, *arguments in (
            ("did you mean 'deskew'?", "--recipe", "deskwe,pixels"),
            ("zzzz", "--recipe", "zzzz"),
            ("did you mean 'pixels'?", "--preset", "pixles"),
            ("the order is transforms, features", "--recipe", "pixels,deskew"),
            ("did you mean 'grid'?", "--recipe", "gradient=grdi=7"),
            ("blur has no parameter", "--recipe", "blur=nosuchthing=2,pixels"),
            ("blur", "--recipe", "blur=9999,pixels"),
            ("blur", "--recipe", "blur=1:2:3:4,pixels"),
            ("pca", "--recipe", "pixels,pca=many"),
            ("", "--recipe", ""),
            ("", "--recipe", ","),
            ("", "--recipe", "pixels,,unit"),
            ("'l2'", "--metric", "l22"),
            ("did you mean 'distance'?", "--weights", "distnace"),
            ("ties", "--ties", "smalest"),
            ("index", "--index", "brtue"),
            ("dtype", "--dtype", "i7"),
            ("-k 0", "-k", "0"),
            ("-k", "-k", "five"),
            ("frame", "--frame", "kep")):
        t.bad(words, "train", "good.csv", "-o", "x.model", *arguments, status=2)
    t.bad("-k 21", "train", "good.csv", "-k", "21", "-o", "x.model")
    t.bad("-k 301: the model has only 300 rows", "eval", "m.model", "good.csv", "-k", "301")
    t.bad("has no option '--metric'", "eval", "m.model", "good.csv", "--metric", "l1",
          status=2)


def check_missing(t):
    for command in (("eval", "m.model"), ("predict", "m.model"), ("data", "info"), ("show",),
                    ("train", "-o", "x.model")):
        t.bad("nosuch", *command, "nosuch.csv")
    t.bad("nosuch.model: cannot open: No such file or directory", "eval", "nosuch.model",
          "good.csv")
    t.bad("did you mean", "data", "info", "mnsit")
    t.bad("mnist", "data", "info", "mnist", "--offline")
    t.bad("mnist", "data", "fetch", "mnist")
    t.bad("nosuchset", "data", "fetch", "nosuchset")
    t.bad("nosuch.txt", "predict", "m.model", "--files-from", "nosuch.txt")
    t.bad("cannot read the list", "predict", "m.model", "--files-from", t.folder)
    t.bad("nosuch.csv", "predict", "m.model", "--files-from",
          t.write("lost.txt", "nosuch.csv\n"))
    t.bad("[900]", "data", "info", "good.csv[900]")
    t.bad("[0:5:0]", "data", "info", "good.csv[0:5:0]")
    t.bad("good.csv[a:b]", "data", "info", "good.csv[a:b]")
    t.bad("good.csv", "eval", "m.model", "good.csv[20:]")
    t.bad("eval: MODEL comes first, and there is no file 'pen:test'", "eval", "pen:test",
          "good.csv")
    t.bad("none.model: cannot open", "eval", "m.model", "none.model", "good.csv")
    os.mkdir(t.path("nothing"))
    t.bad("nothing", "train", "nothing", "-o", "x.model")
    os.makedirs(t.path("hollow", "3"))
    t.bad("hollow", "train", "hollow", "-o", "x.model")


PIXELS = ",".join(["7"] * 9)
GOOD_PNG = png(3, 3, [[0, 200, 0]] * 3)


def check_data(t):
    """Damaged data of every format, each named in the sentence."""
    image9 = bytes(9)
    good_npz = open(t.path("good.npz"), "rb").read()
    good_gzip = gzip.compress(idx(8, (2, 3, 3), bytes(18)))
    files = {
        "empty.csv": (b"", "empty"),
        "magic.idx": (b"\x01\x02\x08\x03" + bytes(60), ""),
        "short-images-idx3-ubyte": (idx(8, (5, 3, 3), bytes(20)), ""),
        "long-images-idx3-ubyte": (idx(8, (2, 3, 3), bytes(30)), ""),
        "head-images-idx3-ubyte": (b"\0\0\x08\x03\0\0", ""),
        "large-images-idx3-ubyte": (idx(8, (0xffffffff, 0xffffffff, 0xffffffff), b""), ""),
        "kind-images-idx3-ubyte": (idx(7, (2, 3, 3), bytes(18)), ""),
        "rank-images-idx9-ubyte": (idx(8, (1,) * 9, b"1"), ""),
        "zero-images-idx3-ubyte": (idx(8, (2, 0, 3), b""), ""),
        "none-images-idx3-ubyte": (idx(8, (0, 28, 28), b""), ""),
        "cut.idx.gz": (good_gzip[:-12], ""),
        "broken.idx.gz": (good_gzip[:14] + b"\xff" + good_gzip[15:], ""),
        "cut.npz": (good_npz[:len(good_npz) // 2], ""),
        "broken.npz": (good_npz[:200] + b"\xff\xff\xff" + good_npz[203:], ""),
        "cut.npy": (npy("|u1", (5, 3, 3), image9), ""),
        "large.npy": (npy("|u1", (2 ** 40, 2 ** 40), image9), ""),
        "kind.npy": (npy("|O", (1, 3, 3), image9), ""),
        "zero.npy": (npy("|u1", (0, 3, 3), b""), ""),
        "nan.npy": (npy("<f4", (1, 2, 2), struct.pack("<4f", 1, float("nan"), 3, 4)), ""),
        "words.csv": ("this is no image\nand no table either\n", ""),
        "bytes.bin": (bytes(range(128, 256)) * 9, ""),
        "nan.csv": (f"1,{PIXELS}\n2,nan{PIXELS[1:]}\n", ""),
        "inf.csv": (f"1,{PIXELS}\n2,inf{PIXELS[1:]}\n", ""),
        "ragged.csv": (f"1,{PIXELS}\n2,{PIXELS},7\n", "line 2"),
        "narrow.csv": (f"1,{PIXELS}\n2,{PIXELS[2:]}\n", "line 2"),
        "label.csv": (f"1,{PIXELS}\n65536,{PIXELS}\n", "65536"),
        "minus.csv": (f"1,{PIXELS}\n-1,{PIXELS}\n", "-1"),
        "half.csv": (f"1,{PIXELS}\n1.5,{PIXELS}\n", "1.5"),
        "header.csv": ("label,a,b,c\n", ""),
        "huge.png": (png(100000, 100000), "100000"),
        "flat.png": (png(0, 5), ""),
        "cut.png": (GOOD_PNG[:40], ""),
        "damaged.png": (GOOD_PNG[:45] + b"\xff\xff" + GOOD_PNG[47:], ""),
        "cut.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", ""),
        "flat.pgm": (b"P5 0 0 255\n", ""),
        "huge.pgm": (b"P5 100000 100000 255\n", ""),
        "cut.pgm": (b"P5 10 10 255\n123", ""),
        "cut.tif": (b"II*\0\x08\0\0\0", ""),
        "bomb.csv.gz": (gzip.compress(b"0," * (200 << 20), 1)[:300000], ""),
    }
    for name, (content, words) in files.items():
        t.write(name, content)
        done = t.bad(words, "train", name, "-o", "x.model")
        t.check(name in done.stderr, f"train {name}: the file is not named: {done.stderr!r}")
        t.bad(words, "data", "info", name)
        t.bad(words, "predict", "m.model", name, "--json", "x.jsonl")
        t.bad("standard input" if content else "", "predict", "m.model", "-",
              stdin=content if isinstance(content, bytes) else content.encode())


def check_labels(t):
    three = idx(8, (3, 3, 3), bytes(27))
    t.write("a-images-idx3-ubyte", three)
    t.write("a-labels-idx1-ubyte", idx(8, (2,), b"\1\2"))
    for words, text in (("2 labels", "a-images-idx3-ubyte"),
                        ("labels", "a-images-idx3-ubyte,a-labels-idx1-ubyte")):
        done = t.bad(words, "train", text, "-o", "x.model")
        t.check("3" in done.stderr and "2" in done.stderr,
                f"label count: {done.stderr!r} does not hold both counts")
    t.write("wide.idx", idx(12, (3,), struct.pack(">3i", 1, 70000, 2)))
    t.bad("70000", "train", "a-images-idx3-ubyte,wide.idx", "-o", "x.model")
    t.write("minus.idx", idx(12, (3,), struct.pack(">3i", 1, -4, 2)))
    t.bad("-4", "train", "a-images-idx3-ubyte,minus.idx", "-o", "x.model")
    t.write("b-images-idx3-ubyte", three)
    for command in (("train", "b-images-idx3-ubyte", "-o", "x.model"),
                    ("eval", "m.model", "b-images-idx3-ubyte")):
        t.bad("b-images-idx3-ubyte", *command)
    t.write("mixed/1/a.png", GOOD_PNG)
    t.write("mixed/2/b.png", b"this is no image")
    t.bad("mixed/2/b.png", "train", "mixed", "-o", "x.model")
    for label in range(257):
        t.write(f"many/{label:03d}/a.png", GOOD_PNG)
    t.good("train", "many", "--recipe", "pixels -k 1", "-o", "many.model")


def check_models(t):
    good = open(t.path("m.model"), "rb").read()
    size = struct.unpack("<Q", good[:8])[0]
    later = good.replace(b'"version":"2"', b'"version":"3"', 1)
    later_recipe = good.replace(b'"recipe":"pixels"', b'"recipe":"pixelz"', 1)
    flipped = bytearray(good)
    flipped[8 + size + 5000] ^= 4
    files = {
        "empty.model": (b"", ""), "short.model": (good[:5], "5 bytes"),
        "cut.model": (good[:-100], ""), "more.model": (good + bytes(64), ""),
        "half.model": (good[:8 + size // 2], ""),
        "flip.model": (bytes(flipped), "damaged: checksum"),
        "later.model": (later, "header is damaged: its checksum"),
        "stage.model": (later_recipe, "header is damaged: its checksum"),
        "head.model": (struct.pack("<Q", 2 ** 63) + good[8:], ""),
        "json.model": (good[:8] + b"[" + good[9:], ""),
        "csv.model": (open(t.path("good.csv"), "rb").read(), ""),
        "other.model": (struct.pack("<Q", 56) + json.dumps(
            {"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}}).encode().ljust(56)
            + b"1", "not a numeral model"),
    }
    t.check(later != good and later_recipe != good, "the model's header has changed its form")
    for name, (content, words) in files.items():
        t.write(name, content)
        for command in (("eval", name, "good.csv"), ("predict", name, "good.csv"),
                        ("neighbours", name, "good.csv", "-o", "x.npz"),
                        ("show", name, "good.csv", "-o", "x.png")):
            done = t.bad(words, *command)
            t.check(f"numeral: {name}: " in done.stderr, f"{name} is not named: {done.stderr}")
    t.bad("is a folder", "eval", t.folder, "good.csv")
    t.good("train", "pen:train[0:100]", "--preset", "pixels", "--frame", "keep", "-o", "keep.model")
    t.write("nine.csv", f"1,{PIXELS}\n")
    t.bad("nine.csv", "eval", "keep.model", "nine.csv")


WRITERS = (("train", "good.csv", "-o"), ("data", "convert", "good.csv", "-o"),
           ("neighbours", "m.model", "good.csv", "-o"), ("show", "good.csv", "-o"),
           ("plot", "means", "good.csv", "-o"), ("eval", "m.model", "good.csv", "-q", "--json"),
           ("predict", "m.model", "good.csv", "-q", "--json"),
           ("data", "info", "good.csv", "-q", "--json"))


def ending(command):
    return {"neighbours": ".npz", "show": ".svg", "plot": ".svg", "data": ".npz"}.get(
        command[0], "")


def small_files():
    """As a disk that is full after 512 bytes: writing more fails."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))


def check_outputs(t):
    for command in WRITERS:
        out = "nowhere/deep/out" + ending(command)
        if command[1] != "convert":
            t.bad(f"{out}: cannot create", *command, out)
        os.makedirs(t.path("folder" + ending(command)), exist_ok=True)
        t.bad("is a folder" if command[1] != "convert" else "", *command,
              "folder" + ending(command))
        t.bad(f"good.csv/x{ending(command)}", *command, "good.csv/x" + ending(command))
    t.bad("neighbours are written as .npz or .csv", "neighbours", "m.model", "good.csv", "-o",
          "x.txt", status=2)
    t.bad(".png", "show", "good.csv", "-o", "x.bmp", status=2)
    t.bad("nosuch", "data", "convert", "good.csv", "--format", "nosuch", "-o", "x", status=2)
    t.bad("image", "data", "convert", "good.csv", "--format", "image", "-o", "x", status=2)
    for name in ("x.xyz", "x.csv.bz2", "deep/x.NPZ"):
        t.bad(f"{name}: expected .npz, .csv, .csv.gz, .idx, -ubyte or .db at its end",
              "data", "convert", "good.csv", "-o", name, status=2)
    for name in ("plain", "v1.2/"):
        t.good("data", "convert", "good.csv", "-o", name)
        t.bad(f"{name}: exists already", "data", "convert", "nosuch.csv", "-o", name)


# every option that names a file to write
EARLY = (("train", "-o", ""), ("teach", "-o", ""), ("condense", "-o", ""),
         ("condense", "--plot", ".svg"), ("tune", "-o", ""), ("tune", "--plot", ".svg"),
         ("eval", "-o", ".csv"), ("eval", "-o", ".html"), ("features", "-o", ".npz"),
         ("neighbours", "-o", ".csv"), ("plot", "-o", ".png"), ("show", "-o", ".png"),
         ("why", "-o", ".png"), ("doctor", "-o", ".png"), ("read", "-o", ".csv"),
         ("read", "--boxes", ".png"), ("audit", "-o", ".csv"), ("audit", "--twins", ".csv"),
         *((name, "--json", ".json") for name in
           ("train", "teach", "tune", "eval", "predict", "read", "why", "doctor", "audit",
            "condense", "features", "neighbours", "info", "list", "bench", "demo")))


def check_early(t):
    """An output without a place is told before any work, here before data are missed."""
    t.write("file", "")
    os.makedirs(t.path("a.folder"), exist_ok=True)
    os.symlink("nowhere/x", t.path("lost"))
    for command, option, end in EARLY:
        first = {"plot": ["means"], "list": ["metric"]}.get(command, [])
        rest = [] if command in ("list", "demo", "bench") else ["nosuch.csv"]
        more = ["-o", "y.npz" if command in ("features", "neighbours") else "y"] if (
            option != "-o" and command in ("train", "teach", "condense", "features",
                                           "neighbours")) else []
        rest = rest * 2 if command in ("eval", "features") else rest
        for place, words in (
                (f"nowhere/deep/x{end}", "there is no folder nowhere/deep; mkdir -p makes it"),
                (f"file/x{end}", "file is no folder")):
            t.bad(f"{place}: cannot create: {words}", command, *first, *rest, *more, option,
                  place)
    t.bad("a.folder: cannot create: is a folder", "train", "nosuch.csv", "-o", "a.folder")
    t.bad("nowhere/x: cannot create: there is no folder", "train", "nosuch.csv", "-o", "lost")
    t.bad("nowhere/x.npz: cannot create: there is no", "data", "convert", "nosuch.csv", "-o",
          "nowhere/x.npz")
    t.bad("file/x: cannot create folder: file is a file", "data", "split", "nosuch.csv", "-o",
          "file/x")
    t.bad("file: cannot create folder", "demo", "nosuch.csv", "-o", "file")
    t.bad("-o -: expected a file; --json alone", "train", "nosuch.csv", "-o", "-", status=2)
    t.bad("x: -o and --json would write the same file", "train", "nosuch.csv", "-o", "x",
          "--json", "x", status=2)
    t.bad(".png, .svg or .pdf", "read", "m.model", "nosuch.png", "--boxes", "x.gif", status=2)
    t.write("old.model", "old")
    t.bad("nosuch.csv", "train", "nosuch.csv", "-o", "old.model")
    with open(t.path("old.model"), encoding="utf-8") as file:
        t.check(file.read() == "old", "a look at an output changes it")


def check_full_disk(t):
    """The old file stays, no temporary one is left, and the cause is told."""
    for command in WRITERS:
        if command[1] == "info" or command[0] == "eval":
            continue  # shorter than the limit
        old = t.write("old" + ending(command), "what was there")
        done = t.bad(f"old{ending(command)}: cannot write: ", *command, "old" + ending(command),
                     before=small_files)
        t.check("too large" in done.stderr, f"{command}: no cause: {done.stderr!r}")
        t.check(open(old, "rb").read() == b"what was there", f"{command}: the old file is gone")
    for command in WRITERS[5:]:
        t.bad("/dev/full: cannot write: No space left on device", *command, "/dev/full")
        t.check(not os.path.isfile("/dev/full"), "/dev/full was replaced")
    with open("/dev/full", "w") as full:
        for command in (("eval", "m.model", "good.csv"), ("predict", "m.model", "good.csv"),
                        ("eval", "m.model", "good.csv", "--json", "-"), ("list",),
                        ("predict", "m.model", "pen[0:300]", "--json", "-"), ("--help",),
                        ("data", "info", "good.csv"), ("show", "good.csv")):
            t.bad("standard output: cannot write: No space left on device", *command,
                  stdout=full)
    mount = t.path("disk")
    os.mkdir(mount)
    if os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", mount],
            capture_output=True).returncode == 0:
        try:
            old = t.write("disk/m.model", "what was there")
            t.bad("disk/m.model: cannot write: No space left on device", "train", "good.csv",
                  "--index", "brute", "-o", "disk/m.model")
            t.check(open(old, "rb").read() == b"what was there", "full disk: the old model is gone")
        finally:
            subprocess.run(["umount", mount], check=False)


def check_links(t):
    """A link is followed and stays one."""
    t.write("real.json", "old")
    os.symlink("real.json", t.path("link.json"))
    t.good("data", "info", "good.csv", "-q", "--json", "link.json")
    t.check(os.path.islink(t.path("link.json")) and
            json.load(open(t.path("real.json")))["n"] == 20, "a link was replaced")
    t.good("data", "info", "good.csv", "-q", "--json", "/dev/null")
    t.check(not os.path.isfile("/dev/null"), "/dev/null was replaced")
    out = json.loads(t.good("data", "info", "good.csv", "-q", "--json", "/dev/stdout"))
    t.check(out["n"] == 20, "--json /dev/stdout")


def run(t):
    make_good(t)
    for part in (check_usage, check_gone, check_recipes, check_missing, check_data, check_labels,
                 check_models, check_outputs, check_early, check_full_disk, check_links):
        part(t)
    t.bad("NUMERAL_CPU", "eval", "m.model", "good.csv", environment={"NUMERAL_CPU": "z80"})


if __name__ == "__main__":
    harness.main(run)
