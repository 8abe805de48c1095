#!/bin/sh
# Every Python file, read by ruff: names that are not there or not used (F), bugs (B, E7, E9,
# PLE), imports out of place (E4). Left out: zip without `strict` (B905): lists that are made
# side by side have one length. Status 77: ruff could not be had.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
if ! "$work/env/bin/pip" install -q --disable-pip-version-check ruff >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "SKIP ruff: it could not be had" >&2
    exit 77
fi
git ls-files '*.py' tests/fault/kill tests/fuzz/run tests/mutants tests/needed |
    xargs "$work/env/bin/ruff" check --no-cache --isolated --line-length 100 \
        --select F,E4,E7,E9,B,PLE --ignore B905
