#!/bin/bash
# SPDX-License-Identifier: MIT
# commands.bash TICKWORK LIBRARY: exit codes and sentences of the commands.
set -u
tickwork=$1 library=$2 failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache

# says CODE TEXT ARGUMENT...: the exit code, and a text in what is printed.
says() {
  local code=$1 text=$2 out got
  shift 2
  out=$("$tickwork" "$@" 2>&1)
  got=$?
  if [[ $got != "$code" || $out != *"$text"* ]]; then
    printf 'tickwork %s\n  expected %s and "%s"\n  but got %s and: %s\n' "$*" "$code" "$text" "$got" "$out"
    failed=1
  fi
}

with=(--plugin-path "$library")
says 0 "Tickwork 0." --version
says 0 "Usage: tickwork COMMAND" --help
says 2 'unknown command "lst"; did you mean "list"?' lst
says 2 'did you mean "--files"?' list --filse
for command in run list show new try docs "config check" "config sample"; do
  says 0 "Usage: tickwork $command" $command --help
done
says 0 "inputs.sample" list "${with[@]}"
says 0 '"id":"org.example.good"' list --json "${with[@]}"
says 0 'default "/proc/uptime"' show "${with[@]}" inputs.sample
says 1 'did you mean "inputs.sample"?' show "${with[@]}" inputs.smaple
says 0 "[[inputs.sample]]" config sample "${with[@]}" inputs.sample

"$tickwork" config sample --all "${with[@]}" inputs.sample >"$folder/sample.toml"
says 0 "1 instance, no mistakes" config check "${with[@]}" "$folder/sample.toml"
sed 's/^  # \([a-z]\)/  \1/' "$folder/sample.toml" >"$folder/all.toml"
says 0 "1 instance, no mistakes" config check "${with[@]}" "$folder/all.toml"

printf '[[inputs.sample]]\n  pth = "x"\n' >"$folder/wrong.toml"
says 1 "$folder/wrong.toml:2:3: inputs.sample has no option \"pth\"; did you mean \"path\"?" \
  config check "${with[@]}" "$folder/wrong.toml"
says 1 "wrong.toml:2:3" run "${with[@]}" -c "$folder/wrong.toml" --once
says 1 "cannot be read: No such file" run -c "$folder/none.toml"
says 1 "names no plugin" config check <(echo)
mkdir "$folder/additions"
says 1 "additions: has no files that end in .toml or .conf" config check --config-directory "$folder/additions"
says 0 "1 instance, no mistakes" config check "${with[@]}" -c "$folder/sample.toml" --config-directory "$folder/additions"
says 0 "# tickwork-inputs.sample" docs "${with[@]}" inputs.sample
says 0 ".TH \"TICKWORK-INPUTS.SAMPLE\" 7" docs --man "${with[@]}" inputs.sample
says 1 'did you mean "inputs.sample"?' docs "${with[@]}" inputs.smaple
says 2 "either --man or --md" docs --man --md tickwork
says 2 "one page" docs --man tickwork tickwork.toml
says 1 "cannot write /proc/none" docs --dir /proc/none tickwork
says 2 "is no plugin id" new uptime
says 1 'no template for the kind input in cpp; did you mean "inputs"?' new input.uptime --dir "$folder/new"
says 1 "there is no template for perl" new inputs.uptime --lang perl --dir "$folder/new"
says 1 'there is no template rout for services in cpp; did you mean "route"?' \
  new services.x --template rout --dir "$folder/new"
says 1 "there is no template ../inputs for services" new services.x --template ../inputs --dir "$folder/new"
says 0 "server/README.md tells" new services.server --template server --dir "$folder/server"
says 0 "route/README.md tells" new services.route --template route --lang rust --dir "$folder/route"
says 0 "[agent]" config sample
with=(--plugin-path "$(dirname "$library")/commands.so")
says 0 "hello a"$'\n'"hello b" greeters "${with[@]}" greet a b
says 0 "hello x" greeters.polite "${with[@]}" greet x
says 1 "/nowhere: there is no such place; stay here" greeters "${with[@]}" stumble
says 2 "greet: whom?" greeters "${with[@]}" greet
says 2 'greeters has no command "gret"; did you mean "greet"?' greeters "${with[@]}" gret
says 0 "  greet NAME..." greeters "${with[@]}" --help
says 2 "  greet NAME..." greeters "${with[@]}"
says 2 "--plugin-path needs a folder or file" greeters --plugin-path
says 2 'unknown command "greeters"' greeters
says 0 "tickwork greeters greet NAME..." show "${with[@]}" greeters.polite
says 0 "tickwork greeters greet NAME..." docs "${with[@]}" greeters.polite
export TICKWORK_PLUGIN_PATH=${with[1]}
says 0 "  greeters greet   greet by name" --help
says 0 "Usage: tickwork greeters" help greeters
says 2 'did you mean "greeters"?' greters
exit $failed
