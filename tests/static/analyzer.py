#!/usr/bin/env python3
"""Every C file of the library and its programs, read by gcc -fanalyzer.

usage: analyzer.py BUILD

Without optimisation: gcc folds away, before it looks, what it would have found (a status that
nothing had set). gcc 12's analyzer knows one file at a time, so that it takes each failing
call for one that may return NUMERAL_OK; what it says wrongly stands, one by one and with its
reason, in analyzer.known: FILE FUNCTION WARNING: REASON. A line there that nothing needs is an
error, too.
"""
import os
import re
import sys

import compiled

KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "analyzer.known")


def read_known():
    known = {}
    with open(KNOWN, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                key, reason = line.split(": ", 1)
                known[tuple(key.split())] = reason.strip()
    return known


def command(words):
    kept = [word for word in words
            if not re.match("-O|-g|-Werror|-[DU]_FORTIFY_SOURCE", word)]
    return [*kept, "-O0", "-fanalyzer", "-fdiagnostics-plain-output", "-S", "-o", os.devnull]


def findings(text):
    """(function, warning, line) of each."""
    function = "-"
    for line in text.splitlines():
        inside = re.search(r"In function '(\w+)'", line)
        function = inside[1] if inside else function
        found = re.search(r"warning: .*\[-Wanalyzer-([\w-]+)\]", line)
        if found:
            yield function, found[1], line


def main():
    known = read_known()
    calls = {name: (folder, command(words))
             for name, (folder, words) in compiled.commands(sys.argv[1]).items()}
    used, new, count = set(), 0, 0
    for name, status, text in compiled.call_all(calls):
        if status:
            print(text)
            new += 1
        for function, warning, line in findings(text):
            key = (name, function, warning)
            count += 1
            if key in known:
                used.add(key)
            else:
                new += 1
                print(line)
                print(f"    as {' '.join(key)}")
    for key in known:
        if key not in used:
            new += 1
            print(f"analyzer.known: {' '.join(key)}: nothing needs it any more")
    print(f"{len(calls)} files, {count} findings, {len(known)} reasons why they are none, "
          f"{new} new")
    return new != 0 or not calls


if __name__ == "__main__":
    sys.exit(main())
