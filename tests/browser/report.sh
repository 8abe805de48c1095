#!/bin/sh
# The HTML report in headless Chromium. usage: report.sh NUMERAL
set -eu
numeral=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
# shellcheck source=tests/browser/setup.sh
. "$root/tests/browser/setup.sh"

"$numeral" train 'pen:train[0:1200]' --preset pixels -q -o "$folder/pen.model"
"$numeral" eval "$folder/pen.model" 'pen:test[0:600]' -q -o "$folder/report.html"
node "$here/report.cjs" "$folder/report.html"
