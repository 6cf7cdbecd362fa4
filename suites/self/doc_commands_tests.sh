#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every command of the given pages: lines that begin with "$ " in blocks fenced as ```console.
# Each must exit with 0, or with N where the line ends with "# exit N". The lines below it are its
# output: each must be among what was printed, with "..." standing for anything and one space for
# several. The commands of a page share one scratch folder.
#   doc_commands_tests.sh FOLDER_OF_ASSAY PAGE...
set -u
binaries=$(realpath "$1")
shift
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
# Debian's python3 has Debian's NumPy; another one further ahead need not.
export PATH="$binaries:/usr/bin:$PATH" ASSAY_ROOT="$root" NO_COLOR=1 PYTHONDONTWRITEBYTECODE=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
commands=0

complain() {
  echo "$1" >&2
  failures=$((failures + 1))
}

# An expected line as a pattern of [[ ]]: only "..." is special.
pattern_of() {
  local text=$1 quoted="" rest
  while [[ $text == *...* ]]; do
    rest=${text#*...}
    quoted+=$(printf '%q' "${text%%...*}")'*'
    text=$rest
  done
  [[ -n $text ]] && quoted+=$(printf '%q' "$text")
  printf '%s' "$quoted"
}

is_printed() {
  local pattern line
  pattern=$(pattern_of "$(tr -s ' ' <<<"$1")")
  while IFS= read -r line || [[ -n $line ]]; do
    # shellcheck disable=SC2053
    eval "[[ \$line == $pattern ]]" && return 0
  done < <(tr -s ' ' <"$scratch/output")
  return 1
}

run_page() {
  local page=$1 number=0 in_block=no line command expected_code code
  local folder
  folder=$(mktemp -d -p "$scratch")
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    if [[ $line == '```console' ]]; then in_block=yes; continue; fi
    if [[ $line == '```'* ]]; then in_block=no; continue; fi
    [[ $in_block == yes ]] || continue
    if [[ $line == '$ '* ]]; then
      command=${line#'$ '}
      expected_code=0
      [[ $command =~ '# exit '([0-9]+)$ ]] && expected_code=${BASH_REMATCH[1]}
      (cd "$folder" && bash -c "$command") >"$scratch/output" 2>&1 </dev/null
      code=$?
      commands=$((commands + 1))
      if [[ $code != "$expected_code" ]]; then
        complain "$page:$number: exit $code instead of $expected_code: $command"
        head -5 "$scratch/output" >&2
      fi
    elif [[ -n $line && $line != '...' ]]; then
      is_printed "$line" || complain "$page:$number: not printed: $line"
    fi
  done <"$page"
}

for page in "$@"; do run_page "$page"; done
echo "$commands commands, $failures failures"
[[ $commands -gt 0 && $failures == 0 ]]
