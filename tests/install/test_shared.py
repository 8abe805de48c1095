#!/usr/bin/env python3
"""An installation is found and works: the command finds its library wherever both lie, C
programs find it by pkg-config, C++ programs by CMake, and all headers are there.

usage: test_shared.py SOURCE_ROOT BUILD_ROOT
"""
import os
import subprocess
import sys
import tempfile

import outside

LISTS = """cmake_minimum_required(VERSION 3.16)
project(outside CXX)
find_package(numeral {version} REQUIRED)
add_executable(digits digits.cc)
set_property(TARGET digits PROPERTY CXX_STANDARD 17)
target_compile_options(digits PRIVATE -Wall -Wextra -Wconversion -Werror -pedantic)
target_link_libraries(digits PRIVATE numeral::numeral)
"""


def check_command(prefix):
    """In the folder it was put, and in one that both are moved to."""
    for place in (prefix, prefix + "-moved"):
        if place != prefix:
            os.rename(prefix, place)
        told = outside.run(os.path.join(place, "bin", "numeral"), "--version",
                           env=outside.clean_environment())
        assert told.startswith("numeral "), told
    os.rename(prefix + "-moved", prefix)


def check_headers(source, prefix):
    def headers(root):
        return sorted(os.path.relpath(os.path.join(folder, name), root)
                      for folder, _, names in os.walk(root) for name in names)
    there, here = (headers(os.path.join(root, "include")) for root in (prefix, source))
    assert there == here, set(there) ^ set(here)


def check_pkg_config(source, prefix, folder):
    program = outside.write_program(source, folder, "digits.c")
    flags = outside.ask_pkg_config(prefix, "--cflags", "--libs")
    outside.run("cc", program, *flags, f"-Wl,-rpath,{outside.library_folder(prefix)}", "-o",
                os.path.join(folder, "digits"))
    outside.check_told("./digits", folder)
    needed = outside.run("readelf", "-d", os.path.join(folder, "digits"))
    assert "[libnumeral.so.0]" in needed, needed
    # nothing but the library itself is asked of who links it shared
    assert not [flag for flag in flags if flag.startswith("-l") and flag != "-lnumeral"], flags


def configure(version, prefix, folder):
    with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as file:
        file.write(LISTS.format(version=version))
    return subprocess.run(["cmake", "-S", ".", "-B", "cmake-" + version, "-Wdev",
                           f"-DCMAKE_PREFIX_PATH={prefix}"], cwd=folder, text=True,
                          capture_output=True, env=outside.clean_environment(), check=False)


def check_cmake(source, prefix, folder):
    outside.write_program(source, folder, "digits.cc")
    version = outside.ask_pkg_config(prefix, "--modversion")[0]
    done = configure(version, prefix, folder)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    outside.run("cmake", "--build", "cmake-" + version, cwd=folder)
    outside.check_told(f"cmake-{version}/digits", folder)
    for other in ("0.1", "0.99", "1.0"):
        done = configure(other, prefix, folder)
        assert done.returncode and "numeral" in done.stderr, f"{other}: {done.stdout}"


def main():
    source, build = outside.paths()
    outside.need("cc", "c++", "pkg-config", "cmake")
    with tempfile.TemporaryDirectory() as folder:
        prefix = outside.stage(build, os.path.join(folder, "stage"))
        check_command(prefix)
        check_headers(source, prefix)
        check_pkg_config(source, prefix, folder)
        check_cmake(source, prefix, folder)


if __name__ == "__main__":
    sys.exit(main())
