#!/bin/sh
# Builds the extension for a debug build of CPython (Debian's python3-dbg), which checks what
# is done to objects and memory, and runs its tests there. NumPy, being a release build, does
# not count references, so that their sum says nothing.
# usage: debug.sh BUILD_FOLDER
# Status 77: there is none.
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$here/../.." && pwd)
version=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
python=python$version-dbg
if ! command -v "$python" >/dev/null || [ ! -d "$build/python/numeral_knn" ]; then
    echo "SKIP debug: no $python, or no extension" >&2
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/numeral_knn"
cp "$tree"/python/numeral_knn/*.py "$work/numeral_knn"
suffix=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
gcc -std=gnu17 -shared -fPIC -O1 -g -DPy_LIMITED_API=0x030b0000 \
    -I"$headers" -I"$tree/include" "$tree"/python/src/*.c \
    -o "$work/numeral_knn/_core$suffix" -L"$build" -lnumeral -Wl,-rpath,"$build"
cd "$work"
PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$work
export PYTHONDONTWRITEBYTECODE PYTHONPATH
"$python" -c 'import sys, numeral_knn._core as c; sys.gettotalrefcount(); print(c.__file__)'
"$python" -m pytest -q -p no:cacheprovider "$here/test_index.py" "$here/test_boundary.py"
"$python" -m pytest -q -p no:cacheprovider \
    -k 'votes or reading or why or page or teaching' "$here/test_estimators.py"
