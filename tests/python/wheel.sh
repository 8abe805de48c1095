#!/bin/sh
# Builds the wheel, installs it into an empty virtual environment beside the newest
# scikit-learn and Dask, and runs the tests of the package and its notebooks there.
# usage: wheel.sh [PYTHON]
# Status 77: packages of Python could not be had.
set -eu
python=${1:-/usr/bin/python3}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/env"
if ! "$work/env/bin/pip" install -q --disable-pip-version-check pytest scikit-learn pandas mypy \
    h5py pyyaml safetensors xxhash 'dask[array]' distributed dask-ml nbclient nbformat ipykernel matplotlib \
    >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "SKIP wheel: packages of Python could not be had" >&2
    exit 77
fi
"$here/../../python/wheel" "$work/wheel" "$python"
"$work/env/bin/pip" install -q --disable-pip-version-check "$work"/wheel/*.whl
size=$(stat -c %s "$work"/wheel/*.whl)
[ "$size" -lt 5000000 ] || { echo "the wheel has $size bytes" >&2; exit 1; }
cd "$work"
PYTHONDONTWRITEBYTECODE=1 "$work/env/bin/python" -m pytest -q -p no:cacheprovider \
    "$here"/test_*.py
printf '[mypy]\nignore_missing_imports = True\n' >mypy.ini
"$work/env/bin/python" -m mypy.stubtest numeral_knn --mypy-config-file mypy.ini \
    --ignore-missing-stub
PYTHONPATH=$here "$work/env/bin/python" -m pytest -q -p no:cacheprovider -p sklearn_shim --pyargs \
    sklearn.neighbors.tests.test_neighbors sklearn.neighbors.tests.test_neighbors_pipeline
"$work/env/bin/python" "$here/run_notebooks.py" "$here/../../python/notebooks"
