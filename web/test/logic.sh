#!/bin/sh
# The page's logic without a browser. Leaves itself out (status 77) without Node 20.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if [ "${major:-0}" -lt 20 ]; then
    echo "page logic test left out: there is no node of version 20" >&2
    exit 77
fi
node --test "$here/logic.test.mjs"
