# SPDX-License-Identifier: Apache-2.0
"""What assay.h says, for ctypes, and its tensors as arrays of NumPy.

Part of assay.py; nobody else imports it.
"""

import ctypes
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(f"assay.py needs NumPy, which {sys.executable} lacks: install "
             "python3-numpy, or name an interpreter that has it in "
             "ASSAY_PYTHON")

OK, UNSUPPORTED, FAILED = 0, 1, 2
_WEIGHT = 1  # of assay_tensor.flags


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
