#!/bin/sh
# Judge a server by `mockserver check`, and leave report.md, report.xml and report.json.
#
#   check.sh mock          start the mock, and check that
#   check.sh own URL       check a service container or staging machine with a private address
#   check.sh live          check STAGING_URL, within the accounts of STAGING_ACCOUNTS
#
# Who signs in: MOCKSERVER_USER, and MOCKSERVER_PASSWORD from a secret. Exit codes:
# `mockserver help exit-codes`.
set -eu

what=${1:-mock}
server=
host_of() { python3 -c 'import sys; from urllib.parse import urlsplit as s; print(s(sys.argv[1]).hostname)' "$1"; }
told() { python3 -c 'import json, sys; r = json.load(open("ready.json")); print({**r, **r["users"][0]}[sys.argv[1]])' "$1"; }
finish() {
  code=$?
  trap - EXIT
  if [ -n "$server" ]; then kill "$server"; fi
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -s report.md ]; then
    cat report.md >> "$GITHUB_STEP_SUMMARY"
  fi
  exit "$code"
}
trap finish EXIT

check() {
  mockserver check "$@" --report markdown=report.md,junit=report.xml,json=report.json
}

case $what in
  mock)
    rm -f ready.json
    mockserver serve --port 0 --ready-file ready.json --quiet &
    server=$!
    until [ -s ready.json ]; do kill -0 "$server"; sleep 0.2; done
    MOCKSERVER_PASSWORD=$(told password)
    export MOCKSERVER_PASSWORD
    check "$(told url)" --user "$(told username)"
    ;;
  own) check "$2" --own "$(host_of "$2")" --wait 60 ;;
  live)
    check "$STAGING_URL" --live "$(host_of "$STAGING_URL")" --scope "accountIds=$STAGING_ACCOUNTS"
    ;;
  *)
    echo "check.sh mock | own URL | live" >&2
    exit 2
    ;;
esac
