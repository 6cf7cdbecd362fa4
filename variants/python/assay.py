# SPDX-License-Identifier: Apache-2.0
"""Assay from Python: functions as implementations, and arrays judged.

    import assay

    @assay.implementation("softmax", classes=["f32", "f64"])
    def softmax(x, temperature):
        ...

and `assay run --plugin softmax.py` judges it; docs/python.md has the rest. Needs NumPy. Run as a
program, `python3 assay.py worker`, it is the process in which the bench calls such functions: the
tensors are its own shared memory, seen through NumPy without a copy.
"""

import ctypes
import importlib.util
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

try:
    import numpy as np
except ImportError:
    sys.exit(f"assay.py needs NumPy, which {sys.executable} lacks: install "
             "python3-numpy, or name an interpreter that has it in "
             "ASSAY_PYTHON")

OK, UNSUPPORTED, FAILED = 0, 1, 2
_WEIGHT, _IN_OUT = 1, 2
_FOLDER = os.path.dirname(os.path.abspath(__file__))


# ---- what assay.h says, for ctypes


class _Attribute(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int32),
                ("i64", ctypes.c_int64), ("f64", ctypes.c_double),
                ("string", ctypes.c_char_p),
                ("list", ctypes.POINTER(ctypes.c_int64)),
                ("list_length", ctypes.c_int64)]

    def value(self):
        return (lambda: self.i64, lambda: self.f64, lambda: self.i64 != 0,
                lambda: self.string.decode(),
                lambda: self.list[:self.list_length])[self.kind]()


class _Tensor(ctypes.Structure):
    # Everything from data to byte_offset is a DLTensor.
    _fields_ = [("name", ctypes.c_char_p), ("data", ctypes.c_void_p),
                ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
                ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8),
                ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)),
                ("byte_offset", ctypes.c_uint64), ("flags", ctypes.c_uint32)]


class _Call(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("threads", ctypes.c_int32),
                ("op", ctypes.c_char_p), ("number_class", ctypes.c_char_p),
                ("attributes", ctypes.POINTER(_Attribute)),
                ("attribute_count", ctypes.c_int64),
                ("inputs", ctypes.POINTER(_Tensor)),
                ("input_count", ctypes.c_int64),
                ("outputs", ctypes.POINTER(_Tensor)),
                ("output_count", ctypes.c_int64)]


_Supports = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(_Call),
                             ctypes.c_void_p, ctypes.c_size_t)
_Prepare = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(_Call),
                            ctypes.POINTER(ctypes.c_void_p))
_Run = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.POINTER(_Call),
                        ctypes.c_void_p)
_Release = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_LastError = ctypes.CFUNCTYPE(ctypes.c_void_p)


class _Implementation(ctypes.Structure):
    _fields_ = [("abi_version", ctypes.c_uint32), ("size", ctypes.c_uint32),
                ("name", ctypes.c_char_p), ("version", ctypes.c_char_p),
                ("summary", ctypes.c_char_p), ("grades", ctypes.c_char_p),
                ("targets", ctypes.c_char_p),
                ("select_target", ctypes.c_void_p), ("supports", _Supports),
                ("prepare", _Prepare), ("run", _Run), ("release", _Release),
                ("last_error", _LastError)]


_Load = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p,
                         ctypes.c_size_t)

_BFLOAT16 = (4, 16)  # in DLPack; NumPy has no such type
_DTYPES = {(2, 64): np.float64, (2, 32): np.float32, (2, 16): np.float16,
           _BFLOAT16: np.uint16, (0, 64): np.int64, (1, 8): np.bool_}


# ---- numbers


def from_bfloat16(bits):
    """The float32 values of bfloat16 numbers that are given as uint16."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def to_bfloat16(values):
    """float32 values rounded to bfloat16, ties to even, as uint16."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16
    return np.where(np.isnan(values), 0x7fc0, rounded).astype(np.uint16)


def _view(tensor, writable):
    """The elements of a tensor where they lie."""
    shape = tuple(tensor.shape[:tensor.ndim])
    dtype = np.dtype(_DTYPES[tensor.code, tensor.bits])
    if not tensor.data:
        return np.empty(shape, dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    memory = (ctypes.c_char * size).from_address(tensor.data)
    array = np.frombuffer(memory, dtype).reshape(shape)
    array.flags.writeable = writable
    return array


def _read(tensor):
    array = _view(tensor, False)
    is_bfloat16 = (tensor.code, tensor.bits) == _BFLOAT16
    return from_bfloat16(array) if is_bfloat16 else array


def _write(tensor, value):
    name = tensor.name.decode()
    array, value = _view(tensor, True), np.asarray(value)
    if value.shape != array.shape:
        raise ValueError(f"{name} has shape {value.shape}, and should have "
                         f"{array.shape}")
    if (tensor.code, tensor.bits) == _BFLOAT16:
        value = to_bfloat16(value)
    np.copyto(array, value, casting="same_kind")


class Call:
    """What is known of a call before there are data."""

    def __init__(self, call):
        self.op = call.op.decode()
        self.number_class = call.number_class.decode()
        self.threads = call.threads
        self.attributes = {each.name.decode(): each.value() for each in
                           call.attributes[:call.attribute_count]}
        self._inputs = call.inputs[:call.input_count]
        self._outputs = call.outputs[:call.output_count]
        self.inputs = {each.name.decode(): tuple(each.shape[:each.ndim])
                       for each in self._inputs}
        self.outputs = {each.name.decode(): tuple(each.shape[:each.ndim])
                        for each in self._outputs}


# ---- functions as implementations


class _Function:
    """A function marked with @implementation."""

    def __init__(self, function, op, classes, outputs, supports, prepare):
        self.function, self.op, self.classes = function, op, list(classes)
        self.outputs, self.supports, self.prepare = outputs, supports, prepare
        self.named, self.required, self.takes_all = _parameters(function)
        self.prepared, _, _ = _parameters(prepare) if prepare else ([], 0, 0)

    def takes(self, name):
        return self.takes_all or name in self.named

    def returned(self, call):
        """The outputs that the function returns, not those it writes."""
        return [name for name in call.outputs if name not in self.named]

    def objection(self, call):
        """Why it does not do this call; None: it does."""
        for name in call.inputs:
            if not self.takes(name) and name not in self.prepared:
                return f"no parameter {name}"
        for name, value in call.attributes.items():
            unknown = not self.takes(name) and name not in self.prepared
            if unknown and not _is_ordinary(call.op, name, value):
                return f"no parameter {name}"
        known = {*call.inputs, *call.attributes, *call.outputs, *_EXTRAS}
        for name in self.required:
            if name not in known:
                return f"needs {name}"
        returned = self.returned(call)
        for name in returned if self.outputs is not None else returned[1:]:
            if self.outputs is None or name not in self.outputs:
                return f"does not give {name}"
        return _reason_of(self.supports(call)) if self.supports else None

    def arguments(self, call, tensors, prepared):
        """Inputs, attributes, outputs and extras, as far as it takes them."""
        given = {name: value for name, value in call.attributes.items()
                 if self.takes(name)}
        given.update({name: _read(each) for name, each in tensors.items()
                      if self.takes(name)})
        given.update({each.name.decode(): _view(each, True)
                      for each in call._outputs
                      if each.name.decode() in self.named})
        extras = {"threads": call.threads, "prepared": prepared,
                  "number_class": call.number_class}
        given.update({name: value for name, value in extras.items()
                      if name in self.named})
        return given


_EXTRAS = ("threads", "prepared", "number_class")
_functions = []
_library = None


def _parameters(function):
    """Names of parameters, those without a default, and if ** is there."""
    kinds = inspect.Parameter
    parameters = inspect.signature(function).parameters.values()
    named = [each.name for each in parameters
             if each.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)]
    required = [each.name for each in parameters
                if each.name in named and each.default is kinds.empty]
    return named, required, any(each.kind is kinds.VAR_KEYWORD
                                for each in parameters)


def _is_ordinary(op, name, value):
    text = _library.assay_ordinary(op.encode(), name.encode())
    if text is None:
        return False
    text = text.decode()
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, (int, float)):
        return float(text) == value
    return text == (value if isinstance(value, str)
                    else ",".join(map(str, value)))


def _reason_of(answer):
    if answer is None or answer is True:
        return None
    return answer if isinstance(answer, str) else "supports() says no"


def implementation(op, classes=("f32",), outputs=None, supports=None,
                   prepare=None):
    """Marks a function as the implementation of an op in these classes.

    The function is called with the inputs (read-only arrays) and attributes
    that its parameters name. A call is unsupported that has an input which
    it does not name, or an attribute which it does not name and which is not
    at its ordinary value. It returns the output, or a dict of those that
    `outputs` lists; a parameter named like an output is that array itself,
    to be written in place. Also to be had: `threads`, `number_class` and
    `prepared`, which is what prepare(weights and attributes) returned.
    supports(call) may return a reason for a no. bf16 arrays are given and
    taken as float32, which is rounded.
    """
    def mark(function):
        _functions.append(_Function(function, op, classes, outputs, supports,
                                    prepare))
        return function
    return mark


def _function_for(call):
    of_op = [each for each in _functions if each.op == call.op]
    for each in of_op:
        if call.number_class in each.classes:
            return each, None
    if not of_op:
        return None, f"no function for {call.op}"
    classes = sorted({name for each in of_op for name in each.classes})
    return None, "only " + ", ".join(classes)


def _put_text(text, address, size):
    if size > 0:
        encoded = text.encode("utf-8", "replace")[:size - 1]
        ctypes.memmove(address, encoded + b"\0", len(encoded) + 1)


def _steps_outside(failure):
    """Where it was raised, without the steps of this file and of imports."""
    steps = traceback.extract_tb(failure.__traceback__, limit=-20)
    return traceback.StackSummary.from_list(
        [each for each in steps if each.filename != __file__ and
         not each.filename.startswith("<frozen")])


def _one_line(failure, steps):
    if isinstance(failure, SystemExit) and isinstance(failure.code, str):
        return failure.code
    text = f"{type(failure).__name__}: " + " ".join(str(failure).split())
    if not steps:
        return text
    return f"{text} ({os.path.basename(steps[-1].filename)}:{steps[-1].lineno})"


class _Worker:
    """The functions of an assay_implementation, by way of the marked ones."""

    def __init__(self):
        self.error = ctypes.create_string_buffer(b"", 2048)
        self.prepared = {}  # by the number that the bench hands back
        self.next_number = 1
        self.kept = []

    def supports(self, call, text, size):
        call = Call(call.contents)
        function, reason = _function_for(call)
        reason = reason or function.objection(call)
        kernel = reason or f"{function.function.__name__}() in Python"
        _put_text(kernel, text, size)
        return UNSUPPORTED if reason else OK

    def prepare(self, raw, place):
        call = Call(raw.contents)
        function, _ = _function_for(call)
        if function.prepare is None:
            return OK
        named, _, takes_all = _parameters(function.prepare)
        weights = {each.name.decode(): _read(each) for each in call._inputs
                   if each.flags & _WEIGHT}
        given = {name: value for name, value in
                 {**call.attributes, **weights}.items()
                 if takes_all or name in named}
        self.prepared[self.next_number] = function.prepare(**given)
        place[0] = self.next_number
        self.next_number += 1
        return OK

    def run(self, raw, number):
        call = Call(raw.contents)
        function, _ = _function_for(call)
        tensors = {each.name.decode(): each for each in call._inputs}
        result = function.function(**function.arguments(
            call, tensors, self.prepared.get(number)))
        returned = function.returned(call)
        by_name = result if isinstance(result, dict) else {}
        for each in call._outputs:
            name = each.name.decode()
            if name in returned:
                _write(each, by_name[name] if by_name else result)
        return OK

    def release(self, number):
        self.prepared.pop(number, None)

    def guarded(self, function, when_failed):
        def call(*arguments):
            try:
                return function(*arguments)
            except BaseException as failure:
                steps = _steps_outside(failure)
                print("".join(steps.format()), end="", file=sys.stderr)
                _put_text(_one_line(failure, steps),
                          ctypes.addressof(self.error), 2048)
                return when_failed
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
        return call

    def implementation(self, path):
        stem = os.path.splitext(os.path.basename(path))[0]
        name = "".join(each if each.isascii() and (each.isalnum() or
                       each in "_-.") else "_" for each in stem)
        module = _load_module(path, stem)
        if not _functions:
            raise ValueError("no function is marked with "
                             "@assay.implementation")
        about = (module.__doc__ or "functions in Python").strip()
        version = str(getattr(module, "__version__", "0"))
        result = _Implementation(
            1, ctypes.sizeof(_Implementation), name.encode(),
            version.encode(), about.splitlines()[0].encode(), b"", None, None,
            _Supports(self.guarded(self.supports, FAILED)),
            _Prepare(self.guarded(self.prepare, FAILED)),
            _Run(self.guarded(self.run, FAILED)),
            _Release(self.guarded(self.release, None)),
            _LastError(lambda: ctypes.addressof(self.error)))
        self.kept.append(result)
        return ctypes.addressof(result)

    def load(self, path, text, size):
        try:
            return self.implementation(os.fsdecode(path))
        except BaseException as failure:
            _put_text(_one_line(failure, _steps_outside(failure)), text, size)
            return None


def _load_module(path, stem):
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location(stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    return module


# ---- arrays judged


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


def _main(words):
    global _library
    if len(words) != 3 or words[1] != "worker":
        sys.exit("assay.py is imported, or started by assay run --plugin "
                 "FILE.py")
    sys.modules["assay"] = sys.modules["__main__"]
    _library = ctypes.CDLL(os.path.join(_FOLDER, "libassay_python_worker.so"))
    _library.assay_ordinary.restype = ctypes.c_char_p
    worker = _Worker()
    load = _Load(worker.load)
    sys.exit(_library.assay_python_worker(words[2].encode(), load))


if __name__ == "__main__":
    _main(sys.argv)
