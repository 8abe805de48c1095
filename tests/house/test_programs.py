#!/usr/bin/env python3
"""The programs that README.md and numeral/numeral.h show compile as they stand, outside this
tree, under C17 and C++17, and do what they say.

usage: test_programs.py SOURCE_ROOT BUILD_ROOT
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror", "-pedantic"]
MOST_LINES = 15


def readme_program(root):
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        program = re.search(r"## In a program\n\n```c\n(.*?)```", file.read(), re.S).group(1)
    assert program.count("\n") <= MOST_LINES, f"{program.count(chr(10))} lines"
    return program


def tour(root):
    path = os.path.join(root, "include", "numeral", "numeral.h")
    with open(path, encoding="utf-8") as file:
        comment = file.read().split("*/")[0]
    lines = re.findall(r"^ \*(?:     (.*))?$", comment, re.M)
    first = next(i for i, line in enumerate(lines) if line.startswith("#include"))
    last = max(i for i, line in enumerate(lines) if line == "}")
    return "\n".join(lines[first:last + 1]) + "\n"


def check_headers(root, compiler, standard):
    """All headers, in one program, as C++ too."""
    include = os.path.join(root, "include")
    names = [os.path.relpath(os.path.join(folder, name), include)
             for folder, _, files in os.walk(include) for name in files]
    done = subprocess.run(
        [compiler, f"-std={standard}", *WARNINGS, "-fsyntax-only", "-I", include, "-x",
         "c++" if "++" in standard else "c", "-"], text=True, capture_output=True,
        input="".join(f"#include <{name}>\n" for name in sorted(names)) + "int main(void) {}\n")
    assert done.returncode == 0, f"headers, {standard}: {done.stderr}"


def build_and_run(name, program, compiler, standard, root, build):
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "program.cc" if "++" in standard else "program.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program)
        done = subprocess.run(
            [compiler, f"-std={standard}", *WARNINGS, "-I", os.path.join(root, "include"),
             source, "-L", build, "-lnumeral", "-o", os.path.join(folder, "program")],
            capture_output=True, text=True)
        assert done.returncode == 0, f"{name}, {standard}: {done.stderr}"
        done = subprocess.run(["./program"], cwd=folder, capture_output=True, text=True,
                              env={**os.environ, "LD_LIBRARY_PATH": build})
        assert done.returncode == 0, f"{name}, {standard}: {done.stdout} {done.stderr}"
        return done.stdout


def main():
    root, build = map(os.path.abspath, sys.argv[1:3])
    compilers = [("cc", "c17"), ("c++", "c++17")]
    compilers = [(path, standard) for name, standard in compilers
                 if (path := shutil.which(name))]
    for compiler, standard in compilers:
        check_headers(root, compiler, standard)
        told = build_and_run("README.md", readme_program(root), compiler, standard, root, build)
        assert re.fullmatch(r"a \d, \d+\.\d % sure\n", told), told
        told = build_and_run("numeral.h", tour(root), compiler, standard, root, build)
        found = re.fullmatch(r"the first is a \d; accuracy (0\.\d+)\n", told)
        assert found and float(found.group(1)) > 0.8, told
    print(f"programs: 2 run under {', '.join(standard for _, standard in compilers)}")
    return 0 if compilers else 77


if __name__ == "__main__":
    sys.exit(main())
