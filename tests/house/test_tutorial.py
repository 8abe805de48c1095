#!/usr/bin/env python3
"""The documents name only commands and options that there are, and files that exist.

usage: test_tutorial.py NUMERAL FOLDER

Every `$ numeral ...` of docs/tutorial.md and every line `numeral ...` in a block of sh of
README.md and docs/*.md is parsed by the command itself, with --help at its end so that
nothing runs; links and pictures between the documents have to lead to files.
"""
import glob
import os
import re
import shlex
import subprocess
import sys

MOST_PICTURE_BYTES = 100_000


def commands_of(text):
    for block in re.findall(r"^```(?:console|sh)\n(.*?)^```", text, re.M | re.S):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            found = re.match(r"(?:\$ )?(?:build/)?numeral (.*)", line)
            if found:
                yield found.group(1)


def check_command(numeral, where, command, options):
    words = shlex.split(command, comments=True)
    if words[0].startswith("-"):
        return []
    # a pipe or redirection ends what is numeral's
    words = words[:next((i for i, word in enumerate(words) if word in ("|", ">", "<", "&&")),
                        len(words))]
    done = subprocess.run([numeral, *words, "--help"], text=True, capture_output=True)
    if done.returncode or not done.stdout.startswith(f"Usage: numeral {words[0]}"):
        return [f"{where}: numeral {command}: {done.stderr.strip()}"]
    options.update(re.findall(r"--[\w-]+", command))
    return []


def check_links(path, text):
    problems = []
    bare = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", bare):
        file = os.path.join(os.path.dirname(path), target)
        if "://" in target:
            continue
        if not os.path.exists(file):
            problems.append(f"{path}: {target} does not exist")
        elif "/tutorial/" in target and os.path.getsize(file) > MOST_PICTURE_BYTES:
            problems.append(f"{path}: {target} has {os.path.getsize(file)} bytes")
    return problems


def check_outputs(text):
    """Each command of the tutorial stands with what it printed."""
    return [f"docs/tutorial.md: {block.strip()} stands without its output"
            for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S)
            if block.count("\n") < 2]


def main():
    numeral, root = os.path.abspath(sys.argv[1]), sys.argv[2]
    problems, options, n = [], set(), 0
    for path in [os.path.join(root, "README.md"),
                 *sorted(glob.glob(os.path.join(root, "docs", "*.md")))]:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        problems += check_links(path, text)
        if path.endswith("tutorial.md"):
            problems += check_outputs(text)
        for command in commands_of(text):
            n += 1
            problems += check_command(numeral, os.path.basename(path), command, options)
    if n < 40:
        problems.append(f"only {n} commands were found")
    if "--reject-below" not in options:
        problems.append("the tutorial's commands were not seen")
    for problem in problems:
        print("tutorial:", problem)
    print(f"tutorial: {n} commands, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
