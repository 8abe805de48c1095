#!/usr/bin/env python3
"""A client that npm makes of /openapi.json reads a digit, teaches one and takes it back.

usage: client.py NUMERAL

Status 77: there is no node, or the package cannot be had.
"""
import os
import subprocess
import sys

import service
from service import Service, harness

PACKAGES = ("openapi-client-axios@7.9.0", "axios@1.13.2")


def test(t):
    try:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES],
                       cwd=t.folder, check=True, capture_output=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as why:
        print(f"SKIP: npm does not install openapi-client-axios: {str(why)[:200]}")
        sys.exit(77)
    t.good("train", "pen:train[0:300]", "--preset", "fast", "-o", "m.model", "-q")
    t.write("seven.png", service.pen_pictures(t, 1)[0][1])
    s = Service(t, "m.model", "--teach", "taught.db")
    done = subprocess.run(
        ["node", os.path.join(os.path.dirname(os.path.abspath(__file__)), "client.mjs"),
         t.path("node_modules"), f"http://127.0.0.1:{s.port}", t.path("seven.png")],
        capture_output=True, text=True, timeout=120)
    t.check(done.returncode == 0 and "a generated client reads" in done.stdout,
            f"the client: {done.stdout} {done.stderr[-2000:]}")
    s.end()


if __name__ == "__main__":
    harness.main(test)
