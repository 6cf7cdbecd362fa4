# SPDX-License-Identifier: Apache-2.0
# What the tests of the program from outside share: a scratch folder to stand in, sentences that are expected of
# commands, and a count of those that did not hold. Sourced by them, after they have read their paths.
export NO_COLOR=1
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0

# complain SENTENCE: with the end of what the last command printed, which is in the files out and err.
complain() {
  printf 'FAILED: %s\n' "$1" >&2
  local file
  for file in out err; do
    [[ ! -s $file ]] || tail -n 8 "$file" | sed "s/^/    $file: /" >&2
  done
  failures=$((failures + 1))
}

# expect SENTENCE CODE PATTERN WORD...: PATTERN (extended regular expression) must match a line of what the
# command prints.
expect() {
  local sentence=$1 code=$2 pattern=$3
  shift 3
  "$@" >out 2>&1 </dev/null
  local got=$?
  [[ $got == "$code" ]] || { complain "$sentence: exit $got instead of $code"; return; }
  [[ -z $pattern ]] || grep -qE -- "$pattern" out || complain "$sentence: no line matches $pattern"
}

# The last command of a test.
all_held() {
  [[ $failures == 0 ]] && echo "all as it should be" || echo "$failures failures"
  [[ $failures == 0 ]]
}
