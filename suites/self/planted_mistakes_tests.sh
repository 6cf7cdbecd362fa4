#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mistakes made in the text of the variant simd, one changed line each. Of known ones the diagnosis must name
# nine of ten first; new ones must all be caught. That every line to be changed still stands in its file is
# seen without a compiler.
#   planted_mistakes_tests.sh named|caught|stand ASSAY SOURCES COMPILER LIST LIBRARY...
set -u
goal=$1
assay=$(realpath "$2")
sources=$(realpath "$3")
compiler=$4
list=$(realpath "$5")
shift 5
libraries=()
for library in "$@"; do libraries+=("$(realpath "$library")"); done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
planted=0 fit=0 failures=0

compile() {  # SOURCE OBJECT
  "$compiler" -std=c++20 -O1 -w -fPIC -ffp-contract=off -fvisibility=hidden -I "$sources" \
    -c "$1" -o "$2"
}

plant() {  # NAME FILE BEFORE AFTER OPS
  local name=$1 file=$2 before=$3 after=$4 ops=$5 told
  if [[ $(grep -cF -- "$before" "$sources/$file") != 1 ]]; then
    echo "FAILED: $name: '$before' does not stand exactly once in $file" >&2
    failures=$((failures + 1))
    return
  fi
  if [[ $goal == stand ]]; then
    planted=$((planted + 1))
    return
  fi
  awk -v before="$before" -v after="$after" '
    { at = index($0, before)
      if (at) $0 = substr($0, 1, at - 1) after substr($0, at + length(before))
      print }' "$sources/$file" >changed.cpp
  if ! compile changed.cpp changed.o ||
    ! "$compiler" -shared -o libplanted.so changed.o plugin.o "${libraries[@]}" -lhwy -pthread; then
    echo "FAILED: $name: does not compile" >&2
    failures=$((failures + 1))
    return
  fi
  "$assay" run all --no-speed --plugin ./libplanted.so --filter "$ops" >out 2>err
  local code=$?
  planted=$((planted + 1))
  if [[ $goal == caught ]]; then
    told=$(sed -n 's/.*: look at \([^ ]*\) .*/\1/p' out | head -1)
    [[ $code == 1 ]] && fit=$((fit + 1)) || told=escapes
  else
    told=$(sed -n 's/.*does what the known mistake \([^ ]*\) does, in.*/\1/p' out | head -1)
    [[ $told == "$name" ]] && fit=$((fit + 1))
  fi
  printf '%-38s %s\n' "$name" "${told:-nothing is named}"
}

[[ $goal == stand ]] || compile "$sources/suites/self/planted_plugin.cpp" plugin.o || exit 1
name="" file="" ops="*" before=""
while IFS= read -r line || [[ -n $line ]]; do
  case $line in
    '## '*) name=${line#'## '} ;;
    'in: '*) file=${line#'in: '} ;;
    'ops: '*) ops=${line#'ops: '} ;;
    '- '*) before=${line#'- '} ;;
    '+'*) plant "$name" "$file" "$before" "${line#+}" "$ops" ;;
  esac
done <"$list"

if [[ $goal == stand ]]; then
  echo "$planted lines stand where they are to be changed"
  [[ $failures == 0 && $planted -ge 40 ]]
elif [[ $goal == caught ]]; then
  echo "caught: $fit of $planted"
  [[ $failures == 0 && $planted -ge 90 && $fit == "$planted" ]]
else
  echo "the right mistake is named first for $fit of $planted"
  [[ $failures == 0 && $planted -ge 40 && $((10 * fit)) -ge $((9 * planted)) ]]
fi
