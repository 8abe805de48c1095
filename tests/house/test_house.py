#!/usr/bin/env python3
"""The walls of the house, checked by machine.

usage: test_house.py SOURCE_ROOT BUILD_ROOT COMPILER

1. No folder of src/ includes one below it; cli/, serve/, mpi/ and python/ see only public headers and
   answers/, which see nothing of cli/.
2. Each public header compiles alone, as C and with the strictest warnings.
3. The shared library exports nothing without the prefix; neither does any object.
   No object keeps zeroed data that changes, but for what is set once for the process.
4. No object outside src/base touches the heap, the file system or the terminal itself.
5. No source file passes 600 lines.
6. Real numbers are written by src/base/text.h, whatever the locale.
7. No circle of files, neither inside a folder nor through several: objects are followed by
   the symbols that they take from each other. Only a table (NAME_table.c) names its entries,
   which may in turn look into the table.
8. Every documented place of a part exists: each folder has its files in its meson.build.
"""
import os
import re
import subprocess
import sys

ORDER = ("base linalg kernel image framing data transform metric index feature projection "
         "quantise rerank vote recipe pipeline model eval plot map registry explain page study "
         "report").split()
PREFIX = "numeral_"
FORBIDDEN = set("""malloc calloc realloc reallocarray free posix_memalign aligned_alloc
    memalign strdup strndup asprintf vasprintf getline getdelim
    open open64 openat creat fopen fopen64 fdopen freopen read write pread pwrite close
    mmap mmap64 munmap rename unlink remove mkdir stat stat64 fstat fstat64 lstat opendir
    readdir readdir64 printf vprintf puts putchar fprintf vfprintf fputs fputc perror
    stdout stderr stdin exit _exit abort system popen fork getenv setenv rand srand random
    strtod strtof strtold atof time gettimeofday clock_gettime __printf_chk __fprintf_chk __vfprintf_chk""".split())
# Environment variables name where data lies; they are read, never set.
ALLOWED = {"src_data_": {"getenv"}}
# What is set once for the process: tables, the kernel in use, leptonica's hooks; and the
# functions of a library that was loaded late (base/late.h).
STATEFUL = ("src_base_", "src_kernel_", "src_image_leptonica")
MAX_LINES = 600

problems = []


def problem(text):
    problems.append(text)
    print("house:", text)


def files(root, *endings):
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(endings):
                yield os.path.join(folder, name)


def includes(path):
    with open(path, encoding="utf-8") as file:
        return re.findall(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', file.read(), re.M)


def check_includes(root):
    for path in files(os.path.join(root, "src"), ".c", ".h"):
        folder = os.path.relpath(path, os.path.join(root, "src")).split(os.sep)[0]
        if folder not in ORDER:
            problem(f"{path}: {folder} is no folder of the design")
            continue
        for name in includes(path):
            target = name.split("/")[0]
            if target in ORDER and ORDER.index(target) > ORDER.index(folder):
                problem(f"{path}: includes {name}, which lies below {folder}")
    for top in ("answers", "cli", "mpi", "python", "serve"):
        for path in files(os.path.join(root, top), ".c", ".h"):
            for name in includes(path):
                if name.split("/")[0] in ORDER:
                    problem(f"{path}: includes {name}; only numeral/ is public")
    below = set(os.listdir(os.path.join(root, "cli")))
    for path in [*files(os.path.join(root, "answers"), ".c", ".h"),
                 *files(os.path.join(root, "serve"), ".c", ".h")]:
        for name in below.intersection(includes(path)):
            problem(f"{path}: includes {name}, which lies below")
    for path in files(os.path.join(root, "include"), ".h"):
        for name in includes(path):
            if name.split("/")[0] in ORDER:
                problem(f"{path}: a public header includes {name}")


def check_headers(root, compiler):
    for path in files(os.path.join(root, "include"), ".h"):
        name = os.path.relpath(path, os.path.join(root, "include"))
        done = subprocess.run(
            compiler + ["-std=c17", "-Wall", "-Wextra", "-Wconversion", "-Werror",
                        "-fsyntax-only", "-I", os.path.join(root, "include"), "-x", "c", "-"],
            input=f"#include <{name}>\nint main(void) {{ return 0; }}\n", text=True,
            capture_output=True)
        if done.returncode:
            problem(f"{name} does not compile alone: {done.stderr.strip()[:500]}")


def symbols(path, *options):
    text = subprocess.run(["nm", "-A", *options, path], text=True, capture_output=True,
                          check=True).stdout
    for line in text.splitlines():
        match = re.match(r"(.*?):\s*[0-9a-f]*\s+(\S) (\S+)$", line)
        if match:
            yield os.path.basename(match.group(1).split(":")[-1]), match.group(2), match.group(3)


def check_symbols(build):
    shared = [f for f in files(build, ".so") if os.path.basename(f) == "libnumeral.so"]
    if not shared:
        problem("libnumeral.so was not built")
    for path in shared:
        names = [name for _, kind, name in symbols(path, "-D", "--defined-only")]
        if len(names) < 20:
            problem(f"{path} exports only {len(names)} symbols")
        for name in names:
            if not name.startswith(PREFIX):
                problem(f"{path} exports {name}")
    archive = os.path.join(build, "libnumeral_core.a")
    objects = set()
    for where, kind, name in symbols(archive):
        objects.add(where)
        if kind in "TDBRVW" and not name.startswith((PREFIX, "__asan", "__odr", "_sub_I")):
            problem(f"{where} defines {name} without the prefix")
        if kind in "bBC" and not where.startswith(STATEFUL) and name != "late_functions":
            problem(f"{where} keeps {name}, which changes; objects hold state, files do not")
        if kind == "U" and not where.startswith("src_base_"):
            bare = name.split("@")[0]
            allowed = set().union(*(names for start, names in ALLOWED.items()
                                    if where.startswith(start)))
            if bare in FORBIDDEN and bare not in allowed:
                problem(f"{where} uses {bare}; src/base is the only door")
    if len(objects) < 30:
        problem(f"only {len(objects)} objects were found in {archive}")


def check_numbers(root):
    """snprintf takes the decimal point from the locale; src/base/text.h does not."""
    for path in files(os.path.join(root, "src"), ".c"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in re.finditer(r"\bv?snprintf\(((?:[^;\"]|\"(?:[^\"\\]|\\.)*\")*);", text):
            if re.search(r"%[-+ #0-9.*]*[eEfFgG]\b", match.group(1)):
                line = text.count("\n", 0, match.start()) + 1
                problem(f"{path}:{line} writes a real number as the locale does")


def check_printing(root):
    """What the command prints goes through cli_print, which shows names harmlessly."""
    for path in files(os.path.join(root, "cli"), ".c"):
        if os.path.basename(path) in ("print.c", "progress.c"):
            continue
        with open(path, encoding="utf-8") as file:
            for match in re.finditer(r"(?<!\w)(?:v?f?printf|puts) *\(", file.read()):
                problem(f"{path} calls {match.group()[:-1]}; names go through cli_print")


def find_circles(graph):
    """The strongly connected groups of more than one node (Tarjan 1972)."""
    index, low, stack, groups = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = stack[stack.index(node):]
            del stack[len(stack) - len(group):]
            if len(group) > 1:
                groups.append(group)

    for node in list(graph):
        if node not in index:
            visit(node)
    return groups


def check_circles(*paths):
    """Circles between the objects of an archive, or of one folder of objects."""
    defined, used = {}, {}
    for path in paths:
        for where, kind, name in symbols(path):
            where = where if path.endswith(".a") else os.path.basename(path)
            if kind in "TDBRVWC":
                defined[name] = where
            elif kind == "U":
                used.setdefault(where, set()).add(name)
    graph = {where: {defined[name] for name in names if name in defined} - {where}
             for where, names in used.items() if not where.endswith(("_table.c.o", "main.c.o"))}
    for group in find_circles(graph):
        problem("these files go round in a circle: " + ", ".join(sorted(group)))


def check_files(root):
    for top in ("src", "answers", "cli", "include", "mpi", "python", "serve"):
        for path in files(os.path.join(root, top), ".c", ".h"):
            name = os.path.basename(path)
            with open(path, encoding="utf-8") as file:
                lines = file.read().count("\n")
            if lines > MAX_LINES:
                problem(f"{path} has {lines} lines; {MAX_LINES} are too many for one job")
            folder = os.path.dirname(path)
            if name.endswith(".c"):
                with open(os.path.join(folder, "meson.build"), encoding="utf-8") as file:
                    text = file.read()
                # a kernel is named by its subject and its instruction set
                apart = name[:-2].split("_") if folder.endswith("kernel") else [name]
                if f"'{name}'" not in text and not all(f"'{a}'" in text for a in apart):
                    problem(f"{path} is not built")


def main():
    root, build = sys.argv[1:3]
    check_includes(root)
    check_headers(root, sys.argv[3:] or ["cc"])
    check_symbols(build)
    check_files(root)
    check_printing(root)
    check_numbers(root)
    check_circles(os.path.join(build, "libnumeral_core.a"))
    check_circles(os.path.join(build, "answers", "libanswers.a"))
    check_circles(os.path.join(build, "serve", "libserve.a"))
    check_circles(*(path for path in files(os.path.join(build, "numeral.p"), ".o")))
    print(f"house: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
