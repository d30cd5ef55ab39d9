#!/bin/sh
# Compile requirements/*.in to *.txt with hashes; pip-tools lives in an environment of its own under build/.
set -eu
cd "$(dirname "$0")/.."
[ -x build/lock/bin/pip-compile ] || { python3 -m venv build/lock && build/lock/bin/pip -q install pip-tools; }
for name in node portal demo dev; do
    (cd requirements && ../build/lock/bin/pip-compile -q --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --no-header \
        -o "$name.txt" "$name.in")
done
