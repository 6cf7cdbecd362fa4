# SPDX-License-Identifier: Apache-2.0
"""Arrays judged where they are: judge() of assay.py.

Writes a call of one's own and asks the program for its verdict.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile

import numpy as np

_FOLDER = os.path.dirname(os.path.abspath(__file__))


class Verdict:
    """What was found about one call; prints as the bench says it."""

    def __init__(self, result, text):
        self.verdict = result["verdict"]
        self.outputs = result.get("outputs", [])
        self.reason = result.get("reason", "")
        self.diagnosis = result.get("diagnosis", "")
        self.mistakes = result.get("alike", [])
        self.text = text

    @property
    def right(self):
        return self.verdict == "right"

    @property
    def worst(self):
        """The output with the largest share of its budget: its name, the
        index of the element, got, want, budget, worst_share and more."""
        def share(output):
            return float(output["worst_share"])
        return max(self.outputs, key=share) if self.outputs else None

    @property
    def clause(self):
        """The clause that the nearest known mistake breaks, or None."""
        found = re.search(r"\[([a-z0-9_]+\.[a-z0-9-]+)\]", self.diagnosis)
        return found.group(1) if found else None

    def __repr__(self):
        return self.text


_CLASSES = {np.float64: "f64", np.float32: "f32", np.float16: "f16"}
_STORED = {"f": "F", "i": "I", "b": "BOOL"}


def judge(op, inputs, outputs, number_class=None, **attributes):
    """Judges outputs that somebody computed from inputs, as a Verdict.

    inputs and outputs are dicts of arrays by name; an array alone stands for
    the op's only output, "out" of attention. Attributes that are not given
    have their ordinary values. The class is that of the first floating
    input, unless it is named.
    """
    inputs = {name: np.asarray(each) for name, each in inputs.items()}
    if number_class is None:
        floating = [each.dtype.type for each in inputs.values()
                    if each.dtype.kind == "f"]
        number_class = _CLASSES.get(floating[0] if floating else None, "f32")
    if not isinstance(outputs, dict):
        outputs = {_only_output(op): outputs}
    about = {"op": op, "class": number_class}
    about.update({f"attribute.{name}": _text_of(value)
                  for name, value in attributes.items()})
    tensors = {f"in/{name}": each for name, each in inputs.items()}
    tensors.update({f"out/{name}": np.asarray(each)
                    for name, each in outputs.items()})
    with tempfile.TemporaryDirectory() as folder:
        call = os.path.join(folder, "call.safetensors")
        results = os.path.join(folder, "results.json")
        _write_safetensors(call, tensors, about)
        done = _run("score", call, "-o", results)
        if done.returncode not in (0, 1):
            message = done.stderr.strip().replace(f"{call}: ", "")
            raise ValueError(message.removeprefix("assay: "))
        with open(results, encoding="utf-8") as file:
            result = json.load(file)["cases"][0]
    text = [line for line in done.stdout.splitlines()
            if line and "judged:" not in line and "calls given" not in line]
    text = "\n".join(text).split("; rerun: ")
    text = text[0] + "".join("\n" + each.partition("\n")[2]
                             for each in text[1:])
    return Verdict(result, text.strip() or f"right  {op} {number_class}")


def _program():
    """The program assay: ASSAY_PROGRAM, the one that this belongs to, or
    the one in PATH."""
    beside = [os.path.join(_FOLDER, "..", "assay"),
              os.path.join(_FOLDER, "..", "..", "..", "bin", "assay")]
    for path in (os.environ.get("ASSAY_PROGRAM"), *beside):
        if path and os.access(path, os.X_OK) and not os.path.isdir(path):
            return path
    path = shutil.which("assay")
    if path is None:
        raise FileNotFoundError("the program assay is not in PATH; name it "
                                "in ASSAY_PROGRAM")
    return path


def _run(*words):
    return subprocess.run([_program(), *words], capture_output=True,
                          text=True, env={**os.environ, "NO_COLOR": "1"})


def _only_output(op):
    """The name of the first output of an op: its required one."""
    for line in _run("list", "ops").stdout.splitlines():
        if line.split()[:1] == [op]:
            return line.partition("-> ")[2].split()[0]
    return "out"  # of an op that is not there, which the bench will say


def _text_of(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(str(each) for each in value)
    return value if isinstance(value, str) else repr(value)


def _write_safetensors(path, tensors, about):
    header, parts, begin = {"__metadata__": about}, [], 0
    for name, array in tensors.items():
        if array.dtype.kind in "iu":
            array = array.astype("<i8")
        kind = _STORED.get(array.dtype.kind)
        if kind is None or array.dtype.itemsize > 8:
            raise TypeError(f"{name.partition('/')[2]} is of {array.dtype}, "
                            "which no tensor of an op is of")
        kind += "" if kind == "BOOL" else str(8 * array.dtype.itemsize)
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        header[name] = {"dtype": kind, "shape": list(array.shape),
                        "data_offsets": [begin, begin + len(data)]}
        begin += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.writelines(parts)
