#!/bin/sh
# with_chromium.sh COMMAND...: run a command where Debian's Chromium is installed, for the tests of the pages. Where it can't be,
# one line says what to install, and those tests are skipped.
set -eu
there() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

if ! there && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "  … installing Chromium for the pages' tests" >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || true
fi
there || echo "Chromium is missing, the tests of the pages are skipped: apt-get install chromium" >&2
exec "$@"
