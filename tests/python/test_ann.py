"""bench/ann: numeral as ann-benchmarks drives it, and its runner on a small data set."""

import importlib.util
import pathlib
import subprocess
import sys

import numpy as np
import pytest

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench" / "ann"


def load_module():
    spec = importlib.util.spec_from_file_location("ann_module", BENCH / "module.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
@pytest.mark.parametrize("whole", [True, False])
def test_module(random, metric, whole):
    rows = random.integers(1, 200, (2000, 16)) if whole else random.random((2000, 16))
    rows = rows.astype(np.float32)
    algorithm = load_module().Numeral(metric, "exact")
    algorithm.fit(rows)
    exact = rows.astype(float)
    if metric == "angular":
        exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    for at in range(0, 200, 20):
        wanted = np.argsort(((exact - exact[at]) ** 2).sum(axis=1), kind="stable")[:10]
        found = algorithm.query(rows[at], 10)
        assert len(set(found) & set(wanted)) >= (10 if metric == "euclidean" else 9)
        assert found[0] == at
    assert str(algorithm) == "numeral(exact)"


def test_config():
    yaml = pytest.importorskip("yaml")
    with open(BENCH / "config.yml", encoding="utf-8") as file:
        entry, = yaml.safe_load(file)["float"]["any"]
    kinds = {name: group["args"] for name, group in entry["run_groups"].items()}
    assert kinds["exact"] == [["exact"]] and kinds["near"][0] == ["near"]
    for recall in kinds["near"][1]:
        assert "near" in str(getattr(load_module(), entry["constructor"])(
            "euclidean", "near", recall))


def test_runner(tmp_path):
    pytest.importorskip("h5py")
    data = tmp_path / "small.hdf5"
    for command in ([BENCH / "make_hdf5.py", data, "pen:train[0:1500]", "pen:test[0:50]"],
                    [BENCH / "run.py", data, "--only", "numeral", "--rounds", "1"]):
        done = subprocess.run([sys.executable, *map(str, command)], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "numeral, its front:\n" in done.stdout and "recall 1.00000" in done.stdout
