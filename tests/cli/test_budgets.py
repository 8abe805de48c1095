#!/usr/bin/env python3
"""What reading may cost: bytes and work that no input goes beyond, whatever it claims.

usage: test_budgets.py NUMERAL
"""
import gzip
import os
import resource
import struct
import subprocess
import time

import harness

SECONDS = 20  # nothing here takes one; without a budget each takes minutes, or never ends


def jpeg_of_scans(side, n_scans):
    """A grey progressive JPEG whose every scan is one run over all blocks."""
    def part(code, content):
        return struct.pack(">BBH", 0xFF, code, len(content) + 2) + content
    blocks = (side // 8) ** 2
    head = (b"\xFF\xD8" + part(0xDB, b"\0" + b"\1" * 64) +
            part(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0") +
            part(0xC4, b"\0" + b"\1" + b"\0" * 15 + b"\0") +  # DC: one code of one bit
            part(0xC4, b"\x10" + b"\1" + b"\0" * 15 + b"\xE0"))  # AC: a run of 2^14 and more
    dc = part(0xDA, b"\1\1\0\0\0\0") + b"\0" * (blocks // 8)
    ac = part(0xDA, b"\1\1\0\1\x3F\0") + b"\0\0" + b"\0" * (blocks // 16384)
    return head + dc + ac * (n_scans - 1) + b"\xFF\xD9"


def tiff_of_pages(n, side, shared):
    """A grey TIFF; `shared`: all its pages are the same bytes."""
    out, link, at = bytearray(b"II*\0\0\0\0\0"), 4, None
    for _ in range(n):
        if at is None or not shared:
            at = len(out)
            out += bytes(i * 7 % 256 for i in range(side * side))
        struct.pack_into("<I", out, link, len(out))
        tags = ((256, side), (257, side), (258, 8), (259, 1), (262, 1), (273, at), (277, 1),
                (278, side), (279, side * side))
        out += struct.pack("<H", len(tags))
        for tag, value in tags:
            out += struct.pack("<HHII", tag, 4, 1, value)
        link = len(out)
        out += b"\0\0\0\0"
    return bytes(out)


def quick(t, what, run):
    began = time.monotonic()
    done = run()
    t.check(time.monotonic() - began < SECONDS, f"{what}: took longer than {SECONDS} s")
    return done


def refused(t, words, *arguments, **how):
    return quick(t, " ".join(arguments), lambda: t.bad(words, *arguments, **how))


def check_streams(t):
    """What never ends is given up; a device that is no data set is no place for one."""
    for arguments in (("predict", "m.model", "/dev/zero"), ("read", "m.model", "/dev/zero"),
                      ("data", "info", "/dev/zero"), ("info", "/dev/zero")):
        refused(t, "/dev/zero: more than the 1048576 bytes", *arguments)
    refused(t, "/dev/zero: line 1 holds a zero byte", "predict", "m.model", "--files-from",
            "/dev/zero", before=lambda: resource.setrlimit(resource.RLIMIT_AS,
                                                           (3 << 30, 3 << 30)))
    t.write("long.txt", "one.png\n" + "x" * 5000 + "\n")
    done = t.run("predict", "m.model", "--files-from", "long.txt")
    t.check(done.returncode == 1 and "long.txt: line 2 is longer than 4,095 bytes" in
            done.stderr and "one.png" in done.stdout, f"a long line: {done.stderr!r}")
    refused(t, "more than the 100000 bytes that may be read of it (--max-memory)", "data",
            "info", "-", "--max-memory", "100000", stdin=b"1,2\n" * 100000)


def check_packed(t):
    """What is packed is unpacked if somebody knows it, and not beyond its share."""
    zeros = gzip.compress(bytes(200 << 20), 9)
    t.write("zeros.gz", zeros)
    t.write("claims.gz", gzip.compress(b"\0\0\x08\3" + struct.pack(">III", 1, 1, 1) +
                                       bytes(200 << 20), 9))
    refused(t, "zeros.gz: not recognised", "data", "info", "zeros.gz",
            before=lambda: resource.setrlimit(resource.RLIMIT_DATA, (512 << 20,) * 2))
    refused(t, "claims.gz: gzip holds more than the 67108864 bytes allowed", "data", "info",
            "claims.gz")
    refused(t, "claims.gz: gzip holds more than the 1048576 bytes allowed", "data", "info",
            "claims.gz", "--max-memory", "1M")


def check_pictures(t):
    """Scans and pages are counted before one is decoded."""
    t.write("scans.jpg", jpeg_of_scans(1024, 1500))
    refused(t, "scans.jpg: decoding would go over 1572864000 pixels, 268435456 allowed",
            "predict", "m.model", "scans.jpg")
    t.write("shared.tif", tiff_of_pages(300, 1000, True))
    done = t.run("read", "m.model", "shared.tif", "--max-memory", "10M", "-q")
    t.check("would take 18000000 bytes" in done.stderr, f"shared.tif: {done.stderr[:99]!r}")
    t.write("many.tif", tiff_of_pages(2000, 3, False))
    done = t.run("read", "m.model", "many.tif", "--stop-on-error")
    t.check("too small" in done.stderr, f"many.tif: {done.stderr!r}")
    quick(t, "many.tif", lambda: t.run("read", "m.model", "many.tif", "-q"))
    loop = bytearray(tiff_of_pages(2, 3, False))
    loop[-4:] = loop[4:8]
    t.write("loop.tif", bytes(loop))
    done = quick(t, "loop.tif", lambda: t.run("read", "m.model", "loop.tif", "-q"))
    t.check(done.returncode == 1, f"loop.tif: status {done.returncode}")


def check_folders(t):
    """A pipe in a folder, or in a list, is not waited for."""
    os.makedirs(t.path("folder", "3"))
    os.mkfifo(t.path("folder", "3", "pipe.png"))
    t.write("folder/3/one.png", open(t.path("one.png"), "rb").read())
    done = quick(t, "a folder with a pipe", lambda: t.run("data", "info", "folder"))
    t.check(done.returncode == 0 and "passed over pipe.png (no picture)" in done.stderr,
            f"a folder with a pipe: {done.stderr!r}")
    t.write("list.csv", "file,label\nfolder/3/one.png,3\nfolder/3/pipe.png,4\n")
    refused(t, "list.csv: 'folder/3/pipe.png' is a pipe or a device", "data", "info",
            "list.csv")


def check_model(t):
    """A header of nothing but brackets takes a hundred times its bytes, were it parsed."""
    text = b'{"a":[' + b",".join([b"{}"] * (1 << 20)) + b"]}"
    t.write("brackets.model", struct.pack("<Q", len(text)) + text)
    refused(t, "the header has more than", "info", "brackets.model",
            before=lambda: resource.setrlimit(resource.RLIMIT_DATA, (256 << 20,) * 2))


def check_units(t):
    for text in ("4K", "64M", "2G", "0.5g", "100000000"):
        t.good("data", "info", "one.png", "--max-memory", text)
    for text in ("M", "12X", "12MB", "-1", "nan", ""):
        t.bad("--max-memory", "data", "info", "one.png", "--max-memory", text, status=2)
    t.bad("more than the 1024 bytes", "info", "m.model", "--max-memory", "1K")


def check_descriptors(t):
    """With standard output closed nothing printed lands in a file."""
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        name = t.path("closed.json")
        done = subprocess.run(
            f'exec "{t.numeral}" info m.model --json closed.json {closed}', shell=True,
            cwd=t.folder, env=t.environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
        said = open(name, encoding="utf-8").read() if os.path.exists(name) else "{"
        t.check(said.startswith("{") and said.rstrip().endswith("}") and "recipe" in said,
                f"{closed}: the JSON is {said[:60]!r}")
        if closed == ">&-":
            t.check(done.returncode == 1 and b"standard output" in done.stderr,
                    f"{closed}: status {done.returncode}, {done.stderr!r}")
        if os.path.exists(name):
            os.remove(name)


def main(t):
    t.good("train", "pen:train[0:300]", "--preset", "pixels", "-o", "m.model", "-q")
    t.write("one.png", harness.png(28, 28, [[0] * 28] * 4 + [[0] * 10 + [250] * 6 + [0] * 12]
                                   * 20 + [[0] * 28] * 4))
    check_streams(t)
    check_packed(t)
    check_pictures(t)
    check_folders(t)
    check_model(t)
    check_units(t)
    check_descriptors(t)


if __name__ == "__main__":
    harness.main(main)
