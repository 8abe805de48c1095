#!/bin/sh
# Runs the comparison with scikit-learn where it can run. Exit 77: left out.
# usage: sklearn.sh NUMERAL
set -eu
here=$(dirname "$0")
python=/usr/bin/python3
folder=
for candidate in "${NUMERAL_DATA:-}/mnist" "${NUMERAL_DATA:-}" \
    "${XDG_CACHE_HOME:-$HOME/.cache}/numeral/mnist"; do
    if [ -e "$candidate/t10k-images-idx3-ubyte" ] || [ -e "$candidate/t10k-images-idx3-ubyte.gz" ]; then
        folder=$candidate
        break
    fi
done
if [ -z "$folder" ] || ! $python -c 'import sklearn' 2>/dev/null; then
    if [ -n "${NUMERAL_REQUIRE_SKLEARN:-}" ]; then
        echo "the scikit-learn comparison was required and cannot run" >&2
        exit 1
    fi
    exit 77
fi
$python "$here/sklearn_columns.py" "$1"
exec $python "$here/sklearn_pixels.py" "$1" "$folder"
