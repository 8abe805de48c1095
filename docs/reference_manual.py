"""The manual pages: numeral(1), one for each command, and programs beside it, from their help."""
import re

# Of a page that has no options of its own to show, what help says of them all.
SHOWN = "DATA is a name"


def roff(text):
    return re.sub(r"^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"),
                  flags=re.M)


def heading(name, version, summary):
    return [f'.TH {roff(name.upper())} 1 "" "{version}" "User Commands"', ".SH NAME",
            f"{roff(name)} \\- {roff(summary)}"]


def one_line(summary):
    """A summary as NAME has it: its first sentence, in lower case, without a full stop."""
    first = re.split(r"(?<=[.])\s", summary)[0].rstrip(".")
    return first[0].lower() + first[1:]


def options(listed):
    lines = []
    for letter, name, argument, words in listed:
        names = [f"-{letter}"] if letter else []
        names += [f"--{name}"] if name else []
        flags = ", ".join("\\fB" + roff(n) + "\\fR" for n in names)
        lines += [".TP", flags + (f" \\fI{roff(argument)}\\fR" if argument else ""),
                  roff(words) or "\\&"]
    return lines


def paragraphs(details):
    """Text is filled; lists, examples and tables, which are indented, stay as they are."""
    lines = []
    for block in re.split(r"\n\n+", details.strip("\n")):
        if re.search(r"^ ", block, re.M):
            lines += [".PP", ".nf", roff(block), ".fi"]
        else:
            lines += [".PP", roff(" ".join(block.split()))]
    return lines


def see_also(commands, but):
    names = ["numeral"] + ["numeral-" + command["name"] for command in commands]
    pages = [f".BR {roff(name)} (1)" for name in names if name != but]
    return [".SH SEE ALSO"] + [page + " ," for page in pages[:-1]] + pages[-1:]


def make_page(command, version, commands):
    name = "numeral-" + command["name"]
    usage = command["usage"].replace("numeral " + command["name"], "").strip()
    lines = heading(name, version, one_line(command["summary"]))
    lines += [".SH SYNOPSIS", f".B numeral {roff(command['name'])}", f"\\fI{roff(usage)}\\fR",
              ".SH DESCRIPTION", roff(command["summary"])]
    lines += paragraphs(command["details"])
    lines += [".SH OPTIONS"] + options(command["options"])
    lines += see_also([{"name": other} for other in ("data", "list", "train", "predict")], name)
    return "\n".join(lines) + "\n"


def make_program(program, version):
    """A program of its own, whose usage has a line for each thing that it does."""
    lines = heading(program["name"], version, one_line(program["summary"]))
    lines += [".SH SYNOPSIS", ".nf"]
    lines += [roff(line.strip()) for line in program["usage"].splitlines()]
    lines += [".fi", ".SH DESCRIPTION", roff(program["summary"])]
    lines += paragraphs(program["details"])
    lines += [".SH OPTIONS"] + options(program["options"])
    lines += [".SH EXIT STATUS", "0 done, 1 failed (one sentence on standard error)."]
    lines += see_also([{"name": other} for other in ("predict", "eval", "neighbours", "train")],
                      program["name"])
    return "\n".join(lines[:-1] + [lines[-1] + " ,", ".BR mpirun (1)"]) + "\n"


def make_main(version, overview, commands, tables, hidden):
    """numeral(1); `hidden` tables are no parts of recipes."""
    told = overview[overview.index(SHOWN):overview.index("numeral COMMAND --help")]
    lines = heading("numeral", version,
                    "handwritten digits, read by k-nearest neighbours")
    lines += [".SH SYNOPSIS", ".B numeral",
              "\\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]", ".SH DESCRIPTION",
              roff(" ".join(told.split())), ".SH COMMANDS"]
    for command in commands:
        lines += [".TP", f".BR numeral\\-{roff(command['name'])} (1)", roff(command["summary"])]
    lines += [".SH RECIPES"]
    for table in tables:
        if table["table"] in hidden:
            continue
        lines += [f".SS {table['table']}"]
        for entry in table["entries"]:
            lines += [".TP", f"\\fB{roff(entry['name'])}\\fR", roff(entry["help"])]
            lines += [f".br\n{roff(p['name'])}: {roff(p['help'])} ({roff(p['range'])})"
                      for p in entry["parameters"]]
    lines += [".SH ENVIRONMENT", ".TP", ".B NUMERAL_DATA",
              "A folder with data sets: the four files of MNIST, or a folder for each name.",
              ".TP", ".B NUMERAL_MIRROR",
              "Where named sets are fetched from, instead of their own sites.",
              ".TP", ".B NUMERAL_CPU",
              "The instruction set to use: ref, sse41, avx2, avx512 or neon. Answers are the "
              "same with each.", ".SH EXIT STATUS",
              "0 done, 1 failed (one sentence on standard error), 2 wrong usage."]
    lines += see_also(commands, "numeral")
    return "\n".join(lines) + "\n"


def make_pages(version, overview, commands, tables, hidden):
    pages = {"docs/man/numeral.1": make_main(version, overview, commands, tables, hidden)}
    for command in commands:
        pages[f"docs/man/numeral-{command['name']}.1"] = make_page(command, version, commands)
    return pages
