#!/usr/bin/env python3
"""Writes the files that the service serves as a C table.

usage: embed.py OUT.c DEPFILE PAGE_FOLDER FILE...

All files of the folder of the page, and those named, each under its name.
"""
import hashlib
import os
import sys

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".mjs": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".json": "application/json", ".webmanifest": "application/manifest+json",
         ".png": "image/png", ".svg": "image/svg+xml", ".ico": "image/x-icon",
         ".wasm": "application/wasm", ".woff2": "font/woff2",
         ".txt": "text/plain; charset=utf-8"}


def main():
    out, depfile, page, *others = sys.argv[1:]
    found = {}
    folders = []
    for folder, _, names in os.walk(page):
        folders.append(folder)
        for name in names:
            path = os.path.join(folder, name)
            if os.path.splitext(name)[1] in TYPES:
                found["/" + os.path.relpath(path, page).replace(os.sep, "/")] = path
    for path in others:
        found["/" + os.path.basename(path)] = path
    lines = ["/* Made by embed.py. */", '#include "service.h"', ""]
    table = []
    for at, (url, path) in enumerate(sorted(found.items())):
        with open(path, "rb") as file:
            content = file.read()
        lines.append(f"static const uint8_t bytes_{at}[] = {{")
        lines += ["".join(f"{b}," for b in content[i:i + 64])
                  for i in range(0, len(content), 64)] or ["0"]
        lines.append("};")
        etag = hashlib.sha256(content).hexdigest()[:16]
        kind = TYPES[os.path.splitext(path)[1]]
        table.append(f'    {{"{url}", "{kind}", "\\"{etag}\\"", bytes_{at}, {len(content)}}},')
    lines += ["", "const serve_file serve_files[] = {", *table, "    {0},", "};", ""]
    with open(out, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{out}: " + " ".join(sorted([*found.values(), *folders])) + "\n")


if __name__ == "__main__":
    main()
