#!/bin/bash
# SPDX-License-Identifier: MIT
# pages.bash TICKWORK: the reference pages of everything that is installed beside the program: read
# without a warning by man and mandoc, and complete.
set -u
tickwork=$1 failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache SOURCE_DATE_EPOCH=0

complain() {
  printf '%s\n' "$*"
  failed=1
}

"$tickwork" docs --man --dir "$folder/man" || { complain "docs --man --dir fails"; exit 1; }
"$tickwork" docs --md --dir "$folder/md" || { complain "docs --md --dir fails"; exit 1; }
pages=("$folder"/man/man*/*)
ids=$("$tickwork" list --ids)
[ ${#pages[@]} = $(($(wc -w <<<"$ids") + 2)) ] || complain "${#pages[@]} pages of $(wc -w <<<"$ids") plugins"

for page in "${pages[@]}"; do
  warnings=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
  [ -z "$warnings" ] || complain "man: $warnings"
done
# Pages refer to each other by name; where they will be installed is not searched.
mandoc -Tlint -Wwarning "${pages[@]}" || complain "mandoc complains"

text_of() { man -E ascii -P cat -l "$1" 2>/dev/null | tr -s ' \n' ' '; }

program=$(text_of "$folder/man/man1/tickwork.1")
for command in $("$tickwork" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
  [[ $program == *" $command "* ]] || complain "tickwork.1 lacks the command $command"
done
for command in run list show new try check docs "config check" "config sample"; do
  for option in $("$tickwork" $command --help | sed -n '/^Options/,/^$/p' | grep -oE -- ' --[a-z-]+'); do
    [[ $option == --help || $program == *"$option"* ]] || complain "tickwork.1 lacks $option of $command"
  done
done

for id in $ids; do
  text=$(text_of "$folder/man/man7/tickwork-$id.7")
  for key in $("$tickwork" show "$id" | sed -nE '/^Options/,/^$/s/^  ([a-z_0-9]+) \(.*/\1/p'); do
    [[ $text == *" $key ("* ]] || complain "the page of $id lacks the option $key"
    grep -q "^- \`$key\` (" "$folder/md/tickwork-$id.md" || complain "tickwork-$id.md lacks the option $key"
  done
done
text=$(text_of "$folder/man/man5/tickwork.toml.5")
for key in interval metric_buffer_limit statedir namepass drop_original overflow; do
  [[ $text == *" $key (default "* ]] || complain "tickwork.toml.5 lacks $key"
done
head -n 2 "${pages[0]}" | grep -q '"1970-01-01"' || complain "no date from SOURCE_DATE_EPOCH"
exit $failed
