#!/bin/sh
# The page in headless Chromium, with its homes. usage: page.sh NUMERAL [DIST]
# DIST is what web/build made (default: web/dist). Where a home is not built, the other is
# tested and this leaves itself out (status 77), unless NUMERAL_REQUIRE_BROWSER is set.
# Sets itself up as tests/browser/report.sh does. SHOTS=FOLDER keeps a screenshot of each
# view.
set -eu
numeral=$1
here=$(cd "$(dirname "$0")" && pwd)
dist=${2:-$here/../dist}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/numeral-browser
npm_packages="puppeteer-core@24.10.0 axe-core@4.10.3"

left_out() {
    echo "page test left out: $1" >&2
    [ -n "${NUMERAL_REQUIRE_BROWSER:-}" ] && exit 1
    exit 77
}

if [ -n "${NUMERAL_REQUIRE_BROWSER:-}" ]; then
    # shellcheck source=setup.sh
    . "$here/../../setup.sh"
    need_packages chromium
    # another node than Debian's serves as well
    command -v npm >/dev/null || need_packages nodejs npm
fi
for program in chromium node npm; do
    command -v $program >/dev/null || left_out "there is no $program"
done
if [ ! -d "$cache/node_modules/axe-core" ] || [ ! -d "$cache/node_modules/puppeteer-core" ]; then
    mkdir -p "$cache"
    # shellcheck disable=SC2086
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache" $npm_packages \
        >/dev/null 2>&1 || left_out "npm cannot get $npm_packages"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
NODE_PATH=$cache/node_modules
CHROMIUM=$(command -v chromium)
export NODE_PATH CHROMIUM

missing=
if "$numeral" serve --help >/dev/null 2>&1; then
    # few rows, so that some digit is misread; votes by distance, so that one lesson tells
    "$numeral" train 'pen:train[0:3000]' --preset pixels \
        --weights distance -q -o "$folder/pen.model"
    DIGITS='pen:test[0:150]' node "$here/page.cjs" service "$numeral" "$folder/pen.model"
else
    missing="this numeral has no service"
fi
if [ -f "$dist/index.html" ]; then
    DIGITS='pen:test[0:400]' node "$here/page.cjs" static "$numeral" "$dist"
    made=$here/../../build-web # what web/build made it of
    if [ -f "$made/digits.model" ]; then
        read -r data <"$made/data"
        node "$here/module_page.cjs" "$numeral" "$made/digits.model" "$dist" \
            "${data%%:*}:test" "${N:-1000}"
    fi
else
    missing="web/build has not made $dist"
fi
[ -z "$missing" ] || left_out "$missing"
