#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every relative link and picture in the pages leads to a file.
#   doc_links_tests.sh ROOT
set -u
cd "$1" || exit 1
failures=0
links=0
while IFS= read -r page; do
  while IFS= read -r target; do
    [[ -z $target || $target == *://* || $target == \#* ]] && continue
    links=$((links + 1))
    [[ -e $(dirname "$page")/${target%%#*} ]] && continue
    echo "$page: leads nowhere: $target" >&2
    failures=$((failures + 1))
  done < <(grep -oE '\]\([^) ]+\)' "$page" | sed -E 's/^\]\((.*)\)$/\1/')
done < <(find . -maxdepth 1 -name '*.md'; find docs reference -name '*.md')
echo "$links links, $failures failures"
[[ $links -gt 0 && $failures == 0 ]]
