#!/usr/bin/env python3
"""numeral-mpi answers with the bytes of one process, whatever the ranks; what ends it is
said in one sentence and leaves nothing half-written.

usage: test_mpi.py NUMERAL NUMERAL_MPI MPIRUN [--all]

On digits of the built-in generator. Without --all with 2 ranks and few recipes.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))
import harness

TRAIN, TEST = "pen:train[0:900]", "pen:test[0:230]"
FIRST, REST = "pen:train[0:500]", "pen:train[500:900]"
SHARDS = ("pen:train[500:520]", "pen:train[520:800]", "pen:train[800:900]")
ALL_RECIPES = (
    ["--recipe", "pixels", "--index", "exact=structure=always", "-k", "4"],
    ["--preset", "fast"],
    ["--preset", "accurate"],
    ["--recipe", "pixels", "--metric", "l1", "--weights", "distance", "-k", "5"],
    ["--recipe", "pixels,unit", "--metric", "cosine", "--weights", "classmean"],
    ["--recipe", "deskew,gradient=4:4,pca=12", "--dtype", "i16", "-k", "6", "--gate", "0",
     "--rerank", "ridge+idm=deskew", "--candidates", "30"],
    ["--recipe", "zoning", "--metric", "chi2"],
)


class Ranks:
    """mpirun with what a test wants of it: as root, more ranks than processors, quiet."""

    def __init__(self, t, program, mpirun):
        self.t, self.program = t, os.path.abspath(program)
        self.mpirun = [mpirun, "--oversubscribe", "--bind-to", "none", "-q"]
        self.environment = {**t.environment, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                            "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
                            "OMPI_MCA_rmaps_base_oversubscribe": "1"}

    def begin(self, n, *arguments):
        return subprocess.Popen(
            [*self.mpirun, "-n", str(n), self.program, *map(str, arguments)],
            cwd=self.t.folder, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run(self, n, *arguments):
        process = self.begin(n, *arguments)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def good(self, n, *arguments):
        status, out, err = self.run(n, *arguments)
        self.t.check(status == 0 and err == "",
                     f"{n} ranks, {' '.join(map(str, arguments))}: status {status}, {err!r}")
        return out

    def bad(self, n, words, *arguments):
        status, _, err = self.run(n, *arguments)
        lines = [line for line in err.splitlines() if line.strip()]
        self.t.check(status != 0 and len(lines) == 1 and words in err,
                     f"{n} ranks, {' '.join(map(str, arguments))}: status {status}, "
                     f"{err!r}, expected one sentence with {words!r}")


def read(t, name):
    try:
        with open(t.path(name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def check_same(t, name, expected, what):
    got = read(t, name)
    t.check(got is not None and got == expected, f"{what}: other bytes")
    t.check(not os.path.exists(t.path(name + ".blocks")), f"{what}: blocks are left")
    if got is not None:
        os.unlink(t.path(name))


def expect(t, model):
    """What one process says."""
    t.good("neighbours", model, TEST, "-k", 7, "-o", "n.npz", "-q")
    t.good("neighbours", model, TEST, "-o", "n.csv", "-q")
    t.good("eval", model, TEST, "-o", "e.csv", "-q")
    return {"n.npz": read(t, "n.npz"), "n.csv": read(t, "n.csv"), "e.csv": read(t, "e.csv"),
            "p.txt": t.good("predict", model, TEST, "--reject-below", "0.6").encode()}


COMMANDS = (("n.npz", ["neighbours", "-k", "7"]), ("n.csv", ["neighbours"]),
            ("e.csv", ["eval"]), ("p.txt", ["predict", "--reject-below", "0.6"]))


def check_commands(ranks, n, model, how, expected, what, commands=COMMANDS):
    for at, (name, command) in enumerate(commands):
        ranks.good(n, command[0], model, TEST, *command[1:], *how, "-o", "o" + name,
                   "--block", 40 + 17 * at, "-q")
        check_same(ranks.t, "o" + name, expected[name], f"{n} ranks, {what}, {name}")


def test_models(t, ranks, recipes, counts):
    for at, recipe in enumerate(recipes):
        t.good("train", TRAIN, *recipe, "-o", "one.model", "-q")
        expected = expect(t, "one.model")
        commands = COMMANDS if at == 0 else COMMANDS[::2] if at % 2 else COMMANDS[1::2]
        # how many ranks there are is nothing to a recipe: the most, but for the first one
        for n in counts if at == 0 else counts[-1:]:
            for shard in ("queries", "rows"):
                check_commands(ranks, n, "one.model", ["--shard", shard], expected,
                               f"{' '.join(recipe)} by {shard}", commands)


def test_shards(t, ranks, recipes, counts):
    """Stages of some digits, rows of others, one of the shards with fewer than others."""
    for at, recipe in enumerate(recipes):
        folder = f"shards{at}"
        t.good("train", FIRST, *recipe, "-o", "stages.model", "-q")
        ranks.good(counts[-1], "build", FIRST, *SHARDS, "-o", folder, "--stages",
                   "stages.model", "-q")
        t.good("teach", "stages.model", REST, "-o", "all.model", "-q")
        expected = expect(t, "all.model")
        for n in counts if at == 0 else counts[-1:]:
            check_commands(ranks, n, folder, [], expected,
                           f"{' '.join(recipe)} of shards", COMMANDS[at % 2::2])
    ranks.good(2, "build", FIRST, *SHARDS, "-o", "again", "--recipe", "pixels", "-q")
    before = os.stat(t.path("again/shard-000001.model")).st_mtime_ns
    os.unlink(t.path("again/shard-000002.model"))
    ranks.good(1, "build", FIRST, *SHARDS, "-o", "again", "--recipe", "pixels", "-q",
               "--resume")
    t.check(os.path.exists(t.path("again/shard-000002.model")) and
            os.stat(t.path("again/shard-000001.model")).st_mtime_ns == before,
            "build --resume builds what is missing, and no more")


def test_inputs(t, ranks, n):
    """Several inputs, a list, pictures; what is framed is framed as one process does."""
    t.good("train", TRAIN, "--recipe", "pixels", "-o", "one.model", "-q")
    t.good("data", "convert", "pen:test[0:9]", "-o", "pictures", "-q")
    parts = ["pen:test[0:30]", "pictures", "pen:test[30:31]", "pen:test[31:230]"]
    expected = t.good("predict", "one.model", *parts).encode()
    ranks.good(n, "predict", "one.model", *parts, "-o", "o.txt", "-q", "--block", 30)
    check_same(t, "o.txt", expected, "several inputs")
    t.write("list", "\n".join(parts[1:]) + "\n")
    ranks.good(n, "predict", "one.model", parts[0], "--files-from", "list", "-o", "o.txt",
               "-q")
    check_same(t, "o.txt", expected, "a list of inputs")
    t.good("neighbours", "one.model", "pen:test[0:230]", "-o", "n.npz", "-q")
    ranks.good(n, "neighbours", "one.model", "pen:test[0:30]", "pen:test[30:230]", "-o",
               "o.npz", "--shard", "rows", "-q")
    check_same(t, "o.npz", read(t, "n.npz"), "two inputs, numbered on")


def test_bounds(t, ranks, n):
    """What one rank finds spares others work; the numbers are the searches' own."""
    t.good("train", TRAIN, "--recipe", "pixels", "--index", "exact=structure=always", "-o",
           "one.model", "-q")
    products = []
    for more in ([], ["--no-bounds"]):
        out = ranks.good(n, "neighbours", "one.model", TEST, "-o", "o.csv", "--shard",
                         "rows", "--stats", *more)
        products.append(int(out.split(" multiply-adds")[0].split(", ")[-1]))
    t.check(products[0] < 0.97 * products[1],
            f"bounds spare work: {products[0]} multiply-adds, without {products[1]}")


def test_refusals(t, ranks, n):
    t.good("train", TRAIN, "--recipe", "pixels", "-o", "one.model", "-q")
    t.good("train", TRAIN, "--recipe", "pixels", "--recall", "0.9", "-o", "near.model", "-q")
    t.good("data", "convert", "pen:test[0:5]", "-o", "folder", "-q")
    for words, arguments in (
            ("index near may miss", ["predict", "near.model", TEST, "--shard", "rows"]),
            ("have to be framed", ["predict", "one.model", "folder", "--shard", "rows"]),
            ("no-such.model", ["predict", "no-such.model", TEST]),
            ("no such file or data set", ["predict", "one.model", "nothing"]),
            ("no such file or data set", ["predict", "one.model", "nothing", "--shard",
                                          "rows"]),
            ("-k 5000: the model has only 900 rows", ["predict", "one.model", TEST, "-k",
                                                      "5000"]),
            ("no option --frob", ["predict", "one.model", TEST, "--frob", "1"]),
            ("expected rows or queries", ["predict", "one.model", TEST, "--shard", "x"]),
            ("QUERIES are needed", ["predict", "one.model"]),
            ("no shards", ["predict", "folder", TEST]),
    ):
        ranks.bad(n, words, *arguments, "-o", "bad.txt")
        t.check(not os.path.exists(t.path("bad.txt")) and
                not os.path.exists(t.path("bad.txt.blocks")), f"{arguments}: output is left")
    ranks.bad(n, "expected neighbours, predict", "frob")
    ranks.bad(n, "writes a .npz or a .csv", "neighbours", "one.model", TEST, "-o", "a.txt")
    ranks.bad(n, "-o is missing", "predict", "one.model", TEST)
    ranks.bad(n, "has a label that", "build", "pen:train[0:900]", "-o", "labels", "--fit",
              "pen:train[0:6]", "--recipe", "pixels -k 1")
    t.check("Usage: mpirun" in ranks.good(n, "--help"), "--help says how to use it")


def test_different_models(t, ranks):
    t.good("train", TRAIN, "--recipe", "pixels", "-o", "one.model", "-q")
    t.good("train", "pen:train[1:901]", "--recipe", "pixels", "-o", "other.model", "-q")
    ranks.program = "sh"
    command = ["-c", "test $OMPI_COMM_WORLD_RANK = 0 || m=other; exec "
               f"{ranks.numeral_mpi} predict ${{m-one}}.model '{TEST}' -o bad.txt"]
    ranks.bad(2, "rank 1 has another model than rank 0", *command)
    ranks.program = ranks.numeral_mpi
    t.check(not os.path.exists(t.path("bad.txt")), "different models: output is left")


def children(pid):
    """The processes below one, by /proc."""
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if name.isdigit() and int(fields[1]) == pid:
            found.append(int(name))
    return sorted(found)


def test_death(t, ranks, n):
    """A rank is killed in the midst of its work; --resume goes on from what is done."""
    t.good("train", "pen:train[0:3000]", "--recipe", "pixels", "--index", "brute=rows",
           "-o", "slow.model", "-q")
    queries = "pen:test[0:4000]"
    t.good("neighbours", "slow.model", queries, "-o", "n.npz", "-q")
    for shard in ("queries", "rows"):
        how = ["neighbours", "slow.model", queries, "-o", "o.npz", "--shard", shard,
               "--block", 25, "--threads", 1, "-q"]
        process, begun = ranks.begin(n, *how), time.time()
        blocks = t.path("o.npz.blocks")
        while time.time() - begun < 60 and process.poll() is None and (
                not os.path.isdir(blocks) or len(os.listdir(blocks)) < 5):
            time.sleep(0.005)
        os.kill(children(process.pid)[-1], 9)
        _, err = process.communicate(timeout=60)
        lines = [line for line in err.splitlines() if line.strip()]
        t.check(process.returncode != 0 and len(lines) == 1 and "a rank died" in err,
                f"a killed rank, by {shard}: status {process.returncode}, {err!r}")
        t.check(not os.path.exists(t.path("o.npz")), f"a killed rank, by {shard}: output")
        done = len(os.listdir(blocks))
        t.check(5 <= done, f"a killed rank, by {shard}: {done} blocks are kept")
        ranks.bad(n, "an earlier run left its finished blocks", *how)
        ranks.bad(n, "holds blocks of another job", *how, "--resume", "-k", 2)
        times = {name: os.stat(os.path.join(blocks, name)).st_mtime_ns
                 for name in os.listdir(blocks)}
        t.check(len(times) == done, "refusals leave the blocks")
        ranks.good(n + 1, *how, "--resume")
        check_same(t, "o.npz", read(t, "n.npz"), f"--resume, by {shard}")


def check_all(t):
    ranks = Ranks(t, sys.argv[2], sys.argv[3])
    ranks.numeral_mpi = ranks.program
    every = "--all" in sys.argv
    counts = (1, 2, 3) if every else (2,)
    test_models(t, ranks, ALL_RECIPES if every else ALL_RECIPES[2:3], counts)
    if every:
        test_shards(t, ranks, (ALL_RECIPES[0], ALL_RECIPES[2], ALL_RECIPES[5]), counts)
        test_inputs(t, ranks, 2)
        test_bounds(t, ranks, 3)
        test_refusals(t, ranks, 2)
        test_different_models(t, ranks)
        test_death(t, ranks, 2)


if __name__ == "__main__":
    harness.main(check_all)
