#!/bin/sh
# Every shell script, read by shellcheck.
set -eu
shellcheck -x check run setup.sh web/build web/libraries tests/matrix/foreign python/wheel .ci/run bench/peers/run bench/peers/setup bench/ann/all tests/coverage \
    tests/*/*.sh web/test/*.sh \
    packaging/abi packaging/cleanroom packaging/deb packaging/nightly packaging/reproducible \
    debian/tests/command debian/tests/library debian/tests/python debian/tests/static
