# shellcheck shell=sh
# What every test in headless Chromium needs: Debian's chromium, and npm's puppeteer-core and
# axe-core in the user's cache. Sourced with $here, the folder of the test, and $root. Leaves the
# test out (status 77) where something is not here, unless NUMERAL_REQUIRE_BROWSER is set: then
# it is installed, and failing to is a failure.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/numeral-browser
npm_packages="puppeteer-core@24.10.0 axe-core@4.10.3"

left_out() {
    echo "browser test left out: $1" >&2
    [ -n "${NUMERAL_REQUIRE_BROWSER:-}" ] && exit 1
    exit 77
}

if [ -n "${NUMERAL_REQUIRE_BROWSER:-}" ]; then
    # shellcheck source=setup.sh disable=SC2154 # $root is the test's
    . "$root/setup.sh"
    need_packages chromium
    # another node than Debian's serves as well
    command -v npm >/dev/null || need_packages nodejs npm
fi
for program in chromium node npm; do
    command -v $program >/dev/null || left_out "there is no $program"
done
if [ ! -d "$cache/node_modules/axe-core" ] || [ ! -d "$cache/node_modules/puppeteer-core" ]; then
    mkdir -p "$cache"
    # shellcheck disable=SC2086 # two packages
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$cache" $npm_packages \
        >/dev/null 2>&1 || left_out "npm cannot get $npm_packages"
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
NODE_PATH=$cache/node_modules
CHROMIUM=$(command -v chromium)
export NODE_PATH CHROMIUM
