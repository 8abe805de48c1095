#!/usr/bin/env python3
"""Every C file of the library and its programs, read by clang-tidy with the list in
.clang-tidy. usage: tidy.py BUILD [deep]

clang's analyzer looks along few paths (its mode `shallow`), which takes 100 seconds of a
core; `deep` takes some twenty times as long. gcc's (analyzer.py) looks along more. What it
says wrongly stands in tidy.known: FILE CHECK: REASON.
"""
import os
import re
import sys

import compiled

KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tidy.known")


def read_known():
    with open(KNOWN, encoding="utf-8") as file:
        return {tuple(line.split(": ", 1)[0].split())
                for line in file if line.strip() and not line.startswith("#")}


def main():
    build = sys.argv[1]
    words = ["-Wno-unknown-warning-option", "-fno-openmp"]  # omp.h is gcc's alone
    if "deep" not in sys.argv[2:]:
        words += ["-Xclang", "-analyzer-config", "-Xclang", "mode=shallow"]
    options = [f"--extra-arg={word}" for word in words]
    calls = {name: (".", ["clang-tidy", "-p", build, "--quiet", *options, name])
             for name in compiled.commands(build)}
    known, used, new = read_known(), set(), 0
    for name, status, text in compiled.call_all(calls):
        checks = re.findall(r"(?:error|warning): .*\[([\w.-]+)[^\]]*\]$", text, re.M)
        unknown = [check for check in checks if (name, check) not in known]
        used.update((name, check) for check in checks)
        if unknown or (status != 0 and not checks):
            new += 1
            print(f"{name}: {' '.join(unknown)}\n{text}")
    for key in sorted(known - used) if "deep" not in sys.argv[2:] else ():
        new += 1
        print(f"tidy.known: {' '.join(key)}: nothing needs it any more")
    print(f"{len(calls)} files, {len(known)} reasons why findings are none, {new} new")
    return new != 0 or not calls


if __name__ == "__main__":
    sys.exit(main())
