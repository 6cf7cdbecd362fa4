#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The full suite on every built-in variant with every target that this processor has, and with 1 to 8
# threads, as a table in Markdown: how many calls were right, and how many not. Fails where one is not.
#   sweep_tests.sh ASSAY [THREADS...]
set -u
assay=$(realpath "$1")
shift
threads=("$@")
((${#threads[@]} > 0)) || threads=(1 2 3 4 5 6 7 8)
export NO_COLOR=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# "fused  1  ...  targets: avx3 avx2": a variant with each of its targets, or as it is.
variants=()
while read -r name version rest; do
  [[ $version == - ]] && continue # a library of others
  if [[ $rest == *targets:* ]]; then
    for target in ${rest##*targets:}; do variants+=("$name@$target"); done
  else
    variants+=("$name")
  fi
done < <("$assay" list variants)
((${#variants[@]} > 0)) || { echo "FAILED: $assay lists no variants" >&2; exit 1; }

failures=0
echo "| variant | threads | right | unsupported | not right |"
echo "|---|--:|--:|--:|--:|"
for variant in "${variants[@]}"; do
  for count in "${threads[@]}"; do
    "$assay" run --variant "$variant" --threads "$count" --no-speed >out 2>err </dev/null
    code=$?
    last=$(tail -n 1 out)
    if [[ ! $last =~ ^[0-9]+\ judged:\ ([0-9]+)\ right,\ ([0-9]+)\ imprecise,\ ([0-9]+)\ wrong,\ ([0-9]+)\ unsupported,\ ([0-9]+)\ broken$ ]]; then
      printf 'FAILED: %s with %s threads ends with code %s and no count\n' "$variant" "$count" "$code" >&2
      head -n 3 err >&2
      failures=$((failures + 1))
      continue
    fi
    bad=$((BASH_REMATCH[2] + BASH_REMATCH[3] + BASH_REMATCH[5]))
    echo "| $variant | $count | ${BASH_REMATCH[1]} | ${BASH_REMATCH[4]} | $bad |"
    if ((code != 0 || bad > 0 || BASH_REMATCH[1] == 0)); then
      printf 'FAILED: %s with %s threads: %s\n' "$variant" "$count" "$last" >&2
      grep -hE '^ +.*assay.* run ' out | head -n 3 >&2
      failures=$((failures + 1))
    fi
  done
done
exit $((failures > 0))
