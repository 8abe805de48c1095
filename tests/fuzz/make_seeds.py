#!/usr/bin/env python3
"""Writes the seed corpus and the dictionaries: small files of every kind that the targets
take, good ones and some that broke a reader once. The same bytes each time.

usage: make_seeds.py CORPUS [NUMERAL]    (NUMERAL: a build, for the models)
"""
import base64
import gzip
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
from harness import idx, npy, png  # noqa: E402  # pylint: disable=wrong-import-position
from test_budgets import jpeg_of_scans, tiff_of_pages  # noqa: E402  # pylint: disable=wrong-import-position


def pack(content):
    return gzip.compress(content, 9, mtime=0)


def zipped(*entries):
    """A ZIP of stored or deflated entries, without times."""
    out, names = b"", b""
    for name, content, deflated in entries:
        coder = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = coder.compress(content) + coder.flush() if deflated else content
        about = struct.pack("<HHHHHIIIHH", 20, 0, 8 if deflated else 0, 0, 33,
                            zlib.crc32(content), len(body), len(content), len(name), 0)
        names += (b"PK\1\2" + struct.pack("<H", 20) + about +
                  struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name)
        out += b"PK\3\4" + about + name + body
    return (out + names + b"PK\5\6" +
            struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(names), len(out), 0))


def png_of(kind, depth, interlaced, extra=b""):
    """5 × 3 pixels of a colour type."""
    def chunk(name, content):
        return (struct.pack(">I", len(content)) + name + content +
                struct.pack(">I", zlib.crc32(name + content)))
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    row = 1 + (5 * samples * depth + 7) // 8
    pixels = bytes(i * 37 % 4 if i % row == 0 else i * 91 % 256 for i in range(row * 8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", 5, 3, depth, kind, 0, 0, interlaced)) + extra +
        (chunk(b"PLTE", bytes(range(48))) if kind == 3 else b"") +
        chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b""))


def bmp(height, bits):
    row = (bits * 3 + 31) // 32 * 4
    body = bytes(i * 53 % 256 for i in range(row * abs(height)))
    palette = bytes(range(4 << bits)) if bits < 8 else b""
    start = 54 + len(palette)
    return (b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) +
            struct.pack("<IiiHHIIIIII", 40, 3, height, 1, bits, 0, len(body), 0, 0,
                        1 << bits if bits < 8 else 0, 0) + palette + body)


GIF = (b"GIF89a\2\0\2\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\2\0\2\0\0\2\3D\2\5\0;")
ONE_DIGIT = bytes(0 if (i % 28 - 14) ** 2 + (i // 28 - 14) ** 2 > 60 else 200
                  for i in range(784))
FORM = b'''{"name": "f", "registration": "%s", "fields": [
 {"name": "code", "box": [0.1, 0.1, 0.9, 0.5], "digits": 4}]}'''


# ink whose edges, reckoned between pixels, fall together
EDGES_TOGETHER = bytes.fromhex(
    "50342036203131322c2d2c320a090909090909090909090909090909090909312c"
    "322c320a2ff909090909090909090909503309090909090909a0ff312c322c5034"
    "2036203133dea0d232c47499ec6d3acd503b59203570503b3b50342032203131de"
    "ff3232eccd706a72632064203232cd593b20593570503b3b593b592064")
TABLE = """CREATE TABLE digits(id INTEGER PRIMARY KEY AUTOINCREMENT, image BLOB NOT NULL,
 height INTEGER NOT NULL, width INTEGER NOT NULL, label TEXT NOT NULL,
 source TEXT NOT NULL, created TEXT NOT NULL, CHECK (length(image) = height * width))"""


def database(rows, table=TABLE):
    """Taught digits, in pages of 512 bytes; SQLite's version in it is taken out."""
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA page_size = 512")
    db.execute(table)
    db.executescript("PRAGMA application_id = 0x6e756d6c; PRAGMA user_version = 1")
    for height, width, label in rows:
        db.execute("INSERT INTO digits(image, height, width, label, source, created) "
                   "VALUES (?, ?, ?, ?, 'page', '2026-01-31T12:00:00.000Z')",
                   (bytes(range(height * width)), height, width, label))
    db.commit()
    content = db.serialize()
    return content[:96] + bytes(4) + content[100:]


def requests():
    """Bytes of how the service stands (see service.c), a head, and a body."""
    picture = b"P2 2 2 9 1 2 3 4"
    text = base64.b64encode(picture)
    form = (b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.pgm"\r\n\r\n' +
            picture + b'\r\n--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n'
            b'7\r\n--x--\r\n')
    yield b"\0POST /v1/predict\nContent-Type: image/png\nHost: localhost:8080\n\n" + picture
    yield (b"\0POST /v1/predict?k=3\nContent-Type: application/json\n\n"
           b'{"images": ["' + text + b'", "!"]}')
    yield b"\0POST /v1/why?k=5\nContent-Type: multipart/form-data; boundary=x\n\n" + form
    yield b"\0POST /v1/read?expect=2&upright=1\nContent-Type: image/pgm\n\n" + picture
    yield b"\0POST /v1/doctor\nOrigin: https://digits.example\n\n" + picture
    yield (b"\4POST /v1/teach\nContent-Type: application/json\n\n"
           b'{"image": "' + text + b'", "label": "seven", "source": "s", "framed": false}')
    yield b"\4POST /v1/teach\nContent-Type: multipart/form-data; boundary=\"x\"\n\n" + form
    yield b"\5DELETE /v1/taught/1\nAuthorization: Bearer a-token-of-24-characters\n\n"
    yield b"\4GET /v1/taught?after=0&limit=2\nSec-Fetch-Site: cross-site\n\n"
    yield b"\2GET /\nIf-None-Match: *\n\n"
    for path in (b"/v1/model", b"/healthz", b"/metrics", b"/openapi.json", b"/v1/nothing"):
        yield b"\0GET " + path + b"\nHost: elsewhere\n\n"


def arrays():
    yield npy("|u1", (2, 2, 2), bytes(range(8)))
    yield npy("<f4", (1, 2, 2), struct.pack("<4f", 0, .5, 1, .25))
    yield npy(">i8", (2, 4), struct.pack(">8q", *range(8)))
    yield npy("<f2", (4,), bytes(8))
    yield npy("<f8", (1, 1, 1), struct.pack("<d", float("nan")))
    yield npy("|u1", (2, 2, 2), bytes(range(8))).replace(b"False", b"True ")
    yield npy("|S3", (2,), b"one\0\0\0")


def seeds(numeral):
    """Pairs of a target and a file's content."""
    for content in (idx(8, (2, 2, 3), bytes(range(12))), idx(8, (3,), b"\1\2\3"),
                    idx(13, (1, 2), struct.pack(">2f", 2, 1)), idx(11, (1, 1, 2), bytes(4)),
                    idx(12, (1, 1, 1), bytes(4)), idx(14, (1, 2, 2), struct.pack(">4d", *[.5] * 4)),
                    idx(8, (1 << 31, 1 << 31, 4), b"x"), idx(13, (0, 0x3F800000), b""), idx(9, (2, 4), bytes(range(8)))):
        yield "idx", content
        yield "gzip", pack(content)
    yield "gzip", pack(b"one") + pack(b"two") + bytes(9)
    yield "gzip", pack(bytes(3 << 20))
    for content in arrays():
        yield "npy", content
    first, second = list(arrays())[:2]
    yield "npz", zipped((b"x.npy", first, False), (b"y.npy", npy("|u1", (2,), b"\1\2"), True))
    yield "npz", zipped((b"x_train.npy", first, True), (b"x_test.npy", second, True),
                        (b"y_train.npy", npy("<i8", (2,), bytes(16)), True))
    yield "npz", zipped((b"arr_0.npy", first, True), (b"arr_0.npy", first, False))
    yield "npz", zipped((b"x.npy", first, True), (b"y.npy", npy("|u1", (2,), b"\0\1"), False),
                        (b"names.npy", npy("|S3", (2,), b"one2\0\0"), False))
    yield "npz", zipped((b"x.npy", first, False), (b"y.npy", npy("|S1", (2,), b"\0\1"), True))
    for text in (b"label,a,b,c,d\n7,1,2,3,4\n", b"1;2;3\n4;5;6\n", b"# x\n1\t2\n", b"7\n3\n",
                 b'"a, b","x"\n"q""q",2\n', b"'=1+1,2,3\n-x,4,5\n", b"file,label\nx.png,3\n",
                 b"\xef\xbb\xbfa,b\r\n1e308,-1e-308\r\n", b"1 2 3\n1  2 nan\n", b"0,0,1,0,9,9\n",
                 b"index,0,1,2,class\n0,1,2,3,one\n1,1,2,3,two\n",
                 b"pixel01,0a ,,0\n0,1,6,32"):
        yield "csv", text
    for text in (b"P1 3 2 101\n010", b"P2\n# map\n3 2\n15\n1 2 3 4 5 15\n", b"P3 1 1 9 1 2 3",
                 b"P4 9 2 \1\2\3\4", b"P5 2 2 255 abcd", b"P6 2 1 255 abcdef",
                 b"P5 1 2 65535 abcd", b"P2 4294967297 1 1 1", b"P5 99999 99999 255 "):
        yield "pnm", text
    yield "pnm", EDGES_TOGETHER
    for kind, depth in ((0, 1), (0, 16), (2, 8), (3, 4), (4, 8), (6, 16)):
        for interlaced in (0, 1):
            yield "png", png_of(kind, depth, interlaced)
    yield "png", png(28, 28, [ONE_DIGIT[i * 28:i * 28 + 28] for i in range(28)])
    for side, scans in ((8, 2), (16, 20), (64, 3)):
        yield "jpeg", jpeg_of_scans(side, scans)
    for pages, side, shared in ((1, 4, False), (3, 2, False), (4, 3, True)):
        yield "tiff", tiff_of_pages(pages, side, shared)
    for content in (GIF, bmp(2, 24), bmp(-2, 24), bmp(3, 1), bmp(2, 8), bmp(2, 4),
                    b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\7\0"):
        yield "others", content
    for text in ("pixels", "deskew,gradient=8:4,standard,lda --dtype i16 -k 5",
                 "pixels+hog,unit,pca=8 --metric lp=2.5 --weights gaussian=1.5",
                 "resize=14:14,pixels,power=0.5 --index near=1e308 --rerank idm=raw:0+ridge",
                 "pixels --gate 7:1.4 --candidates 10 --ties nearest --frame keep",
                 "zoning=7,minmax --rerank ridge=stop=0.5+idm=moments:stop=0.3"):
        yield "recipe", text.encode()
    for text in ("d.csv", "d.csv[0:1]", "d.csv[::-1]", "f", "f:train", "x-images.idx",
                 "x-images.idx,l.csv", "x-images.idx,x-labels.idx[1]", "d.csv@0..1", "[",
                 "d.csv[9223372036854775807:-9223372036854775808:-1]", "f[0:1],l.csv",
                 "nothing:test[5]"):
        yield "data_text", text.encode()
    yield "folder", b"\1\5a.pgm\x0fP2 2 2 9 1 2 3 4\1\5b.csv\2x\n"
    yield "folder", b"\0\5a.pgm\x0fP2 2 2 9 1 2 3 4\2\3c\n\x1b\x0fP2 1 2 9 1 2 3 4"
    yield "folder", b"\1\x09Thumbs.db\1x\2\5a.pgm\x0fP2 2 2 9 1 2 3 4"
    for kind in (b"none", b"frame", b"marks"):
        yield "form", FORM % kind
    yield "form", b'{"fields": [[[[1e999, "\\ud800"]]]]}'
    for number, words in ((0, "mnist --preset fast -o x.model"), (1, "m.model d.csv --json -"),
                          (2, "m.model -- -x.png --reject-below 0.5"), (3, "convert a -o b.npz"),
                          (4, "a.csv -n 5 -o a.png"), (5, "confusion m.model d -o c.svg"),
                          (6, "d.csv --max-memory 500M -k1"), (7, "m.model p.png --expect=6")):
        yield "arguments", bytes([number]) + words.replace(" ", "\0").encode()
    yield "framing", bytes([27, 27]) + ONE_DIGIT
    yield "framing", bytes([27, 27]) + bytes(255 - v for v in ONE_DIGIT)
    yield "framing", bytes([40, 3, 1, 2, 255])
    # 28 x 56 and, three times as wide, 28 x 88 pixels; 256 x 148; see side_of in pictures.c
    yield "page", bytes([27, 55]) + b"".join(ONE_DIGIT[i * 28:i * 28 + 28] * 2
                                            for i in range(28))
    yield "page", bytes([27, 241]) + b"".join(ONE_DIGIT[i * 28:i * 28 + 28] * 3 + bytes(4)
                                             for i in range(28))
    yield "page", bytes([255, 246]) + bytes(255) + b"\0\0\0"
    yield "page", bytes([60, 60]) + bytes(255 - v for v in ONE_DIGIT)
    yield "dynamic", bytes([0, 3, 30, 1, 7, 6, 1, 2, 3, 4, 5, 1, 40, 9, 6, 9, 9, 9, 9, 9, 0, 7,
                            1, 1, 1, 1, 1])
    yield "dynamic", bytes([1] + [3, 39, 5, 3] * 8 + [1, 0, 29, 0] + [6, 8, 8, 8, 8, 8])
    yield "dynamic", bytes([2] + [4, 39, 3, 1, 2, 128, 29] * 5 + [7, 0, 0, 0, 0, 0])
    for recipe in range(5):
        for hashes in (0, 1, 255):
            yield "model", bytes([recipe, hashes, 3, 1, 0, 0, 7, 0, 9, 0, 0, 200])
    for content in (database([(2, 2, "7"), (1, 3, "x")]), database([(16, 15, "one")] * 9),
                    database([(1, 1, "a")], TABLE.replace("label TEXT", "label BLOB")),
                    database([], "CREATE TABLE other(id)")):
        yield "taught", content
    for content in requests():
        yield "request", content
    if numeral:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.model")
            for recipe in ("resize=4:4,pixels -k 1", "resize=4:4,pixels,pca=2 --index exact"):
                subprocess.run([numeral, "train", "pen:train[0:30]", "-q", "--recipe", recipe,
                                "-o", path], check=True)
                with open(path, "rb") as file:
                    yield "model_bytes", file.read()


WORDS = {
    "idx": ["\\x00\\x00\\x08\\x03", "\\x00\\x00\\x0d\\x02", "\\x7f\\xff\\xff\\xff"],
    "npy": ["'descr': ", "'fortran_order': ", "'shape': ", "'|u1'", "'<f4'", "'>i8'", "'<f2'",
            "'|S1'", "'|b1'", "True", "False", "(2, 2, 2)", "\\x93NUMPY\\x01\\x00"],
    "npz": ["PK\\x01\\x02", "PK\\x03\\x04", "PK\\x05\\x06", "x_train.npy", "y.npy", "arr_0.npy"],
    "csv": ["label", "index", "file", "pixel0", "\\\"", "\\\"\\\"", ",", ";", "\\x09", "\\x0a",
            "nan", "1e308", "'="],
    "pnm": ["P1", "P2", "P3", "P4", "P5", "P6", "255", "65535", "#", "\\x0a"],
    "gzip": ["\\x1f\\x8b\\x08", "\\x00\\x00\\xff\\xff"],
    "png": ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "iCCP", "eXIf", "sBIT", "zTXt"],
    "jpeg": ["\\xff\\xc0", "\\xff\\xc2", "\\xff\\xc4", "\\xff\\xda", "\\xff\\xdb", "\\xff\\xdd",
             "\\xff\\xe1", "\\xff\\xee", "\\xff\\xd9", "Exif\\x00\\x00", "Adobe"],
    "tiff": ["II*\\x00", "MM\\x00*", "\\x00\\x01\\x04\\x00", "\\x01\\x01\\x04\\x00", "\\x11\\x01",
             "\\x06\\x01\\x03\\x00"],
    "others": ["GIF87a", "GIF89a", "BM", "RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", ",\\x00\\x00",
               "\\x21\\xf9"],
    "data_text": ["d.csv", "l.csv", "x-images.idx", "f", ":train", ":test", ":split", "[0:5]",
                  "[::-1]", "@0..5", "..", ",", "[", "]", "-9223372036854775808"],
    "folder": ["a.pgm", "Thumbs.db", ".hidden", "P2 2 2 9 1 2 3 4"],
    "form": ["\\\"registration\\\"", "\\\"fields\\\"", "\\\"box\\\"", "\\\"name\\\"",
             "\\\"digits\\\"", "\\\"marks\\\"", "\\\"frame\\\"", "\\\"none\\\"", "1e999", "null"],
    "arguments": ["--json", "--threads", "--max-memory", "-o", "-k", "--", "-", "--preset",
                  "--recipe", "=", "500M", "nan"],
    "taught": ["digits", "sqlite_sequence", "AUTOINCREMENT", "INTEGER PRIMARY KEY", "GENERATED",
               "WITHOUT ROWID", "CREATE VIEW", "CREATE TRIGGER", "NOT NULL"],
    "request": ["POST /v1/", "GET /", "DELETE /v1/taught/", "predict", "read", "why", "doctor",
                "teach", "taught", "metrics", "?k=", "?expect=", "&upright=", "?after=",
                "Content-Type: ", "Host: ", "Origin: ", "Authorization: Bearer ",
                "If-None-Match: ", "Sec-Fetch-Site: ", "application/json", "image/png",
                "multipart/form-data; boundary=", "\\\"image\\\"", "\\\"images\\\"",
                "\\\"label\\\"", "\\\"source\\\"", "\\\"framed\\\"", "Content-Disposition: ",
                "filename=", "\\x0d\\x0a\\x0d\\x0a", "P2 2 2 9 1 2 3 4"],
    "model_bytes": ["__metadata__", "data_offsets", "shape", "dtype", "xxh3.", "\\\"U8\\\"",
                    "header", "pad."],
}


def main():
    corpus, numeral = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    counts = {}
    for target, content in seeds(numeral):
        counts[target] = counts.get(target, 0) + 1
        folder = os.path.join(corpus, target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{counts[target]:02}"), "wb") as file:
            file.write(content)
    for target, words in WORDS.items():
        with open(os.path.join(HERE, f"{target}.dict"), "w", encoding="ascii") as file:
            file.write("# Written by make_seeds.py.\n")
            file.writelines(f'"{word}"\n' for word in words)
    print(", ".join(f"{target} {n}" for target, n in counts.items()))


if __name__ == "__main__":
    main()
