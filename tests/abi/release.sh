#!/bin/bash
# SPDX-License-Identifier: MIT
# Takes the headers of today as the new baseline: run for a release and, with a line in HISTORY.md,
# after an allowed change. Keeps tests/abi/<version>/ of earlier releases.
# usage: tests/abi/release.sh 1.0
set -eu
cd "$(dirname "$0")/../.."
version=$1
here=tests/abi
mkdir -p "$here/$version/include"
rm -rf "$here/$version/include/tickwork"
cp -r sdk/include/tickwork "$here/$version/include/"
rm -rf "$here/$version"/include/tickwork/{cpp,draft,testing,*.hpp}
python3 $here/make_lock.py "$here/$version/include" > $here/lock_v1.cpp
clang-format -i $here/lock_v1.cpp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=c11 -g -O0 -fPIC -shared -ffile-prefix-map="$PWD"=. -Isdk/include -o "$work/surface.so" $here/surface.c
abidw --no-comp-dir-path --no-corpus-path --no-show-locs --out-file $here/surface.abi "$work/surface.so"
