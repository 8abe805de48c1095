"""bench/ann: numeral as ann-benchmarks drives it, and its runner on a small data set."""

import importlib
import importlib.util
import json
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
    """Built, swept, timed, and made a page of, which says what the index found."""
    pytest.importorskip("h5py")
    data, store, out = (tmp_path / name for name in ("small.hdf5", "store", "out.json"))
    (tmp_path / "ann-benchmarks.md").write_text("# A page\n", encoding="utf-8")
    only = ["--only", "numeral"]
    for command in (["make_hdf5.py", data, "pen:train[0:1500]", "pen:test[0:50]"],
                    ["run.py", "build", data, store, "--builds", "2", *only],
                    ["run.py", "sweep", data, store, *only],
                    ["run.py", "time", data, store, "--out", out, "--minutes", "0.01",
                     "--queries", "25", *only],
                    ["report.py", out, tmp_path]):
        command[0] = BENCH / command[0]
        done = subprocess.run([sys.executable, *map(str, command)], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        if command[1] == "time":
            assert "recall 1.00000" in done.stdout
    page = (tmp_path / "ann-benchmarks.md").read_text(encoding="utf-8")
    assert page.startswith("# A page\n") and "| numeral | " in page
    assert "<polyline" in (tmp_path / "ann-small.svg").read_text(encoding="utf-8")


def test_recall_counts_by_distance():
    """Ties in any order count, rows that are none do not."""
    pytest.importorskip("h5py")
    spec = importlib.util.spec_from_file_location("measure", BENCH / "measure.py")
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    train = np.repeat(np.arange(20, dtype=np.float32), 2)[:, None]  # each value twice
    query = np.zeros((1, 1), np.float32)
    distances = np.sort(np.abs(train - query).T)
    answer = np.array([[1, 0, 3, 2, 5, 4, 7, 6, 8, 9]])
    assert measure.recall_of(answer, train, query, distances) == 1
    answer[0, :3] = -1, 39, 10  # missing, far, one too far
    assert measure.recall_of(answer, train, query, distances) == 0.7


def test_front_leaves_out_who_reaches_nothing(tmp_path, monkeypatch, capsys):
    """Of one the fastest that reach a recall; of one that reaches none nothing is timed."""
    pytest.importorskip("h5py")
    monkeypatch.syspath_prepend(str(BENCH))
    run = importlib.import_module("run")
    monkeypatch.setattr(run, "chosen", lambda only: [("Able", None), ("Poor", None)])
    (tmp_path / "sweep").mkdir()
    for name, recalls in (("Able", (0.85, 0.92, 0.97)), ("Poor", (0.2, 0.89))):
        settings = [{"name": name, "recall": recall, "queries_per_second": 1 / recall}
                    for recall in recalls]
        text = json.dumps(settings)
        (tmp_path / "sweep" / f"{name}.json").write_text(text, encoding="utf-8")
    timed = list(run.front_settings(str(tmp_path), 7, ""))
    assert [(t["name"], t["recall"]) for t in timed] == [("Able", 0.92), ("Able", 0.97)]
    assert "left out Poor: its recall is 0.89 at most" in capsys.readouterr().out
