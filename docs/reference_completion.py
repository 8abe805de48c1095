"""Completion for bash, zsh and fish, from the program's own help and tables.

An option completes to its values: the words that its help lists (a|b), the names of a table,
files, or nothing where it takes a number. Arguments complete to a command's own words (the
first of `numeral data`), then to names of data sets and files.
"""
import re

# The tables whose names an option takes.
TABLES = {"metric": ["metric"], "weights": ["vote"], "index": ["index"], "rerank": ["rerank"],
          "preset": ["preset"], "recipe": ["transform", "feature"], "format": ["format"]}
FILES = {"FILE", "PATH", "MODEL", "FOLDER", "LIST", "DATA", "SOCKET"}
MAIN = ["--help", "--version"]


def names(tables):
    return {table["table"]: [entry["name"] for entry in table["entries"]] for table in tables}


def values(option, known):
    """What the option's argument may be: a list of words, or `files`, or None."""
    _, name, argument, words = option
    if not argument:
        return None
    if "|" in argument:
        return argument.split("|")
    if name in TABLES:
        return [word for table in TABLES[name] for word in known[table]]
    if name == "split":
        return ["train", "test"]
    if name == "layout":
        return re.findall(r"(\w+) \(", words)
    return "files" if re.match(r"[A-Z]+", argument).group(0) in FILES else None


def first_words(command, known):
    """The words that a command's first argument is one of, if it has such."""
    first = command["usage"].split()[2:3]
    first = first[0].strip("[]") if first else ""
    if "|" in first:
        return first.split("|")
    if first == "TABLE":
        return list(known)
    if first == "KIND":
        return re.findall(r"^  ([a-z][\w-]*) +(?:[A-Z\[])", command["details"], re.M)
    return []


def data_names(sets):
    return [word for name in sets for word in (name, name + ":train", name + ":test")]


def make_bash(commands, known, sets):
    lines = ["# Completion of numeral in bash; written by docs/make_reference.py.",
             "_numeral()", "{",
             "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}",
             "    local command=${COMP_WORDS[1]}",
             "    _numeral_words() {",
             "        local line",
             "        while IFS= read -r line; do COMPREPLY+=(\"$line\"); done \\",
             "            < <(compgen -W \"$1\" -- \"$word\")",
             "    }",
             "    COMPREPLY=()",
             "    if [ \"$COMP_CWORD\" = 1 ]; then",
             "        _numeral_words \"" + " ".join([c["name"] for c in commands] + MAIN) + "\"",
             "        return", "    fi", "    case $command:$before in"]
    for command in commands:
        for option in command["options"]:
            letter, name, argument, _ = option
            taken = values(option, known)
            flags = [f"{command['name']}:-{letter}"] if letter else []
            flags += [f"{command['name']}:--{name}"] if name else []
            if isinstance(taken, list):
                lines += [f"    {' | '.join(flags)})",
                          f"        _numeral_words \"{' '.join(taken)}\"", "        return ;;"]
            elif argument:
                lines += [f"    {' | '.join(flags)}) return ;;"]
    lines += ["    esac", "    case $word in", "    -*) ;;", "    *)"]
    lines += ["        [ \"$COMP_CWORD\" = 2 ] && case $command in"]
    for command in commands:
        words = first_words(command, known)
        if words:
            lines += [f"        {command['name']})",
                      f"            _numeral_words \"{' '.join(words)}\"",
                      "            return ;;"]
    lines += ["        esac", f"        _numeral_words \"{' '.join(sets)}\"",
              "        [ -z \"$word\" ] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY "
              "< <(compgen -f -- \"$word\")",
              "        return ;;", "    esac", "    case $command in"]
    for command in commands:
        words = " ".join(word for letter, name, _, _ in command["options"]
                         for word in ([f"-{letter}"] if letter else []) +
                         ([f"--{name}"] if name else []))
        lines += [f"    {command['name']})", f"        _numeral_words \"{words}\" ;;"]
    lines += ["    esac", "}", "complete -o default -F _numeral numeral"]
    return "\n".join(lines) + "\n"


def zsh_text(words):
    """Inside [...] of a specification, inside single quotes."""
    return re.sub(r"([\[\]:\\])", r"\\\1", words).replace("'", "'\\''")


def zsh_action(taken):
    if isinstance(taken, list):
        return "(" + " ".join(taken) + ")"
    return "_files" if taken == "files" else " "


def zsh_option(option, known):
    letter, name, argument, words = option
    flags = ([f"-{letter}"] if letter else []) + ([f"--{name}"] if name else [])
    tail = f"'[{zsh_text(words)}]"
    if argument:
        tail += f":{zsh_text(argument)}:{zsh_action(values(option, known))}"
    tail += "'"
    if re.search(r"more than once|given twice", words):
        head = "'*'"
    else:
        head = f"'({' '.join(flags)})'" if len(flags) > 1 else ""
    return head + ("{" + ",".join(flags) + "}" if len(flags) > 1 else flags[0]) + tail


def make_zsh(commands, known, sets):
    lines = ["#compdef numeral",
             "# Completion of numeral in zsh; written by docs/make_reference.py.",
             "_numeral_data() {", f"    compadd -- {' '.join(sets)}", "    _files", "}",
             "_numeral() {", "    local -a commands", "    commands=("]
    lines += [f"        '{c['name']}:{zsh_text(c['summary'])}'" for c in commands]
    lines += ["    )", "    if (( CURRENT == 2 )); then", "        _describe command commands",
              f"        compadd -- {' '.join(MAIN)}", "        return", "    fi",
              "    local name=$words[2]", "    shift words", "    (( CURRENT-- ))",
              "    case $name in"]
    for command in commands:
        lines += [f"    {command['name']})", "        _arguments -S \\"]
        lines += [f"            {zsh_option(option, known)} \\" for option in command["options"]]
        words = first_words(command, known)
        if words:
            lines += [f"            '1:what:({' '.join(words)})' \\"]
        lines += ["            '*:argument:_numeral_data' ;;"]
    lines += ["    esac", "}", "_numeral \"$@\""]
    return "\n".join(lines) + "\n"


def fish_text(words):
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def make_fish(commands, known, sets):
    lines = ["# Completion of numeral in fish; written by docs/make_reference.py.",
             "function __numeral_command", "    set -l words (commandline -opc)",
             "    test (count $words) -ge 2; and test $words[2] = $argv[1]", "end",
             "function __numeral_first", "    set -l words (commandline -opc)",
             "    test (count $words) -eq 2; and test $words[2] = $argv[1]", "end",
             "function __numeral_none", "    test (count (commandline -opc)) -eq 1", "end",
             "complete -c numeral -n __numeral_none -f -l help -d 'print help'",
             "complete -c numeral -n __numeral_none -f -l version -d 'print the version'",
             "complete -c numeral -n 'not __numeral_none' -a " + fish_text(" ".join(sets))]
    for command in commands:
        lines += [f"complete -c numeral -n __numeral_none -f -a {command['name']} "
                  f"-d {fish_text(command['summary'])}"]
        words = first_words(command, known)
        if words:
            lines += [f"complete -c numeral -n '__numeral_first {command['name']}' -f "
                      f"-a {fish_text(' '.join(words))}"]
        for option in command["options"]:
            letter, name, argument, about = option
            line = f"complete -c numeral -n '__numeral_command {command['name']}'"
            line += (f" -s {letter}" if letter else "") + (f" -l {name}" if name else "")
            taken = values(option, known)
            if isinstance(taken, list):
                line += f" -x -a {fish_text(' '.join(taken))}"
            elif argument:
                line += " -r -F" if taken == "files" else " -x"
            lines += [line + f" -d {fish_text(about)}"]
    return "\n".join(lines) + "\n"


def make_all(commands, tables, sets):
    known, named = names(tables), data_names(sets)
    return {"packaging/completion/numeral.bash": make_bash(commands, known, named),
            "packaging/completion/_numeral": make_zsh(commands, known, named),
            "packaging/completion/numeral.fish": make_fish(commands, known, named)}
