#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Bad input on the command line: one clear line, the right exit code, and what was found is kept.
#   command_line_tests.sh ASSAY FIXTURES
set -u
assay=$(realpath "$1")
fixtures=$(realpath "$2")
# shellcheck source=suites/self/expectations.sh
source "$(dirname "${BASH_SOURCE[0]}")/expectations.sh"

# answers SENTENCE CODE PATTERN WORD...: runs assay; PATTERN (extended regular expression) must match a
# line of its stderr, or of its stdout where that is empty. Errors of use must be one line.
answers() {
  local sentence=$1 code=$2 pattern=$3
  shift 3
  "$assay" "$@" >out 2>err </dev/null
  local got=$?
  [[ $got == "$code" ]] || { complain "$sentence: exit $got instead of $code"; return; }
  if [[ $code == 2 ]]; then
    [[ $(wc -l <err) == 1 && ! -s out ]] || complain "$sentence: not one line"
  fi
  local where=err
  [[ -s err ]] || where=out
  grep -qE -- "$pattern" "$where" || complain "$sentence: no line matches $pattern"
}

# A case, its op's file being the smallest of all.
case=$("$assay" list cases --fixtures "$fixtures" --filter 'softmax/*' | awk 'NR == 1 {print $1}')
[[ $case == softmax/* ]] || { echo "no softmax case to try with" >&2; exit 1; }

echo "== help"
answers "help lists the commands" 0 "judge implementations" --help
answers "a command explains itself" 0 "^usage: assay run" run --help
"$assay" >out 2>err
[[ $? == 2 ]] && grep -q "judge implementations" out || complain "no word at all lists the commands"
for command in run compare report list explain doctor fixtures; do
  answers "$command has a help" 0 "^usage: assay $command" "$command" --help
done

echo "== unknown names"
answers "an unknown command" 2 "no command is called rnu; did you mean run\?" rnu
answers "an unknown option" 2 "unknown option --fliter; did you mean --filter\?" run --fliter x
answers "a shortened option is not guessed" 2 "unknown option --filt" run --filt x
answers "an unknown suite" 2 "no suite is called maskin; did you mean masking\?" run maskin
answers "an unknown variant" 2 "no variant is called plian; did you mean plain\?" run --variant plian
answers "an unknown target" 2 "simd has no target avx9" run --variant simd@avx9
answers "a plug-in that is not there" 2 "libnone.so: no such file" run --plugin ./libnone.so
echo 'not a library' >libtext.so
answers "a plug-in that is no library" 3 "libtext.so: cannot be loaded" \
  run --plugin ./libtext.so --variant plain --fixtures "$fixtures" --filter "$case"
grep -q "^1 judged: 1 right\|[1-9][0-9]* judged: [1-9][0-9]* right" out ||
  complain "the others are judged beside a plug-in that is no library"
answers "an unknown class" 2 "no class is called f23; did you mean f32\?" run --class f23
answers "an unknown case" 2 "did you mean $case\?" run --filter "${case}x"
answers "an unknown op" 2 "no case is called sofmax; did you mean softmax\?" run --filter sofmax
answers "an unknown clause" 2 "did you mean attention.kv-head\?" explain attention.kvhead
answers "a mistake by name" 0 "^kv-head-modulo +attention.kv-head +Maps query head" list mistakes
answers "an unknown mistake" 2 "called mistake/kv-head; did you mean mistake/kv-head-modulo\?" \
  run --variant mistake/kv-head
answers "a way by name" 0 "^way/pairwise +sums as binary trees" list ways
answers "an unknown way" 2 "did you mean way/pairwise\?" run --variant way/pairwize
answers "a way that is judged" 0 "^way/kahan +[0-9]+ right" \
  run --variant way/kahan --no-speed --filter softmax/\* --fixtures "$fixtures"
answers "an audit of one op" 0 "^audit: killed ([0-9]+) of \1 mistakes, rejected 0 of [0-9]+ correct runs" \
  audit --filter softmax/\* --fixtures "$fixtures"
answers "an audit in another format" 2 "an audit is written as .json, .md or .html" audit -o audit.csv
answers "a kill matrix of a sample" 2 "a kill matrix needs --full" \
  audit --filter softmax/\* --fixtures "$fixtures" -o kills.tsv
answers "a mistake that is judged" 1 "mistake/kv-head-modulo" \
  run --variant mistake/kv-head-modulo --no-speed --filter attention/gqa-\* --fixtures "$fixtures"
"$assay" list variants | grep -q mistake && complain "a mistake stands among the variants"
answers "an unknown list" 2 "no list is called opps; did you mean ops\?" list opps
answers "an op of one's own that is unknown" 2 "no op is called sofmax; did you mean softmax\?" \
  run --case 'sofmax rows=3'
answers "a word of one's own that is unknown" 2 "did you mean row_len\?" \
  run --case 'softmax rows=3 rowlen=4'

echo "== bad values"
answers "a negative number" 2 "threads" run --threads=-3
answers "half a number" 2 "--threads: 1 to 1024, not 2x" run --threads 2x
answers "a shard beyond the last" 2 "--shard: i/n" run --shard 3/2
answers "a wrong kind of value" 2 "cannot read a number in 'x'" run --case 'softmax temperature=x'
answers "a wrong extent" 2 "rows is a whole number, not -3" run --case 'softmax rows=-3'
answers "too many words" 2 "too many words" run all masking
answers "a format that nobody knows" 2 "extension chooses the format" run -o results.pdf

echo "== cases of one's own"
cat >shapes.txt <<'END'
# Two shapes and a blank line.
softmax rows=2 row_len=5

softmax rows=3 row_len=4  # the longer one
END
own=(run --no-speed --variant plain --class f32 --case 'softmax rows=1 row_len=3')
answers "several cases, on the command line and in a file" 0 "^3 judged: 3 right" "${own[@]}" --case @shapes.txt
answers "one of them" 0 "^1 judged: 1 right" "${own[@]}" --case @shapes.txt --filter 'softmax/own.rows=3.row_len=4'
answers "a case that is there twice" 2 "'softmax rows=1 row_len=3' is there twice" \
  "${own[@]}" --case 'softmax rows=1 row_len=3'
answers "no such file of cases" 2 "nowhere.txt: cannot be read" "${own[@]}" --case @nowhere.txt
echo '# nothing' >nothing.txt
answers "a file without a case" 2 "nothing.txt: no case in this file" "${own[@]}" --case @nothing.txt
echo 'softmax rowz=3' >>shapes.txt
answers "a bad line in a file" 2 "shapes.txt:5: --case: .*rowz.* did you mean rows\?" "${own[@]}" --case @shapes.txt
"$assay" run --no-speed --variant mistake/reciprocal-of-twelve-bits --class f32 \
  --case 'softmax rows=2 row_len=5' --case 'softmax rows=3 row_len=4' >out 2>err
rerun=$(grep -o 'rerun: .*' out | tail -n 1)
bash -c "${rerun#rerun: }" >again 2>&1
grep -q '^1 judged: 0 right' again || complain "the line of a wrong case reruns that one: '$rerun'"

echo "== nothing to judge"
answers "a pattern that fits no case judges nothing" 4 "^0 judged: 0 right" run --filter 'zz*' \
  --variant plain
answers "an op without a case in a suite judges nothing" 4 "^0 judged" run sampling \
  --filter 'rope/*' --variant plain

echo "== damaged fixtures"
cp -r "$fixtures" copy
one=(run --fixtures copy --variant plain --filter "$case")
answers "the copy is in order" 0 "[1-9][0-9]* judged: [1-9][0-9]* right, 0 imprecise, 0 wrong" "${one[@]}"
rm copy/rope.h5
answers "a missing file costs its own cases only" 3 "rope.h5" "${one[@]}"
grep -qE "^[1-9][0-9]* judged: [1-9]" out || complain "a missing file: the rest is not judged"
cp "$fixtures/rope.h5" copy/rope.h5
truncate -s 5000 copy/rope.h5
answers "a truncated file" 3 "rope.h5: .*" "${one[@]}"
grep -qE "^[1-9][0-9]* judged: [1-9]" out || complain "a truncated file: the rest is not judged"
size=$(stat -c %s "$fixtures/rope.h5")
for part in 3 5 7; do
  cp "$fixtures/rope.h5" copy/rope.h5
  at=$((size * part / 11))
  byte=$(dd if=copy/rope.h5 bs=1 skip=$at count=1 status=none | od -An -tu1)
  # shellcheck disable=SC2059
  printf "\\x$(printf '%02x' $((byte ^ 16)))" |
    dd of=copy/rope.h5 bs=1 seek=$at conv=notrunc status=none
  "$assay" "${one[@]}" >out 2>err
  code=$?
  [[ $code == 3 || $code == 0 ]] || complain "a flipped bit at $at: exit $code"
  grep -q "rope.h5" err || complain "a flipped bit at $at is not noticed"
done
echo "no HDF5 at all" >bad.h5
answers "a file that is no fixture" 3 "bad.h5" run --fixture bad.h5 --variant plain
answers "a file that is not there" 3 "none.h5" run --fixture none.h5 --variant plain
answers "a folder that is not there" 3 "no such folder of fixtures" run --fixtures nowhere

echo "== outputs"
good=(run --fixtures "$fixtures" --variant plain --filter "$case")
answers "a folder that is not there" 3 "nowhere" "${good[@]}" -o nowhere/results.json
ln -s /dev/full full.json
answers "a full disk" 3 "full.json.*No space left" "${good[@]}" -o full.json -o kept.json -o kept.md
grep -q '"right"' kept.json || complain "a full disk: the other file is not written"
answers "a full disk alone" 3 "the results are kept in .*json" "${good[@]}" -o full.json
kept=$(sed -n 's/.*the results are kept in //p' err)
[[ -s $kept ]] && rm "$kept" || complain "a full disk: the results are not kept"
"$assay" list cases --fixtures "$fixtures" >/dev/full 2>err
[[ $? == 3 ]] && grep -q "standard output: No space left" err || complain "a full standard output"
"$assay" list cases --fixtures "$fixtures" 2>err | head -1 >out
[[ ${PIPESTATUS[0]} == 0 && ! -s err ]] || complain "a reader that has seen enough"
answers "a result file that is none" 3 "bad.h5" report bad.h5 -o report
answers "a report without a folder" 2 "name the folder" report kept.json
answers "a good report" 0 "index.html" report kept.json -o report
for file in index.html report.md results.json junit.xml speed.csv grades.csv speed.svg benchmarks.json; do
  [[ -s report/$file ]] || complain "a good report: $file is missing"
done
answers "one file twice" 3 "kept.json: plain $case.* is in it already; name each result once" \
  report kept.json kept.json -o report

echo "== shards"
shard=(run --fixtures "$fixtures" --variant plain --filter 'softmax/*')
answers "the first half" 0 "" "${shard[@]}" --shard 1/2 -o shard1.json
answers "the second half" 0 "" "${shard[@]}" --shard=2/2 -o shard2.json
answers "the whole" 0 "" "${shard[@]}" -o whole.json
answers "a missing shard" 3 "shard1.json: shard 2/2 is not among the files; .* --shard 2/2" \
  report shard1.json -o report
answers "all shards" 0 "index.html" report shard2.json shard1.json -o report
[[ $(grep -c '"case_id"' report/results.json) == $(grep -c '"case_id"' whole.json) ]] ||
  complain "all shards: not as many cases as the whole"
digest=$(sha256sum "$fixtures/manifest.sha256" | cut -d' ' -f1)
grep -q "\"fixtures\": \"sha256 $digest\"" whole.json || complain "a result says which fixtures it judged"
sed 's/"fixtures": "sha256 [0-9a-f]*"/"fixtures": "sha256 0"/' shard2.json >other.json
answers "shards of other fixtures" 3 "other.json: judged other fixtures" \
  report shard1.json other.json -o report

answers "two result files" 0 "^kept.json -> kept.json" compare kept.json kept.json
answers "result files of other fixtures" 0 "^assay: warning: shard2.json judged other fixtures" \
  compare shard2.json other.json

echo "== interruption"
rm -f out
many=()
for _ in {1..40}; do many+=(--variant plain); done
"$assay" run --fixtures "$fixtures" "${many[@]}" --verbose -o stopped.json >out 2>err &
process=$!
until [[ -s out ]] || ! kill -0 $process 2>/dev/null; do sleep 0.05; done
kill -INT $process
wait $process
[[ $? == 3 ]] || complain "an interrupted run exits with 3"
grep -qE "^[1-9][0-9]* judged" out || complain "an interrupted run still counts"
grep -q '"complete": *false' stopped.json || complain "an interrupted run keeps its results"
grep -q "^assay: interrupted" err || complain "an interrupted run says so"

# Calls made otherwise: grades and texts.
"$assay" run grades --fixtures "$fixtures" --variant simd --filter 'linear/5x7-to-11' -o grades.json -o grades.html >out 2>err ||
  complain "a variant that keeps what it claims exits with 0"
grep -q "^simd  batch *held" out || complain "grades are shown by variant"
"$assay" report grades.json -o graded >/dev/null 2>&1 && grep -q 'id="grades"' graded/index.html ||
  complain "grades come back from their file into a report"
"$assay" run generation --variant simd --texts 4 --filter gpt2 -o texts.md >out 2>err ||
  complain "a right variant writes the same texts"
grep -q "^generation: 0 of 27 arrangements are not right" out || complain "texts are counted"
"$assay" run generation --filter gpt3 >/dev/null 2>err
[[ $? == 2 ]] || complain "a model that there is not is a wrong command"

all_held
