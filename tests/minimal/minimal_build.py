"""The minimal build, with debug information, made once for all tests that look at it: in the
folder `minimal` of the build that is tested, by one test at a time. It is not optimised, and
only what they look at is built: compiling is nearly all that these tests cost.
"""
import fcntl
import os
import subprocess

OPTIONS = ["--buildtype=debug", "-Dminimal=true", "-Dtests=false", "-Dpython=disabled",
           "-Dmpi=disabled", "-Ddefault_library=both"]
TARGETS = ["numeral", "libnumeral.a"]  # the shared library comes with the program


def make(source, build):
    """Its folder, and what a command that failed printed, or None."""
    folder = os.path.join(build, "minimal")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(build, "minimal.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        commands = [["ninja", "-C", folder, *TARGETS]]
        if not os.path.exists(os.path.join(folder, "build.ninja")):
            commands.insert(0, ["meson", "setup", *OPTIONS, folder, source])
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return folder, f"{command[0]}: {done.stdout[-3000:]}{done.stderr[-1000:]}"
    return folder, None
