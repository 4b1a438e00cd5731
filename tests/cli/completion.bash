#!/bin/bash
# SPDX-License-Identifier: MIT
# completion.bash FILE BIN: what the completion offers for words typed so far.
set -u
source "$1"
PATH=$2:$PATH
failed=0

# offers EXPECTED WORD...: the last word is the one under the cursor.
offers() {
  local expected=$1
  shift
  COMP_WORDS=(tickwork "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _tickwork
  if [[ " ${COMPREPLY[*]} " != *" $expected "* ]]; then
    echo "tickwork $*: expected $expected among: ${COMPREPLY[*]}"
    failed=1
  fi
}

offers list l
offers config con
offers check config ch
offers --plugin-path list --pl
offers --config run --con
offers --lenient config check --le
offers inputs.cpu docs inputs.c
offers --man docs --m
offers rust new --lang r
offers storage. new sto
offers route new --template r
offers show help sh
offers set ctl s
offers libraries ctl l
offers influxdb run --set infl
offers storage sto
offers export storage ex
offers --database storage export --da
exit $failed
