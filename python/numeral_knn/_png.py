"""Grey pictures as PNG files, for notebooks: nothing but zlib is needed."""

import base64
import struct
import zlib

import numpy as np

__all__ = ["as_data_uri", "montage", "png"]


def _chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(image, scale=1):
    """Encode a grey image of uint8, each pixel `scale` pixels wide and high."""
    image = np.repeat(np.repeat(np.asarray(image, np.uint8), scale, 0), scale, 1)
    height, width = image.shape
    lines = np.zeros((height, width + 1), np.uint8)  # each line begins with filter 0
    lines[:, 1:] = image
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
            + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)) + _chunk(b"IEND", b""))


def as_data_uri(image, scale=1):
    """Encode a picture for the src of an HTML image."""
    return "data:image/png;base64," + base64.b64encode(png(image, scale)).decode()


def montage(rows, gap=4):
    """Lay lists of images out in rows, on white."""
    rows = [row for row in rows if row]
    width = max(sum(image.shape[1] + gap for image in row) for row in rows) + gap
    height = sum(max(image.shape[0] for image in row) + gap for row in rows) + gap
    out = np.full((height, width), 255, np.uint8)
    y = gap
    for row in rows:
        x = gap
        for image in row:
            out[y:y + image.shape[0], x:x + image.shape[1]] = image
            x += image.shape[1] + gap
        y += max(image.shape[0] for image in row) + gap
    return out
