#!/usr/bin/env python3
"""In each shell every command completes, every option of each command, the values of those
that take one of a list, and the names of data sets.

usage: test_completion.py NUMERAL SOURCE_ROOT bash|zsh|fish

The shell itself is asked, by its own completion; what it should give is what the program's
help says.
"""
import os
import pty
import sys
import tempfile

import outside

sys.dont_write_bytecode = True

BASH = """source "$FOLDER/numeral.bash"
while IFS= read -r line; do
    read -ra COMP_WORDS <<<"$line"
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _numeral
    printf '%s\\t%s\\n' "$line" "${COMPREPLY[*]}"
done
"""
FISH = """source "$FOLDER/numeral.fish"
while read -l line
    set -l line (string replace -r '~$' '' -- $line)
    printf '%s\\t%s\\n' $line (complete -C $line | string replace -r '\\t.*' '' | string join ' ')
end
"""
# zsh completes only in its line editor, so it runs in a terminal of its own: a key asks all
# lines, and what would be offered goes into a file.
ZSH = """fpath=($FOLDER $fpath)
autoload -U compinit
compinit -u -d $WORK/dump
zstyle ':completion:*' completer _complete
compadd() {
    # with -O, -A, -D nothing is offered: a list is only looked through
    if [[ ${@[1,(i)(-|--)]} == *-[a-zA-Z0-9]#(O|A|D)\\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a offered
    builtin compadd -O offered "$@"
    hits+=($offered)
    builtin compadd "$@"
}
ask() {
    local line
    while IFS= read -r line; do
        hits=()
        BUFFER=${line%\\~}
        CURSOR=$#BUFFER
        zle list-choices
        print -r -- "$BUFFER"$'\\t'"${(u)hits}" >>$WORK/answers
    done <$WORK/lines
    BUFFER=exit
    zle accept-line
}
zle -N ask
bindkey '^T' ask
setopt extended_glob
print READY
"""


def ask_bash(lines, folder):
    done = outside.run("bash", "--norc", "-c", BASH, input="\n".join(lines) + "\n",
                       env={**os.environ, "FOLDER": folder})
    return done.splitlines()


def ask_fish(lines, folder):
    # read drops what is blank at the end of a line
    done = outside.run("fish", "--no-config", "-c", FISH, env={**os.environ, "FOLDER": folder},
                       input="".join(line + "~\n" for line in lines))
    return done.splitlines()


def ask_zsh(lines, folder):
    with tempfile.TemporaryDirectory() as work:
        for name, text in (("script", ZSH), ("lines", "".join(x + "~\n" for x in lines))):
            with open(os.path.join(work, name), "w", encoding="utf-8") as file:
                file.write(text)
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.update(FOLDER=folder, WORK=work, TERM="dumb", PS1="")
            os.chdir(work)
            os.execvp("zsh", ["zsh", "-f", "-i"])
        os.write(terminal, b"source $WORK/script\n")
        asked = told = b""
        while True:
            try:
                told = os.read(terminal, 65536)
            except OSError:
                break
            if not told:
                break
            before, asked = asked, asked + told
            if b"READY\r" in asked and b"READY\r" not in before:
                os.write(terminal, b"\x14")
        os.waitpid(pid, 0)
        with open(os.path.join(work, "answers"), encoding="utf-8") as file:
            return file.read().splitlines()


def expected(commands, sets, completion):
    """(line, what it must offer) of everything; and what it must not."""
    cases = [("numeral ", {command["name"] for command in commands})]
    known = completion.names(sets[1])
    for command in commands:
        start = f"numeral {command['name']} "
        long = {f"--{name}" for _, name, _, _ in command["options"] if name}
        short = {f"-{letter}" for letter, name, _, _ in command["options"]
                 if letter and not name}
        cases += [(start + "--", long), (start + "-", long | short)]
        for option in command["options"]:
            letter, name, _, _ = option
            taken = completion.values(option, known)
            if isinstance(taken, list):
                assert taken, f"{start} {name or letter}: a list of nothing"
                cases += [(f"{start}--{name} " if name else f"{start}-{letter} ", set(taken))]
        words = completion.first_words(command, known)
        if words:
            cases += [(start, set(words))]
        elif command["name"] in ("eval", "train"):
            cases += [(start, set(sets[0]))]
    return cases


def main():
    numeral, source, shell = *outside.paths()[:2], sys.argv[3]
    outside.need(shell)
    sys.path.insert(0, os.path.join(source, "docs"))
    import json
    import make_reference
    import reference_completion
    commands = make_reference.read_commands(numeral)[1]
    tables = json.loads(make_reference.output_of(numeral, "list", "--json", "-"))
    cases = expected(commands, (make_reference.read_sets(numeral), tables), reference_completion)
    assert len(cases) > 60, len(cases)
    ask = {"bash": ask_bash, "fish": ask_fish, "zsh": ask_zsh}[shell]
    told = dict(line.split("\t") for line in
                ask([line for line, _ in cases], os.path.join(source, "packaging", "completion")))
    problems = []
    for line, wanted in cases:
        given = set(told.get(line, "").split())
        if not wanted <= given:
            problems.append(f"{line!r} does not offer {sorted(wanted - given)}, but {given}")
        if line.endswith(" -") and given - wanted - {f"-{x}" for x in "abcdefghijklmnopqrstuvwxyz"}:
            problems.append(f"{line!r} offers {sorted(given - wanted)}")
    for problem in problems[:10]:
        print(problem)
    print(f"{shell}: {len(cases)} lines completed, {len(problems)} wrongly")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
