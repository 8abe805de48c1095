#!/bin/sh
# Builds the WebAssembly module, the page that needs no service and the npm package, and
# tests them in Node beside the command. usage: module.sh NUMERAL
set -eu
numeral=$(realpath "$1")
cd "$(dirname "$0")/../.."
command -v npm >/dev/null || { . ./setup.sh && need_packages npm; }
NUMERAL=$numeral web/build
NODE_PATH=/usr/share/nodejs
NODE_NO_WARNINGS=1 # node:wasi is called experimental
export NODE_PATH NODE_NO_WARNINGS

programs=
for name in distance_sets exact_sets idm_sets; do
    programs="$programs web/module/test_$name.wasm"
done
# shellcheck disable=SC2086
ninja -C build-web/module $programs >build-web/kernels.log 2>&1 || {
    cat build-web/kernels.log >&2
    exit 1
}
# shellcheck disable=SC2086
(cd build-web/module && node ../../web/test/kernels.mjs $programs)

data=mnist:test
case $(cat build-web/data) in
pen*) data=pen:test ;;
esac
NUMERAL=$numeral MODEL=build-web/digits.model MODULE=web/dist-npm DATA=$data \
    N="${N:-1000}" TIMED=1 node --test web/test/module.test.mjs

# the package as npm packs it, installed in a folder of its own
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd web/dist-npm && npm pack --silent --pack-destination "$folder" >/dev/null)
cp web/test/package.test.mjs "$folder"
(cd "$folder" && npm install --silent --no-audit --no-fund ./numeral-knn-*.tgz >/dev/null)
MODEL=$PWD/build-web/digits.model node --test "$folder/package.test.mjs"
