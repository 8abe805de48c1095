#!/bin/sh
# The page in headless Chromium, with its homes. usage: page.sh NUMERAL [DIST]
# DIST is what web/build made (default: web/dist). Where a home is not built, the other is
# tested and this leaves itself out (status 77), unless NUMERAL_REQUIRE_BROWSER is set.
# SHOTS=FOLDER keeps a screenshot of each view.
set -eu
numeral=$1
here=$(cd "$(dirname "$0")" && pwd)
dist=${2:-$here/../dist}
root=$here/../..
# shellcheck source=tests/browser/setup.sh
. "$root/tests/browser/setup.sh"

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
