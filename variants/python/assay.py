# SPDX-License-Identifier: Apache-2.0
"""Assay from Python: functions as implementations, and arrays judged.

    import assay

    @assay.implementation("softmax", classes=["f32", "f64"])
    def softmax(x, temperature):
        ...

and `assay run --plugin softmax.py` judges it; docs/python.md has the rest.
Needs NumPy. Run as a program, `python3 assay.py worker`, it is the process in
which the bench calls such functions: the tensors are its own shared memory,
seen through NumPy without a copy.
"""

import ctypes
import importlib.util
import inspect
import os
import sys
import traceback

from assay_abi import (Call, FAILED, OK, UNSUPPORTED, _WEIGHT,
                       _Implementation, _LastError, _Load, _Prepare, _Release,
                       _Run, _Supports, _read, _view, _write)
from assay_judging import Verdict, judge

__all__ = ["Call", "Verdict", "implementation", "judge"]

_FOLDER = os.path.dirname(os.path.abspath(__file__))


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
        [each for each in steps
         if os.path.dirname(os.path.abspath(each.filename)) != _FOLDER and
         not each.filename.startswith("<frozen")])


def _one_line(failure, steps):
    if isinstance(failure, SystemExit) and isinstance(failure.code, str):
        return failure.code
    text = f"{type(failure).__name__}: " + " ".join(str(failure).split())
    if not steps:
        return text
    last = steps[-1]
    return f"{text} ({os.path.basename(last.filename)}:{last.lineno})"


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
