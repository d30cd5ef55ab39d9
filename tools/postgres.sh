#!/bin/sh
# Prints the address of a PostgreSQL that tests may use: one that answers already, or one of our own under build/postgres.
# Says in one line on stderr what to install where there is none.
set -eu
given=${TERPADU_TEST_POSTGRES:-postgresql://postgres@127.0.0.1:5432/postgres}
if command -v psql >/dev/null 2>&1 && psql -qAt -w "$given" -c 'select 1' >/dev/null 2>&1; then
    echo "$given"
    exit 0
fi
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q postgresql >&2 || true
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
fi
if [ -z "$bin" ]; then
    echo "PostgreSQL is missing, its tests are skipped: apt-get install postgresql" >&2
    exit 0
fi
home=$(cd "$(dirname "$0")/.." && pwd)/build/postgres
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then home=/var/lib/postgresql/terpadu-tests; fi
if [ ! -f "$home/PG_VERSION" ]; then
    mkdir -p "$home"
    if [ "$(id -u)" = 0 ]; then chown postgres "$home"; fi
    as "$bin/initdb" -D "$home" -A trust -U postgres -N >/dev/null
fi
as "$bin/pg_ctl" -D "$home" status >/dev/null 2>&1 ||
    as "$bin/pg_ctl" -D "$home" -w -l "$home/log" -o "-p 54329 -c listen_addresses=127.0.0.1 -k $home" start >/dev/null
echo "postgresql://postgres@127.0.0.1:54329/postgres"
