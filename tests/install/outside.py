"""What the tests of an installation share: tools, staged installations, programs beside them."""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(HERE, "..", "house"), os.path.join(HERE, "..", "minimal")]

from test_programs import readme_program  # noqa: E402

TOLD = r"a \d, \d+\.\d % sure\n"


def need(*tools):
    """Leaves the test out where one is missing, but not where everything must be here."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        print("SKIP: not installed:", *missing)
        sys.exit(1 if os.environ.get("NUMERAL_REQUIRE_TOOLS") else 77)


def run(*command, **how):
    """What it prints; it must end well."""
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True,
                          check=False, **how)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]} {done.stderr[-3000:]}"
    return done.stdout


def clean_environment(**more):
    """Without the paths by which Meson's tests find the library that was built."""
    return {**{key: value for key, value in os.environ.items()
               if key not in ("LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH")}, **more}


def stage(build, folder, *options):
    """Installs a build under FOLDER, and gives the prefix there."""
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", folder, *options)
    with open(os.path.join(build, "meson-private", "numeral.pc"), encoding="utf-8") as file:
        return folder + re.search(r"^prefix=(.*)$", file.read(), re.M).group(1)


def library_folder(prefix):
    found = [folder for folder, _, names in os.walk(prefix) if "numeral.pc" in names]
    assert len(found) == 1, f"numeral.pc in {found}"
    return os.path.dirname(found[0])


def ask_pkg_config(prefix, *options):
    folder = os.path.join(library_folder(prefix), "pkgconfig")
    return run("pkg-config", f"--define-variable=prefix={prefix}", *options, "numeral",
               env=clean_environment(PKG_CONFIG_PATH=folder)).split()


def write_program(source, folder, name):
    """README's program, which is C and C++ alike."""
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(readme_program(source))
    return path


def check_told(program, folder):
    told = run(program, cwd=folder, env=clean_environment())
    assert re.fullmatch(TOLD, told), told


def paths():
    """SOURCE_ROOT and what else the test was given, absolute."""
    return [os.path.abspath(path) for path in sys.argv[1:]]
