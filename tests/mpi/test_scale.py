#!/usr/bin/env python3
"""The examples of docs/scale.md, run as they stand there: mpirun with a file of hosts, the
script for SLURM (whose srun is mpirun here), slices and shards by xargs, lists merged.

usage: test_scale.py NUMERAL NUMERAL_MPI MPIRUN

Names are put in: digits that numeral draws for MNIST, this machine for hosts.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))
import harness
from test_mpi import Ranks, read

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/scale.md")
ROWS = 300  # of each shard


def example(words, *changes):
    """The one block of the page that holds the words."""
    with open(PAGE, encoding="utf-8") as file:
        blocks = re.findall(r"^```\w*\n(.*?)^```$", file.read(), re.M | re.S)
    found, = [block for block in blocks if words in block]
    for old, new in changes:
        assert old in found, f"docs/scale.md: no {old!r} in the example with {words!r}"
        found = found.replace(old, new)
    return found


def sh(t, ranks, script, what, options=()):
    done = subprocess.run(["sh", *options, "-c", script], cwd=t.folder, timeout=300,
                          env=ranks.environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    t.check(done.returncode == 0 and done.stderr == "",
            f"{what}: status {done.returncode}, {done.stderr!r}")
    return done.stdout


def make_programs(t, ranks, mpirun):
    """What the examples call, first on the path."""
    for name, program in (("numeral", t.numeral), ("numeral-mpi", ranks.program)):
        os.makedirs(t.path("bin"), exist_ok=True)
        os.symlink(program, t.path("bin", name))
    quiet = f"exec {mpirun} --oversubscribe -q"
    for name, script in (("mpirun", f'{quiet} "$@"'),
                         ("srun", f'shift\n{quiet} --bind-to none -n $SLURM_NTASKS "$@"')):
        os.chmod(t.write(f"bin/{name}", f"#!/bin/sh\n{script}\n"), 0o755)
    ranks.environment["NUMERAL_DATA"] = t.folder
    ranks.environment["PATH"] = t.path("bin") + ":" + os.environ["PATH"]


def test_hosts(t, ranks):
    t.write("hosts", example("node2 slots=1", ("node1", "localhost"),
                             ("node2 slots=1", ""), ("slots=1", "slots=2")))
    sh(t, ranks, example("mpirun --hostfile hosts", ("/shared", t.folder),
                         ("scans.npz", "queries.npz")), "a file of hosts")
    t.check(read(t, "answers.txt") == t.good("predict", "digits.model",
                                             t.path("queries.npz")).encode(),
            "a file of hosts")
    os.unlink(t.path("answers.txt"))


def test_slurm(t, ranks):
    script = example("#SBATCH")
    sh(t, ranks, script, "the script for SLURM", ["-n"])
    ranks.environment.update(SCRATCH=t.folder, SLURM_NTASKS="2", SLURM_CPUS_PER_TASK="1")
    sh(t, ranks, script, "the script for SLURM")
    t.good("eval", "all.model", t.path("queries.npz"), "-o", "e.csv", "-q")
    t.check(read(t, "answers.csv") == read(t, "e.csv"), "the script for SLURM")


def test_slices(t, ranks):
    sh(t, ranks, example("seq 0 1000 9000", ("9000", "3000"), ("mnist:", "pen:")), "slices by xargs")
    t.check(read(t, "answers.txt") ==
            t.good("predict", "digits.model", "pen:test[0:4000]").encode(),
            "slices by xargs")


def test_merging(t, ranks):
    sh(t, ranks, example("ls shards/shard-*.model"), "shards by xargs")
    merge = t.write("merge.py", example("lexsort", ("60000", str(ROWS))))
    done = subprocess.run([sys.executable, merge], cwd=t.folder, stderr=subprocess.PIPE,
                          text=True, timeout=60)
    t.check(done.returncode == 0, f"lists merged: {done.stderr}")
    t.good("neighbours", "all.model", "queries.npz", "-k", "10", "-o", "whole.npz", "-q")
    same = ("import numpy as n; a, b = n.load('merged.npz'), n.load('whole.npz'); "
            "assert (a['ids'] == b['ids']).all() and a['ids'].shape[1] == 10; "
            "assert (a['distances'] == b['distances']).all()")
    done = subprocess.run([sys.executable, "-c", same], cwd=t.folder,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    t.check(done.returncode == 0, f"lists merged: {done.stderr}")


def has_numpy():
    return subprocess.run([sys.executable, "-c", "import numpy"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def check_all(t):
    ranks = Ranks(t, sys.argv[2], sys.argv[3])
    parts = [f"pen:train[{at}:{at + ROWS}]" for at in (0, ROWS, 2 * ROWS)]
    t.good("data", "convert", "pen:test[0:120]", "-o", "queries.npz", "-q")
    ranks.good(2, "build", *parts, "-o", "shards", "--recipe", "pixels", "-q")
    t.good("teach", "shards/stages.model", *parts[1:], "-o", "all.model", "-q")
    os.symlink("all.model", t.path("digits.model"))
    make_programs(t, ranks, sys.argv[3])
    test_hosts(t, ranks)
    test_slurm(t, ranks)
    test_slices(t, ranks)
    if has_numpy():
        test_merging(t, ranks)


if __name__ == "__main__":
    harness.main(check_all)
