#!/bin/sh
# The HTML report in headless Chromium. usage: report.sh NUMERAL
# Sets itself up: Debian's chromium and npm's puppeteer-core, in the user's cache. Leaves
# itself out (status 77) where they are not here, unless NUMERAL_REQUIRE_BROWSER is set.
set -eu
numeral=$1
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/numeral-browser
version=24.10.0

left_out() {
    echo "browser test left out: $1" >&2
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
if [ ! -d "$cache/node_modules/puppeteer-core" ]; then
    mkdir -p "$cache"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache" \
        "puppeteer-core@$version" >/dev/null 2>&1 || left_out "npm cannot get puppeteer-core"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$numeral" train 'pen:train[0:1200]' --preset pixels -q -o "$folder/pen.model"
"$numeral" eval "$folder/pen.model" 'pen:test[0:600]' -q -o "$folder/report.html"
NODE_PATH=$cache/node_modules CHROMIUM=$(command -v chromium) \
    node "$here/report.cjs" "$folder/report.html"
