#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The door for Python: functions that behave and functions that do not, and arrays judged.
#   python_tests.sh ASSAY SOURCES PYTHON
set -u
assay=$(realpath "$1")
sources=$(realpath "$2")
export ASSAY_PYTHON=$3 PYTHONPATH PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$(dirname "$assay")/python
# shellcheck source=suites/self/expectations.sh
source "$(dirname "${BASH_SOURCE[0]}")/expectations.sh"

cat >mode.py <<'PYTHON'
"""A linear that does as it is told."""
import ctypes, os, sys, threading, time
import assay
import numpy as np

mode = os.environ["MODE"]
if mode == "raises-on-import":
    raise RuntimeError("two\nlines")
if mode == "exits-on-import":
    sys.exit("not today")
calls = []


def asked(call):
    if mode == "raises-in-supports":
        raise KeyError("x")
    return "not so wide" if call.inputs["w"][1] > 900 else None


def packed(w):
    return np.ascontiguousarray(w.T)


if mode != "has-none":
    @assay.implementation("linear", classes=["f64", "f32", "bf16", "f16"],
                          supports=asked, prepare=packed)
    def linear(x, prepared, b=None):
        type_of_x, x, w = x.dtype, x.astype("f8"), prepared.astype("f8")
        y = np.array([[np.dot(row, column) for column in w.T] for row in x])
        y = (y if b is None else y + b).astype(type_of_x)
        calls.append(y)
        if mode == "raises": raise ValueError("so it is")
        if mode == "exits": sys.exit(1)
        if mode == "ends": os._exit(0)
        if mode == "aborts": os.abort()
        if mode == "hangs": time.sleep(60)
        if mode == "gives-a-shape": return y[:1]
        if mode == "gives-nothing": return None
        if mode == "gives-complex": return y.astype(complex)
        if mode == "gives-last": return calls[0] * 0 if len(calls) < 2 else calls[-2] * 2
        if mode == "reads-null": ctypes.string_at(0)
        if mode == "forks" and os.fork() == 0: time.sleep(60); os._exit(0)
        if mode == "prints": print("a word on stdout")
        return y


@assay.implementation("softmax")
def softmax(x, temperature, probs):
    if mode == "changes-an-input": x[0, 0] = 3
    if mode == "changes-it-anyway": ctypes.memset(x.ctypes.data, 1, 1)
    if mode == "writes-past": ctypes.memset(probs.ctypes.data + probs.nbytes, 1, 1)
    if mode == "writes-half":
        probs[:1] = 0.1
        return
    e = np.exp(x / temperature - (x / temperature).max(1, keepdims=True))
    probs[:] = e / e.sum(1, keepdims=True)
PYTHON

judged() {  # SENTENCE MODE CODE PATTERN [FILTER CLASS]
  MODE=$2 expect "$1" "$3" "$4" "$assay" run --plugin mode.py --time-limit 2 --threads 1 \
    --fixture "$sources/fixtures/linear.h5" --fixture "$sources/fixtures/softmax.h5" --fixture "$sources/fixtures/rope.h5" \
    --filter "${5:-linear/5x7-to-11}" --class "${6:-f32}"
}

echo "== functions that behave"
judged "a function is right" good 0 "^1 judged: 1 right"
judged "in every class, with weights prepared" good 0 "^[1-9][0-9]* judged: [1-9][0-9]* right, 0 imprecise, 0 wrong, [1-9] unsupported, 0 broken" \
  'linear/*' f64
judged "bf16 is given and taken as float32" good 0 "^[1-9] judged: [1-9] right, 0 imprecise, 0 wrong" 'linear/*,!linear/d_in-1000' bf16
judged "float16 as it is" good 0 "^[1-9] judged: [1-9] right, 0 imprecise, 0 wrong" 'linear/5x7-to-11' f16
judged "an output written in place" good 0 "^1 judged: 1 right" softmax/3x37
judged "a reason for a no" good 4 "unsupported  mode linear f32: 1 case: not so wide; rerun: .* --variant mode.py " linear/d_in-1000
judged "an input without a parameter" good 4 "no parameter sinks" softmax/sinks-5x9
judged "an attribute without a parameter" good 4 "no parameter plus_one" softmax/plus-one
judged "an op without a function" good 4 "no function for rope" rope/linear
judged "a class without a function" good 4 "only f32" softmax/3x37 f64
judged "what it prints is no harm" prints 0 "^1 judged: 1 right"

echo "== functions that do not"
judged "an exception in import" raises-on-import 3 "^assay: mode.py: RuntimeError: two lines \(mode.py:8\)$"
judged "an exit in import" exits-on-import 3 "^assay: mode.py: not today$"
judged "an exception in supports" raises-in-supports 1 "supports\(\) said yes, then supports\(\) failed|supports\(\) failed"
judged "an exception" raises 1 "^broken .*run\(\) failed: ValueError: so it is \(mode.py:[0-9]+\)"
judged "sys.exit" exits 1 "^broken .*run\(\) failed: SystemExit: 1"
judged "os._exit" ends 1 "^broken .*ended its process with exit status 0 in run\(\)"
judged "an abort" aborts 1 "^broken .*SIGABRT in run\(\)"
judged "a hang" hangs 1 "^broken .*no answer within 2000 ms in run\(\)"
judged "another shape" gives-a-shape 1 "^broken .*y has shape \(1, 11\), and should have \(5, 11\)"
judged "no result" gives-nothing 1 "^broken .*y has shape \(\), and should have"
judged "complex numbers" gives-complex 1 "^broken .*Cannot cast array data from dtype\('complex128'\)"
judged "something else" gives-last 1 "^wrong "
judged "a null pointer" reads-null 1 "^broken .*SIGSEGV in run\(\): read through a null pointer"
judged "a process left behind" forks 1 "^broken .*left a process running"
judged "an input changed" changes-an-input 1 "^broken .*assignment destination is read-only" softmax/3x37
judged "an input changed behind NumPy's back" changes-it-anyway 1 "^broken .*SIGSEGV in run\(\): wrote to input x" softmax/3x37
judged "a byte past the end" writes-past 1 "^broken .*wrote past the end of (output )?probs" softmax/3x37
judged "an output half written" writes-half 1 "^broken .*output probs: the element at row 1, element 0 was never written" softmax/3x37
echo "import nothing_of_that_name" >absent.py
expect "a module that is not there" 3 "absent.py: ModuleNotFoundError: No module named 'nothing_of_that_name'" "$assay" run --plugin absent.py
echo "def f(:" >syntax.py
expect "a syntax error" 3 "^assay: syntax.py: SyntaxError: " "$assay" run --plugin syntax.py
echo "" >empty.py
expect "a file without a function" 3 "empty.py: ValueError: no function is marked" "$assay" run --plugin empty.py
expect "a file that is not there" 2 "none.py: no such file" "$assay" run --plugin none.py
ASSAY_PYTHON=/nowhere/python3 expect "an interpreter that is not there" 3 "cannot start a worker: /nowhere/python3" \
  "$assay" run --plugin empty.py
expect "assay.py by hand" 1 "started by assay run --plugin" "$ASSAY_PYTHON" "$PYTHONPATH/assay.py" worker
MODE=good expect "a run with a built-in variant beside it" 0 "^2 judged: 2 right" \
  "$assay" run --plugin mode.py --variant plain --filter softmax/3x37 --class f32 -o results.html
[[ -s results.html ]] || complain "no report of a Python file"

echo "== arrays judged"
cat >arrays.py <<'PYTHON'
import assay
import numpy as np

rng = np.random.default_rng(1)
q = rng.standard_normal((2, 6, 5, 16)).astype(np.float32)
k, v = rng.standard_normal((2, 2, 3, 7, 16)).astype(np.float32)


def attention(k, v):
    scores = q @ k.swapaxes(-1, -2) / np.float32(4)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) @ v


def refused(*arguments, **attributes):
    try:
        return f"not refused: {assay.judge(*arguments, **attributes)}"
    except (ValueError, TypeError) as error:
        return str(error)


inputs = {"q": q, "k": k, "v": v}
right = assay.judge("attention", inputs, attention(*(np.repeat(each, 2, 1) for each in (k, v))))
assert right.right and right.clause is None and right.worst["worst_share"] < 1, right
wrong = assay.judge("attention", inputs, attention(*(np.tile(each, (1, 2, 1, 1)) for each in (k, v))))
assert wrong.verdict == "wrong" and wrong.mistakes[0] == "kv-head-modulo", wrong
assert wrong.clause == "attention.kv-head" and wrong.worst["worst_index"][1] in (1, 2, 3, 4), wrong.worst
causal = assay.judge("attention", inputs, right.worst and attention(*(np.repeat(each, 2, 1) for each in (k, v))),
                     causal="bottom_right")
assert causal.verdict == "wrong", causal
x = q[0, 0]
probs = np.exp(x.astype("f8")) / np.exp(x.astype("f8")).sum(1, keepdims=True)
assert assay.judge("softmax", {"x": x}, probs).right
assert assay.judge("softmax", {"x": x.astype("f8")}, probs).right
assert assay.judge("softmax", {"x": x.astype("f8")}, probs.astype("f4")).verdict == "wrong"
assert assay.judge("softmax", {"x": x}, probs, temperature=2).verdict == "wrong"
assert assay.judge("softmax", {"x": x}, probs[:2]).verdict == "broken"
assert assay.judge("softmax", {"x": x}, probs * np.nan).verdict == "wrong"
table, ids = q[0, 0], np.array([3, 0, 4])
assert assay.judge("embedding", {"table": table, "ids": ids}, table[ids]).right
for text, refusal in {
    "no op is called softmx; did you mean softmax?": refused("softmx", {"x": x}, x),
    "no tensor of softmax is called y; did you mean x?": refused("softmax", {"y": x}, x),
    "no attribute of softmax is called temp": refused("softmax", {"x": x}, x, temp=3),
    "no class is called f31": refused("softmax", {"x": x}, x, number_class="f31"),
    "x is of complex64": refused("softmax", {"x": x.astype("c8")}, x),
    "shape (6, 5, 16) has 3 axes": refused("softmax", {"x": q[0]}, x),
    "ids holds F32, and it is of integers": refused("embedding", {"table": x, "ids": x[0]}, x),
    "class bf16 does not hold all its values": refused("softmax", {"x": x}, x, number_class="bf16"),
    "cannot read": refused("softmax", {"x": x}, x, temperature="warm"),
}.items():
    assert text in refusal, (text, refusal)
print("all said as it is")
PYTHON
expect "arrays get their verdict" 0 "^all said as it is$" "$ASSAY_PYTHON" arrays.py
printf 'nothing' >bad.safetensors
expect "a file that is no call" 3 "bad.safetensors" "$assay" score bad.safetensors

echo "== the examples"
expect "softmax by NumPy is right" 0 ", 0 imprecise, 0 wrong, [0-9]+ unsupported, 0 broken" \
  "$assay" run --plugin "$sources/variants/python/examples/softmax.py" --filter 'softmax/*'
if "$ASSAY_PYTHON" -c 'import torch' 2>/dev/null; then
  expect "PyTorch's attention is right but where it overflows" 1 "^[0-9]+ judged: [1-9][0-9]+ right, 0 imprecise, 1 wrong, [0-9]+ unsupported, 0 broken" \
    "$assay" run --plugin "$sources/variants/python/examples/torch_attention.py" --filter 'attention/*' --time-limit 60
  expect "PyTorch's layer is right" 0 "^[0-9]+ judged: [1-9][0-9]* right, 0 imprecise, 0 wrong, [0-9]+ unsupported, 0 broken" \
    "$assay" run --plugin "$sources/variants/python/examples/torch_multihead.py" --filter 'attention/*' --time-limit 60
else
  for example in torch_attention torch_multihead; do
    expect "$example without PyTorch says so" 3 "$example.py: this example needs PyTorch" \
      "$assay" run --plugin "$sources/variants/python/examples/$example.py"
  done
fi

all_held
