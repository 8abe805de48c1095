#!/usr/bin/env python3
"""The programs of examples/ do what they say, and the plugin works in the command.

usage: test_examples.py NUMERAL READ_DIGITS OWN_METRIC INK_PLUGIN RUNS_PLUGIN
"""
import json
import os
import re
import subprocess
import sys
import tempfile


def run(*command, status=0):
    done = subprocess.run(command, text=True, capture_output=True)
    assert done.returncode == status, (command, done.returncode, done.stderr)
    return done.stdout if status == 0 else done.stderr


def main():
    numeral, read_digits, own_metric, plugin, runs = map(os.path.abspath, sys.argv[1:6])
    with tempfile.TemporaryDirectory() as folder:
        model, bad = os.path.join(folder, "model"), os.path.join(folder, "bad.so")
        run(numeral, "train", "pen:train[0:500]", "--recipe", "deskew,pixels", "-q", "-o", model)
        lines = run(read_digits, model, "pen:test[0:50]").splitlines()
        told = run(numeral, "predict", model, "pen:test[0:50]", "--accept-all", "--json",
                   "-").splitlines()
        assert [int(line.split()[0]) for line in lines] == \
            [json.loads(line)["label"] for line in told] and len(lines) == 50
        assert "no-such" in run(read_digits, "no-such", "pen:test[0:5]", status=1)

        errors, digits = map(int, re.findall(r"\d+", run(own_metric)))
        assert errors < digits / 4, errors

        recipe = ["--recipe", "deskew,pixels", "--metric", "ink"]
        data = "pen:train[0:500]"
        assert "ink" in run(numeral, "list", "metric", "--plugin", plugin)
        assert "ink" in run(numeral, "train", data, *recipe, "-q", "-o", model, status=2)
        run(numeral, "train", data, *recipe, "-q", "-o", model, "--plugin", plugin)
        scores = json.loads(run(numeral, "eval", model, "pen:test[0:100]", "--json", "-",
                                "--plugin", plugin))
        assert scores["accuracy"] > 0.8 and "ink" in scores["recipe"], scores
        assert "ink" in run(numeral, "eval", model, "pen:test[0:100]", status=1)

        recipe = ["--recipe", "deskew,gradient+runs=level=100,nda"]
        assert "runs" in run(numeral, "list", "feature", "--plugin", runs)
        assert "runs" in run(numeral, "train", data, *recipe, "-q", "-o", model, status=2)
        run(numeral, "train", data, *recipe, "-q", "-o", model, "--plugin", runs)
        scores = json.loads(run(numeral, "eval", model, "pen:test[0:100]", "--json", "-",
                                "--plugin", runs))
        assert scores["accuracy"] > 0.7 and "runs=100" in scores["recipe"], scores
        told = run(numeral, "eval", model, "pen:test[0:100]", status=1)
        assert "needs the stage 'runs', which is not built in: load the plugin" in told, told
        assert told.count("\n") == 1, told

        with open(bad, "w", encoding="utf-8") as file:
            file.write("no shared object")
        assert "cannot load the plugin" in run(numeral, "list", "--plugin", bad, status=1)
        assert "cannot load the plugin" in run(numeral, "list", "--plugin", "none", status=1)
        assert "cannot load the plugin" in run(numeral, "demo", "--plugin", "none", status=1)
        libm = subprocess.run(["cc", "-print-file-name=libm.so.6"], text=True,
                              capture_output=True).stdout.strip()
        if os.path.isabs(libm):
            assert "exports no numeral_plugin" in run(numeral, "list", "--plugin", libm, status=1)
    print("examples: all run")


if __name__ == "__main__":
    main()
