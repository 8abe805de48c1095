#!/usr/bin/env python3
"""Programs that hold the library: of the minimal build by cc -static, which pkg-config
--static and CMake know how to; of the full one with its libraries shared.

usage: test_static.py SOURCE_ROOT BUILD_ROOT
"""
import os
import sys
import tempfile

import outside
import minimal_build


def check_whole(source, prefix, folder):
    """No shared library at all."""
    program = outside.write_program(source, folder, "digits.c")
    flags = outside.ask_pkg_config(prefix, "--static", "--cflags", "--libs")
    outside.run("cc", "-static", program, *flags, "-o", os.path.join(folder, "digits"))
    outside.check_told("./digits", folder)
    needed = outside.run("readelf", "-d", os.path.join(folder, "digits"))
    assert "NEEDED" not in needed, needed


def check_archive(source, prefix, folder):
    """libnumeral.a, and the libraries below it as they are."""
    program = outside.write_program(source, folder, "digits.c")
    flags = outside.ask_pkg_config(prefix, "--static", "--cflags", "--libs")
    flags = ["-l:libnumeral.a" if flag == "-lnumeral" else flag for flag in flags]
    outside.run("cc", program, *flags, "-o", os.path.join(folder, "digits"))
    outside.check_told("./digits", folder)
    needed = outside.run("readelf", "-d", os.path.join(folder, "digits"))
    assert "libnumeral" not in needed and "libjansson" in needed, needed


def check_cmake(source, prefix, folder):
    outside.write_program(source, folder, "digits.cc")
    with open(os.path.join(folder, "CMakeLists.txt"), "w", encoding="utf-8") as file:
        file.write("cmake_minimum_required(VERSION 3.16)\nproject(outside CXX)\n"
                   "set(NUMERAL_STATIC ON)\nfind_package(numeral REQUIRED)\n"
                   "add_executable(digits digits.cc)\n"
                   "target_link_libraries(digits PRIVATE numeral::numeral -static)\n")
    environment = outside.clean_environment()
    outside.run("cmake", "-S", ".", "-B", "cmake", f"-DCMAKE_PREFIX_PATH={prefix}", cwd=folder,
                env=environment)
    outside.run("cmake", "--build", "cmake", cwd=folder, env=environment)
    outside.check_told("cmake/digits", folder)
    assert "NEEDED" not in outside.run("readelf", "-d", os.path.join(folder, "cmake", "digits"))


def main():
    source, build = outside.paths()
    outside.need("cc", "pkg-config")
    minimal, problem = minimal_build.make(source, build)
    assert problem is None, problem
    with tempfile.TemporaryDirectory() as folder:
        prefix = outside.stage(minimal, os.path.join(folder, "minimal"), "--tags", "devel")
        check_whole(source, prefix, folder)
        if outside.shutil.which("cmake"):
            check_cmake(source, prefix, folder)
        prefix = outside.stage(build, os.path.join(folder, "full"), "--tags", "devel")
        check_archive(source, prefix, folder)


if __name__ == "__main__":
    sys.exit(main())
