#!/bin/sh
# serve/openapi.json is OpenAPI, says PyPI's openapi-spec-validator.
# Status 77: it cannot be had.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if ! { python3 -m venv "$folder/venv" &&
    "$folder/venv/bin/pip" install -q openapi-spec-validator==0.7.1; } >"$folder/log" 2>&1; then
    echo "SKIP: openapi-spec-validator cannot be installed: $(tail -n 1 "$folder/log")"
    exit 77
fi
"$folder/venv/bin/openapi-spec-validator" "$root/serve/openapi.json"
