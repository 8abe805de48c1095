"""Runs the notebooks of python/notebooks/ from the first cell to the last.

usage: run_notebooks.py FOLDER
"""

import pathlib
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient


def main():
    paths = sorted(pathlib.Path(sys.argv[1]).glob("*.ipynb"))
    assert len(paths) == 3, paths
    for path in paths:
        start = time.time()
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code"), \
            f"{path}: stored with outputs"
        with tempfile.TemporaryDirectory() as folder:
            NotebookClient(notebook, timeout=300,
                           resources={"metadata": {"path": folder}}).execute()
        shown = sum(1 for cell in notebook.cells if cell.cell_type == "code"
                    for output in cell.outputs if "data" in output
                    and ("text/html" in output["data"] or "image/png" in output["data"]))
        assert shown, f"{path}: nothing to look at"
        print(f"{path.name}: {shown} pictures and tables, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
