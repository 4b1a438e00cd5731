# SPDX-License-Identifier: MIT
# Completion of tickwork's commands, options, plugin ids and sets for bash.

_tickwork_options() {
  tickwork "$@" --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

# Kinds whose plugins have commands, and the commands of one kind or plugin.
_tickwork_plugin_kinds() {
  tickwork --help 2>/dev/null | sed -n '/^Commands of plugins:/,/^$/s/^  \([a-z][^ ]*\) .*/\1/p' | sort -u
}
_tickwork_plugin_commands() {
  tickwork "$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\)\( .*\)\?$/\1/p' | sort -u
}

_tickwork() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command=${COMP_WORDS[1]} words=
  if ((COMP_CWORD == 1)); then
    words="run ctl list show config docs new try check version help --help --version"
    words+=" $(_tickwork_plugin_kinds)"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    return
  fi
  case $before in
    -c | --config | --config-directory | --plugin-path | --pidfile | --dir | --control | -s | --socket)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames 2>/dev/null
      return ;;
    --set)
      words=$(tickwork list --sets 2>/dev/null)
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; compgen -f -X '!*.toml' -- "$word")
      return ;;
    --lang) words="c cpp rust" ;;
    --template) words="route server" ;;
    help) words="run ctl list show config docs new try check version" ;;
  esac
  if [[ -z $words ]]; then
    local sub=("$command")
    if [[ $command == config ]]; then
      ((COMP_CWORD == 2)) && words="check sample --help"
      sub+=("${COMP_WORDS[2]}")
    fi
    if [[ $word == -* ]]; then
      [[ " $(_tickwork_plugin_kinds | tr '\n' ' ') " == *" $command "* ]] && sub+=("${COMP_WORDS[2]}")
      words=$(_tickwork_options "${sub[@]}")
    elif [[ $command == show || $command == list || $command == docs || ${sub[*]} == "config sample" ]]; then
      words=$(tickwork list --ids 2>/dev/null)
    elif [[ $command == check || $command == try || ${sub[*]} == "config check" ]]; then
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames 2>/dev/null
      return
    elif [[ $command == ctl ]]; then
      ((COMP_CWORD == 2)) && words="list show libraries add remove set restore changes reload flush"
      if ((COMP_CWORD > 2)) && [[ " show remove set restore " == *" ${COMP_WORDS[2]} "* ]]; then
        words=$(tickwork ctl list 2>/dev/null | awk 'NR > 1 { print $1 }')
      fi
      [[ -n $words ]] || words=$(compgen -f -- "$word")
    elif [[ $command == new ]]; then
      words="inputs. outputs. processors. aggregators. formats. handlers. stream. storage. query. panels. services."
      compopt -o nospace 2>/dev/null
    elif [[ $command == run ]]; then
      words=$(tickwork list --sets 2>/dev/null)
    elif [[ -z $words ]] && ((COMP_CWORD == 2)); then
      words=$(_tickwork_plugin_commands "$command")
    elif [[ -z $words ]]; then
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      compopt -o filenames 2>/dev/null
      return
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _tickwork tickwork
