#!/usr/bin/env python3
"""Writes the reference from the program itself, so that it cannot go stale.

usage: make_reference.py NUMERAL [--check] [--run] [--into FOLDER]

From `numeral list --json`, `numeral COMMAND --help`, docs/examples.txt and the headers in
include/numeral it writes docs/recipes.md, docs/commands.md with a page for each command in
docs/commands/, docs/api.md, the manual in docs/man/ and packaging/completion/ for three shells;
the page of numeral-mpi from its own help, where it was built beside numeral.
--check writes nothing and fails when one of them differs from what would be written.
--run runs every example on pen digits, and fails when a part has none.
"""
import argparse
import difflib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

import reference_completion
import reference_manual

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
AGAIN = "python3 docs/make_reference.py build/numeral"
# What each table is, in the order in which a digit meets it.
TABLES = {
    "transform": "Image to image. The first stages of a recipe, before the feature: "
                 "`deskew,blur=0.7,pixels`.",
    "feature": "Image to vector. Every recipe has one; several are joined by `+` and their "
               "vectors put side by side.",
    "projection": "Vector to vector, fitted to the training rows. They follow the feature.",
    "metric": "`--metric`: the distance of two rows.",
    "index": "`--index`: how neighbours are searched. Each gives the same neighbours.",
    "rerank": "`--rerank`: a second look at the digits that the gate calls hard; parts are "
              "joined by `+`.",
    "vote": "`--weights`: how neighbours become a label.",
    "preset": "`--preset`: whole recipes by name; options that follow override them.",
    "chart": "The pictures that numeral draws. These are no parts of recipes.",
    "format": "The data that numeral reads, recognised by content. These are no parts of "
              "recipes.",
}
NO_EXAMPLES = {"format", "chart"}
TRAIN, TEST = "pen:train[0:500]", "pen:test[0:100]"
MPI_PAGE = "docs/man/numeral-mpi.1"


def output_of(numeral, *arguments):
    done = subprocess.run([numeral, *arguments], text=True, capture_output=True, check=True)
    return done.stdout


def read_examples():
    examples = {}
    with open(os.path.join(ROOT, "docs", "examples.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, options = line.rstrip("\n").split("\t")
                examples[name] = options
    return examples


def read_command(name, text):
    """A command by its help, with its options as (letter, name, argument, help)."""
    head, _, tail = text.partition("\nOptions:\n")
    options = []
    for line in tail.splitlines():
        found = re.match(r"  (?:-(\w)(?:, | )|    )(?:--([\w-]+))?(?: ?([^ ]\S*))?(?:  +(.*))?$",
                         line)
        if found and line[2:6].strip() or line.startswith("      --"):
            letter, long, argument, words = found.groups()
            options.append([letter, long, argument, words or ""])
        elif line.strip():
            options[-1][3] = (options[-1][3] + " " + line.strip()).strip()
    usage, _, about = head.partition("\n\n")
    summary, _, details = about.partition("\n\n")
    return {"name": name, "text": text, "options": options,
            "usage": usage.replace("Usage: ", ""), "details": details,
            "summary": " ".join(summary.split())}


def read_commands(numeral):
    """The overview, and each command that it lists."""
    commands = []
    overview = output_of(numeral, "--help")
    listed = overview[overview.index("Commands:\n"):overview.index("\nDATA is")]
    for name in re.findall(r"^  ([a-z]\S*)", listed, re.M):
        commands.append(read_command(name, output_of(numeral, name, "--help")))
    return overview, commands


def read_sets(numeral):
    """The names of the data sets that it knows."""
    return [one["name"] for one in json.loads(output_of(numeral, "data", "list", "--json", "-"))]


def cell(text):
    return text.replace("|", "\\|")


def make_recipes(tables, examples):
    lines = ["# What recipes can be made of", "",
             f"Written by `{AGAIN}` from `numeral list`; edit the tables in `src/`, not this "
             "file. Every example runs in the tests.", "",
             "A recipe is one line: stages separated by commas, arguments behind `=`, "
             "separated by colons, by position or by name (`gradient=8:7` is "
             "`gradient=dirs=8:grid=7`); then options. Train it and look at its errors:", "",
             "```sh",
             "numeral train mnist --recipe deskew,gradient,nda=64 -k 5 -o digits.model",
             "numeral eval digits.model mnist", "```", ""]
    for table in tables:
        name = table["table"]
        lines += [f"- [{name}](#{name}): "
                  + ", ".join(f"`{entry['name']}`" for entry in table["entries"])]
    lines += ["", f"The examples below train on `{TRAIN}`, digits that numeral draws itself; "
              "put your own data in its place."]
    for table in tables:
        name = table["table"]
        lines += ["", f"## {name}", "", TABLES[name]]
        for entry in table["entries"]:
            source = f" ({entry['source']})" if entry["source"] else ""
            lines += ["", f"### {name} `{entry['name']}`", "",
                      entry["help"][0].upper() + entry["help"][1:] + source + "."]
            if entry["recipe"]:
                lines += ["", f"Recipe: `{entry['recipe']}`"]
            if entry["parameters"]:
                lines += ["", "| parameter | what it is | range |", "|---|---|---|"]
                lines += [f"| `{p['name']}` | {cell(p['help'])} | {cell(p['range'])} |"
                          for p in entry["parameters"]]
            example = examples.get(f"{name}/{entry['name']}")
            if example:
                lines += ["", "```sh",
                          f"numeral train '{TRAIN}' {example} -o digits.model", "```"]
    return "\n".join(lines) + "\n"


def make_commands(overview, commands):
    lines = ["# The command", "",
             f"Written by `{AGAIN}` from `numeral COMMAND --help`; edit `cli/`, not this file. "
             "[tutorial.md](tutorial.md) shows most of them at work.",
             "", "| command | what it does |", "|---|---|"]
    lines += [f"| [{command['name']}](commands/{command['name']}.md) | {cell(command['summary'])} |"
              for command in commands]
    lines += ["", "```", overview.rstrip().split("\n", 2)[2], "```", "",
              "Exit status: 0 done, 1 failed (one sentence on standard error, beginning "
              "`numeral: `), 2 wrong usage. Output files are written whole or not at all."]
    return "\n".join(lines) + "\n"


def make_command(command):
    lines = [f"# numeral {command['name']}", "",
             f"Written by `{AGAIN}`. [All commands](../commands.md)", "", command["summary"], "",
             "```", command["text"].rstrip(), "```"]
    if "--recipe" in command["text"]:
        lines += ["", "What recipes can be made of: [recipes.md](../recipes.md)"]
    return "\n".join(lines) + "\n"


def plain(comment):
    """The text of a C comment as Markdown: lines joined to paragraphs, code as it is."""
    text = re.sub(r"^/\*\*? ?|\s*\*/$", "", comment.strip())
    out = []
    for line in (re.sub(r"^ \* ?", "", line).rstrip() for line in text.splitlines()):
        if line.startswith("    "):
            out += [""] * bool(out and out[-1] and not out[-1].startswith("    ")) + [line]
            continue
        line = re.sub(r"([*<\[])", r"\\\1", line)
        if line and out and out[-1] and not line.startswith("- ") \
                and not out[-1].startswith("    "):
            out[-1] += " " + line.strip()
        else:
            out.append(line)
    return "\n".join(out).strip("\n")


def without_mark(code):
    """Declarations without NUMERAL_API, what was aligned to it moved along."""
    def moved(match):
        return re.sub(r"\n {12}", "\n", match.group(1))
    return re.sub(r"NUMERAL_API ([^;]*;)", moved, code)


def read_header(path):
    """The opening comment, and (comment, declarations) of each group behind it."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    opening = re.match(r"/\*.*?\*/", text, re.S).group(0)
    text = re.sub(r"^#if[n]?def __cplusplus\n.*?^#endif\n", "", text[len(opening):],
                  flags=re.M | re.S)
    text = re.sub(r"^#(?!define NUMERAL_MAX).*\n(?:(?<=\\\n).*\n)*", "", text, flags=re.M)
    text = without_mark(text)
    groups = []
    # a group: comments at the left margin, and what follows up to a blank line outside braces
    for chunk in re.split(r"\n\n+(?=[^\s}])", text.strip()):
        found = re.match(r"((?:/\*.*?\*/\s*)*)(.*)", chunk, re.S)
        comment, code = found.group(1), found.group(2).strip()
        groups.append((" ".join(plain(one) for one in re.findall(r"/\*.*?\*/", comment, re.S)),
                       code))
    return plain(opening), groups


def declared(code):
    """The names that a group declares."""
    bare = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
    while "{" in bare and re.search(r"\{[^{}]*\}", bare):
        bare = re.sub(r"\{[^{}]*\}", "", bare)
    names = re.findall(r"\b(numeral_\w+)\s*\(|typedef [^;(]*?\b(numeral_\w+);"
                       r"|struct (numeral_\w+)\s*;|#define (NUMERAL_\w+)", bare)
    return list(dict.fromkeys(name for found in names for name in found if name))


def anchor(name):
    return re.sub(r"[./]", "", name)


def make_api():
    folder = os.path.join(ROOT, "include", "numeral")
    names = [name for part in ("", "tools/") for name in
             sorted(part + name for name in os.listdir(os.path.join(folder, part))
                    if name.endswith(".h"))]
    names.sort(key=lambda name: name != "numeral.h")
    lines = ["# The library", "",
             f"Written by `{AGAIN}` from the headers in `include/numeral/`; edit those. Programs "
             "that use it are in `examples/`.", ""]
    headers = [(name, *read_header(os.path.join(folder, name))) for name in names]
    for name, opening, _ in headers:
        first = re.split(r"(?<=[.:]) |\n", opening)[0].rstrip(":.")
        lines += [f"- [numeral/{name}](#numeral{anchor(name)}): {first}"]
    for name, opening, groups in headers:
        lines += ["", f"## numeral/{name}", "", opening]
        for comment, code in groups:
            found = declared(code)
            if found:
                lines += ["", "### " + ", ".join(f"`{one}`" for one in found)]
            lines += ["", comment] if comment else []
            lines += ["", "```c", code, "```"] if code else []
    return "\n".join(lines) + "\n"


def run_examples(numeral, tables, examples):
    problems, known = [], set()
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "digits.model")
        for table in tables:
            for entry in table["entries"]:
                name = f"{table['table']}/{entry['name']}"
                known.add(name)
                if table["table"] in NO_EXAMPLES:
                    continue
                if name not in examples:
                    problems.append(f"{name} has no example in docs/examples.txt")
                    continue
                if entry["name"] not in examples[name]:
                    problems.append(f"{name}: its example does not name it")
                for command in ([numeral, "train", TRAIN, *shlex.split(examples[name]), "-q",
                                 "-o", model], [numeral, "eval", model, TEST, "--json", "-"]):
                    done = subprocess.run(command, text=True, capture_output=True)
                    if done.returncode:
                        problems.append(f"{name}: {shlex.join(command)}: {done.stderr.strip()}")
                        break
                else:
                    accuracy = json.loads(done.stdout)["accuracy"]
                    print(f"{name}: {accuracy:.2f}")
                    if accuracy < 0.3:  # ten labels: chance is 0.1
                        problems.append(f"{name}: reads only {accuracy:.0%}")
    problems += [f"docs/examples.txt: there is no {name}" for name in examples
                 if name not in known]
    return problems


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("numeral")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--into", default=ROOT)
    options = parser.parse_args()
    numeral = os.path.abspath(options.numeral)
    tables = json.loads(output_of(numeral, "list", "--json", "-"))
    examples = read_examples()
    if options.run:
        problems = run_examples(numeral, tables, examples)
    else:
        overview, commands = read_commands(numeral)
        version = output_of(numeral, "--version").split(" (")[0]
        texts = {"docs/recipes.md": make_recipes(tables, examples),
                 "docs/commands.md": make_commands(overview, commands),
                 **{f"docs/commands/{c['name']}.md": make_command(c) for c in commands},
                 "docs/api.md": make_api(),
                 **reference_manual.make_pages(version, overview, commands, tables,
                                               NO_EXAMPLES),
                 **reference_completion.make_all(commands, tables, read_sets(numeral))}
        problems, mpi = [], os.path.join(os.path.dirname(numeral), "mpi", "numeral-mpi")
        if os.path.exists(mpi):
            texts[MPI_PAGE] = reference_manual.make_program(
                read_command("numeral-mpi", output_of(mpi, "--help")), version)
        for name, text in texts.items():
            path = os.path.join(options.into, name)
            if not options.check:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                continue
            old = ""
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    old = file.read()
            if old != text:
                difference = difflib.unified_diff(old.splitlines(), text.splitlines(), "stored",
                                                  "now", lineterm="", n=0)
                problems.append(f"{name} is stale; run: {AGAIN}\n"
                                + "\n".join(list(difference)[:12]))
        for folder in ("docs/commands", "docs/man"):
            problems += [f"{folder}/{name}: there is no such command"
                         for name in sorted(os.listdir(os.path.join(options.into, folder)))
                         if f"{folder}/{name}" not in {*texts, MPI_PAGE}]
        wide = [line for line in output_of(numeral, "list").splitlines() if len(line) > 80]
        problems += [f"numeral list: wider than 80 columns: {line}" for line in wide]
    for problem in problems:
        print("reference:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
