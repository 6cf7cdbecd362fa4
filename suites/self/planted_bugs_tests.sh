#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Changes one character in the sources of the variant simd, builds it as a plug-in, and expects that
# `assay run` rejects it and names the clause. Only the changed file is compiled again.
#   planted_bugs_tests.sh ASSAY SOURCES COMPILER LIBRARY...
set -u
assay=$(realpath "$1")
sources=$(realpath "$2")
compiler=$3
shift 3
libraries=()
for library in "$@"; do libraries+=("$(realpath "$library")"); done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

compile() {  # SOURCE OBJECT: files of the scratch folder come before those of the project
  "$compiler" -std=c++20 -O1 -fPIC -ffp-contract=off -fvisibility=hidden -I "$scratch" \
    -I "$sources" -c "$1" -o "$2"
}

judge() {  # OBJECT...: links a plug-in of the variant with these and runs the suite on it
  "$compiler" -shared -o libplanted.so "$@" plugin.o "${libraries[@]}" -lhwy -pthread &&
    "$assay" run all --no-speed --plugin ./libplanted.so >out 2>err
}

complain() {
  printf 'FAILED: %s\n' "$1" >&2
  grep -h "look at" out err | head -2 >&2
  tail -3 out err 2>/dev/null | sed 's/^/    /' >&2
  failures=$((failures + 1))
}

# planted NAME FILE BEFORE AFTER UNIT CLAUSE: BEFORE becomes AFTER, one character apart, in FILE, and
# UNIT is compiled with it; a case that is there for CLAUSE above all must fail and name it.
planted() {
  local name=$1 file=$2 before=$3 after=$4 unit=$5 clause=$6
  rm -rf variants && mkdir -p "variants/$(dirname "${file#variants/}")"
  if [[ $(grep -cF -- "$before" "$sources/$file") != 1 ]]; then
    complain "$name: '$before' does not stand exactly once in $file"
    return
  fi
  awk -v before="$before" -v after="$after" '
    { at = index($0, before)
      if (at) $0 = substr($0, 1, at - 1) after substr($0, at + length(before))
      print }' "$sources/$file" >"$file"
  local where=$sources/$unit
  [[ $unit == "$file" ]] && where=$file
  compile "$where" changed.o || { complain "$name: does not compile"; return; }
  judge changed.o
  local code=$?
  [[ $code == 1 ]] || complain "$name: exit $code instead of 1"
  grep -qE -- "^wrong .*; decides $clause" out err || complain "$name: nothing names $clause"
  printf '%-16s exit %s, %s\n' "$name" "$code" "$(tail -1 out)"
}

compile "$sources/suites/self/planted_plugin.cpp" plugin.o || exit 1
judge || complain "without a bug: exit $?"
printf '%-16s %s\n' "no bug" "$(tail -1 out)"

heads=variants/kernels/problems_of_heads.cpp
planted attention-scale variants/kernels/heads.h 'return 1 / std::sqrt' 'return 2 / std::sqrt' \
  $heads attention.scale
planted causal-offset $heads 'stands_at + 1)' 'stands_at + 2)' $heads attention.causal
planted kv-head $heads 'return h / (n_heads' 'return h % (n_heads' $heads attention.kv-head
planted eps variants/kernels/rowwise.inl 'sqrt(variance) + p.eps' 'sqrt(variance) - p.eps' \
  variants/simd/rowwise.cpp layer_norm.eps-placement
planted rope-pairing $heads '== "interleaved"' '!= "interleaved"' $heads rope.pairing
planted top-p variants/kernels/token_row.cpp 'reached < top_p &&' 'reached <= top_p &&' \
  variants/kernels/token_row.cpp sampling.top-p
planted top-p-of-ranked variants/kernels/ranked_tokens.cpp 'mass < top_p &&' 'mass <= top_p &&' \
  variants/kernels/ranked_tokens.cpp sampling.top-p

[[ $failures == 0 ]] && echo "all planted bugs are caught"
exit $((failures > 0))
