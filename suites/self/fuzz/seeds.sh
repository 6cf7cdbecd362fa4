#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Good inputs for the targets whose inputs are too big to be kept, or are no files:
#   seeds.sh ASSAY FOLDER      makes FOLDER/fixture, FOLDER/result, FOLDER/options
set -eu
assay=$(realpath "$1")
fixtures=$(realpath "$(dirname "$0")/../../../fixtures")
mkdir -p "$2/fixture" "$2/result" "$2/options"
find "$fixtures" -maxdepth 1 -name '*.h5' -size -100k -exec cp {} "$2/fixture/" \;
for op in softmax linear; do
  "$assay" run --variant plain --variant mistake/softmax-over-heads --filter "$op/*" \
    -o "$2/result/$op.json" >"$2/lines" || test $? = 1
done
printf 'masking\n--filter\nattention/*,!@softmax.max\n--threads=4\n-v\n-o\nx.html' >"$2/options/run"
printf -- '--case\nattention seq_len=4097 n_heads=12\n--threads\n-3\n--\n--help' >"$2/options/case"
