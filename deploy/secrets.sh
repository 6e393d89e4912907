#!/bin/sh
# Makes the secrets that compose.yaml hands to the containers, each a file that only its reader may read.
#
#   sudo deploy/secrets.sh [FOLDER]      FOLDER is deploy/secrets unless it is named
#
# What is there already stays as it is. Keep a copy of FOLDER/vervain away from this machine: a backup does not have it.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}
program=10001 postgres=999 grafana=472 prometheus=65534

mkdir -p "$folder"
chmod 0711 "$folder"

made() { # NAME READER: keep what comes in, unless there is a file already
    if [ -e "$folder/$1" ]; then
        cat >/dev/null
        echo "$1 stays"
    else
        cat >"$folder/$1"
        [ "$(id -u)" != 0 ] || chown "$2" "$folder/$1"
        chmod 0400 "$folder/$1"
        echo "$1 made"
    fi
}

openssl rand -hex 32 | made vervain "$program"
openssl rand -hex 24 | tr -d '\n' | made postgres "$postgres"
printf 'postgres:5432:vervain:vervain:%s\n' "$(cat "$folder/postgres")" | made pgpass "$program"
openssl rand -hex 16 | tr -d '\n' | made grafana "$grafana"
# Empty until the program has given out a token with the scope "status": docs/deployment.md.
printf '' | made metrics "$prometheus"
[ "$(id -u)" = 0 ] || echo "Not root: give the files to $program (vervain, pgpass), $postgres, $grafana and $prometheus (metrics)." >&2
