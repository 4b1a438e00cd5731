#!/bin/bash
# SPDX-License-Identifier: MIT
# units.bash UNITS PROGRAM: every unit is read by systemd without a word, and exposes little.
set -u
units=$1 program=$2 failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for unit in "$units"/*.service; do
  name=$(basename "$unit")
  # The program is not where it will be installed.
  sed "s#^\(Exec[A-Z][a-z]*\)=[^ ]*#\1=$program#" "$unit" >"$folder/$name"
  words=$(systemd-analyze verify --man=no --recursive-errors=no "$folder/$name" 2>&1)
  [ -z "$words" ] || { echo "$name: $words"; failed=1; }
  systemd-analyze security --offline=yes --threshold=20 "$folder/$name" >"$folder/report" 2>&1 ||
    { cat "$folder/report"; failed=1; }
  tail -n 1 "$folder/report"
  # Each configuration that a unit names is one that exists.
  configuration=$(sed -nE 's/^ExecStart=.* -c ([^ ]+) .*/\1/p' "$unit")
  case $name in
    tickwork.service | tickwork@.service) ;;
    *) [ "$name" = "tickwork-$(basename "$configuration" .toml).service" ] || { echo "$name reads $configuration"; failed=1; } ;;
  esac
done
exit $failed
