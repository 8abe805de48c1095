"""What the build says of how each C file of ours is compiled, and the calls of a tool for each,
two side by side.
"""
import concurrent.futures
import json
import os
import shlex
import subprocess

FOLDERS = ("src/", "cli/", "serve/", "answers/", "mpi/")


def commands(build, folders=FOLDERS):
    """{file, from the root: (folder to call in, words of its compiler's command without
    ccache, output and dependencies)}, each file once."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        name = os.path.relpath(path)
        if not name.startswith(folders) or not name.endswith(".c") or name in found:
            continue
        words = [word for word in shlex.split(entry["command"]) if word != "ccache"]
        kept = []
        skip = False
        for word in words:
            if not skip and word not in ("-MD", "-o", "-MF", "-MQ", "-c", entry["file"]):
                kept.append(word)
            skip = not skip and word in ("-o", "-MF", "-MQ")
        found[name] = (entry["directory"], [*kept, path])
    return found


def call_all(calls, at_once=2):
    """Calls each of {name: (folder, words)}; gives (name, what it printed) in their order."""
    def call(name):
        folder, words = calls[name]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False,
                              env={**os.environ, "LC_ALL": "C"})
        return name, done.returncode, done.stdout + done.stderr

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(call, calls)
