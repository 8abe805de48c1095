#!/usr/bin/env python3
"""Told to end in the middle of writing, by a signal, a closed pipe or a limit of file
sizes, the command leaves nothing of its own behind, and what was there as it was.

usage: test_signals.py NUMERAL
"""
import os
import resource
import signal
import subprocess
import time

import harness

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def hidden(t):
    """What lies in the folder under hidden names."""
    return [name for name in os.listdir(t.folder) if name.startswith(".numeral-")]


def start(t, *arguments, **how):
    return subprocess.Popen([t.numeral, *arguments], cwd=t.folder, env=t.environment,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **how)


def wait_until(condition, process):
    while process.poll() is None and not condition():
        time.sleep(0.001)


def check_ended(t, number, at, *arguments):
    """Ends the command once its hidden output is there, and a little later."""
    done = start(t, *arguments)
    wait_until(lambda: hidden(t), done)
    time.sleep(at)
    done.send_signal(number)
    said = done.communicate(timeout=60)
    what = f"{' '.join(arguments)}, {signal.Signals(number).name} after {at} s"
    t.check(done.returncode in (-number, 0), f"{what}: {done.returncode} {said}")
    t.check(not hidden(t), f"{what}: left {hidden(t)}")
    return done.returncode


def check_signals(t):
    ended = 0
    for i in range(6):
        out = f"folder-{i}"
        ended += check_ended(t, SIGNALS[i % 3], 0.008 * i, "data", "convert", "some.npz", "-q",
                             "-o", out + "/") != 0
        t.check(not os.path.exists(t.path(out)) or
                sum(len(files) for _, _, files in os.walk(t.path(out))) == 600,
                f"{out}: half a folder")
    t.check(ended >= 3, f"only {ended} of 6 were ended in time")


def check_pairs(t):
    """Images and labels are of one set whenever the command is ended."""
    for _ in range(4):
        t.good("data", "convert", "known.npz[0:40]", "-q", "-o", "pair-images-idx3-ubyte")
        done = start(t, "data", "convert", "known.npz[40:80]", "-q", "-o",
                     "pair-images-idx3-ubyte")
        wait_until(lambda: len(hidden(t)) > 1, done)
        done.send_signal(signal.SIGTERM)
        done.communicate(timeout=60)
        t.check(not hidden(t), f"a pair ended: left {hidden(t)}")
        t.good("data", "convert", "pair-images-idx3-ubyte", "-q", "-o", "now.csv")
        with open(t.path("now.csv"), encoding="utf-8") as file:
            now = file.read()
        t.check(now in t.pairs, "a pair ended: images of one set, labels of the other")


def check_ignored(t):
    """What nohup and a shell's & have the command ignore stays so."""
    done = start(t, "data", "convert", "some.npz[0:100]", "-q", "-o", "ignored/",
                 preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    wait_until(lambda: hidden(t), done)
    done.send_signal(signal.SIGINT)
    done.communicate(timeout=60)
    t.check(done.returncode == 0 and os.path.isdir(t.path("ignored")), "SIGINT was ignored")


def check_pipe(t):
    """`predict ... --json x.json | head -1`."""
    done = start(t, "predict", "m.model", "known.npz", "--json", "x.json")
    done.stdout.readline()
    done.stdout.close()
    done.wait(timeout=60)
    t.check(done.returncode in (-signal.SIGPIPE, 0), f"closed pipe: {done.returncode}")
    t.check(not hidden(t), f"closed pipe: left {hidden(t)}")


def check_sizes(t):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    for output in ("big.csv", "big.npz", "big-images-idx3-ubyte", "m.model"):
        command = ("train", "known.npz", "--preset", "pixels") if output == "m.model" else (
            "data", "convert", "known.npz")
        before = t.listing()
        done = start(t, *command, "-q", "-o", output, preexec_fn=limit)
        said = done.communicate(timeout=60)[1].decode()
        t.check(done.returncode == 1 and f"{output}: cannot write: File too large" in said and
                said.count("\n") == 1, f"{output}: {done.returncode} {said!r}")
        t.check(t.listing() == before, f"{output}: left {t.listing() ^ before}")


def main(t):
    t.good("data", "convert", "pen:train[0:3000]", "-q", "-o", "known.npz")
    t.good("train", "known.npz[0:300]", "--preset", "pixels", "-q", "-o", "m.model")
    t.good("data", "convert", "known.npz[0:600]", "-q", "-o", "some.npz")
    t.pairs = []
    for part in ("[0:40]", "[40:80]"):
        t.good("data", "convert", "known.npz" + part, "-q", "-o", "part.csv")
        with open(t.path("part.csv"), encoding="utf-8") as file:
            t.pairs.append(file.read())
    check_signals(t)
    check_pairs(t)
    check_ignored(t)
    check_pipe(t)
    check_sizes(t)


if __name__ == "__main__":
    harness.main(main)
