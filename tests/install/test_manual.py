#!/usr/bin/env python3
"""Each manual page is formatted without a warning, and there is one for each command
and for numeral-mpi.

usage: test_manual.py SOURCE_ROOT
"""
import os
import subprocess
import sys

import outside


def main():
    source, = outside.paths()
    outside.need("man")
    folder = os.path.join(source, "docs", "man")
    pages = sorted(os.listdir(folder))
    commands = {name[:-3] for name in os.listdir(os.path.join(source, "docs", "commands"))}
    assert set(pages) == {"numeral.1", "numeral-mpi.1",
                          *(f"numeral-{name}.1" for name in commands)}, pages
    # as Debian's lintian asks; man takes several pages, and names the one it warns of
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", *pages],
                          cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "",
                               "MANWIDTH": "80"})
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout.count("\nx stop") == len(pages), "pages are missing"


if __name__ == "__main__":
    sys.exit(main())
