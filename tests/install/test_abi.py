#!/usr/bin/env python3
"""The library's binary interface is the release's (packaging/libnumeral.abi), and that a
function has gone, or a struct has grown, is found.

usage: test_abi.py SOURCE_ROOT BUILD_ROOT
"""
import os
import shutil
import subprocess
import sys
import tempfile

import outside
import minimal_build

GONE = "numeral_model_read"
# abidiff's status: something differs, and so that programs break
CHANGED, BREAKS = 4, 8


def check(source, library):
    return subprocess.run([os.path.join(source, "packaging", "abi"), "check", library], text=True,
                          capture_output=True, check=False)


def without_function(source, minimal, folder):
    """The same library, but that one function is local to it."""
    path = os.path.join(folder, "libnumeral.so.0")
    version = os.path.join(folder, "numeral.map")
    with open(os.path.join(source, "src", "numeral.map"), encoding="utf-8") as file:
        text = file.read()
    with open(version, "w", encoding="utf-8") as file:
        file.write(text.replace("local:", f"local: {GONE};"))
    outside.run("cc", "-shared", "-o", path, "-Wl,-soname,libnumeral.so.0",
                f"-Wl,--version-script={version}", "-Wl,--whole-archive",
                os.path.join(minimal, "libnumeral.a"), "-Wl,--no-whole-archive", "-lz",
                "-lxxhash", "-ljansson", "-lm")
    return path


def check_struct(source, folder):
    """The stored interface, with a struct of the public headers 8 bytes larger."""
    copy = os.path.join(folder, "copy")
    os.makedirs(os.path.join(copy, "packaging"))
    for name in ("abi", "libnumeral.abi"):
        shutil.copy(os.path.join(source, "packaging", name), os.path.join(copy, "packaging"))
    os.symlink(os.path.join(source, "include"), os.path.join(copy, "include"))
    path = os.path.join(copy, "packaging", "libnumeral.abi")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start = text.index("<class-decl name='numeral_error'")
    end = text.index("\n", start)
    line = text[start:end]
    size = line.split("size-in-bits='")[1].split("'")[0]
    changed = line.replace(f"size-in-bits='{size}'", f"size-in-bits='{int(size) + 64}'")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:start] + changed + text[end:])
    return copy


def main():
    source, build = outside.paths()
    outside.need("cc", "abidw", "abidiff")
    minimal, problem = minimal_build.make(source, build)
    assert problem is None, problem
    library = os.path.join(minimal, "libnumeral.so")
    done = check(source, library)
    assert done.returncode == 0, done.stdout + done.stderr
    with tempfile.TemporaryDirectory() as folder:
        done = check(source, without_function(source, minimal, folder))
        assert done.returncode & BREAKS and GONE in done.stdout, done.stdout + done.stderr
        assert "1 Removed" in done.stdout, done.stdout
        done = check(check_struct(source, folder), library)
        assert done.returncode & CHANGED and "numeral_error" in done.stdout, done.stdout


if __name__ == "__main__":
    sys.exit(main())
