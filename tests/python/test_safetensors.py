"""Headers that anyone may have written, beside the reader of the format's own authors: what
numeral takes, it takes, too, and finds the same tensors in it. Only where safetensors and
xxhash are installed (tests/python/wheel.sh does)."""
import json
import random
import struct

import numpy as np
import pytest

safetensors = pytest.importorskip("safetensors")
xxhash = pytest.importorskip("xxhash")

from numeral_knn._core import Model  # noqa: E402

DTYPES = ("U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64", "F32", "F64", "BF16", "X9")


@pytest.fixture(scope="module")
def good():
    drawn = np.random.default_rng(4)
    images = drawn.integers(0, 256, (40, 8, 8), dtype=np.uint8)
    return Model.train(images, (np.arange(40) % 4).astype(np.uint8), recipe="pixels",
                       options={"index": "brute"}).to_bytes()


def split(data):
    length, = struct.unpack("<Q", data[:8])
    return data[8:8 + length], data[8 + length:]


def join(header, body):
    """A file of that header, padded as it should be, with a right checksum of it."""
    header += b" " * (-(8 + len(header)) % 64)
    head = struct.pack("<Q", len(header)) + header
    return head + body[:-8] + struct.pack("<Q", xxhash.xxh3_64_intdigest(head))


def numeral_takes(data):
    try:
        Model.from_bytes(data)
    except (ValueError, OSError, MemoryError, NotImplementedError, RuntimeError):
        return False
    return True


def check(data):
    """Whether numeral takes the file; then the other reader must find the same in it."""
    if not numeral_takes(data):
        return False
    about = json.loads(split(data)[0])["__metadata__"]
    for name, tensor in safetensors.deserialize(data):
        if name != "header" and not name.startswith("pad."):
            assert xxhash.xxh3_64_hexdigest(bytes(tensor["data"])) == about["xxh3." + name]
    return True


def forged(header, rng):
    """One thing in a parsed header that is not as it must be, or may be."""
    names = [name for name in header if name != "__metadata__"]
    name = rng.choice(names)
    entry = header[name]
    number = rng.choice((-1, 0, 1, 2, 63, 64, 2**31, 2**53 + 1, 2**63, 2**64, 1.5, "1", None, []))
    return rng.choice((
        lambda: entry.update(dtype=rng.choice(DTYPES)),
        lambda: entry["shape"].append(number),
        lambda: entry.update(shape=[rng.choice((0, 1, 2, 2**32))] * rng.randrange(9)),
        lambda: entry["data_offsets"].__setitem__(rng.randrange(2), number),
        lambda: entry["data_offsets"].reverse(),
        lambda: entry.update(data_offsets=header[rng.choice(names)]["data_offsets"]),
        lambda: entry.pop(rng.choice(list(entry))),
        lambda: entry.update(extra=number),
        lambda: header.pop(name),
        lambda: header.update({name + "\0": dict(entry)}),
        lambda: header.update({rng.choice(("x", "", "\u2028", "\ud800", "n" * 200)): entry}),
        lambda: header["__metadata__"].update({rng.choice(("x", "rows", "recipe")): number}),
        lambda: header.update(__metadata__=number),
        lambda: header["__metadata__"].pop(rng.choice(list(header["__metadata__"]))),
    ))()


def test_good_file(good):
    assert check(good)


def test_forged_headers(good):
    text, body = split(good)
    rng = random.Random(6)
    taken = 0
    for _ in range(1500):
        header = json.loads(text)
        for _ in range(rng.randrange(1, 3)):
            try:
                forged(header, rng)
            except (KeyError, AttributeError, IndexError, TypeError):
                pass  # a part that an earlier change took away
        order = list(header.items())
        rng.shuffle(order)
        taken += check(join(json.dumps(dict(order)).encode(), body))
    assert taken < 300


def test_changed_bytes(good):
    text, body = split(good)
    rng = random.Random(7)
    for _ in range(1500):
        changed = bytearray(text)
        for _ in range(rng.randrange(1, 4)):
            changed[rng.randrange(len(changed))] = rng.choice(b'0123456789{}[]",:- \\ue\xff\x00')
        check(join(bytes(changed), body))


def test_odd_texts(good):
    """Duplicate names, depth, what stands before and behind the object, lengths that lie."""
    text, body = split(good)
    text = text.rstrip()
    twice = text[:-1] + b',"labels":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    for odd in (twice, b" " + text, text + b"x", text + b"{}", b"[" * 9000, b"{}", b"", b"null",
                text.replace(b'"labels"', b'"lab\\u0065ls"'), text + b"\0", b"\xef\xbb\xbf" + text,
                text.replace(b":", b" : "), text[:-1], b'{"__metadata__":' * 500):
        check(join(odd, body))
    for length in (0, 1, len(text) - 64, 2**31, 2**63, 2**64 - 1, 100_000_001):
        check(struct.pack("<Q", length) + good[8:])
