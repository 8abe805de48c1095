#!/usr/bin/env python3
"""numeral as a subproject of Meson: dependency('numeral') falls back to it, nothing of its
command or tests is asked for, and a program of the project runs.

usage: test_subproject.py SOURCE_ROOT
"""
import os
import sys
import tempfile

import outside

PROJECT = """project('outside', 'c', default_options: ['c_std=c17'])
numeral = dependency('numeral', version: '>=0.2', fallback: 'numeral',
                     default_options: ['minimal=true', 'tests=false', 'python=disabled'])
executable('digits', 'digits.c', dependencies: numeral)
"""


def main():
    source, = outside.paths()
    outside.need("meson", "ninja")
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "subprojects"))
        os.symlink(source, os.path.join(folder, "subprojects", "numeral"))
        with open(os.path.join(folder, "meson.build"), "w", encoding="utf-8") as file:
            file.write(PROJECT)
        outside.write_program(source, folder, "digits.c")
        environment = outside.clean_environment()
        outside.run("meson", "setup", "-Dbuildtype=debug", "--force-fallback-for=numeral",
                    "build", cwd=folder, env=environment)
        outside.run("ninja", "-C", "build", "digits", cwd=folder, env=environment)
        outside.check_told("build/digits", folder)


if __name__ == "__main__":
    sys.exit(main())
