/* SPDX-License-Identifier: Apache-2.0
 *
 * The one door between Assay and an implementation: a shared library that exports
 * assay_implementation_v1(). The built-in variants use it too. C99 and C++; needs only dlpack and
 * the standard headers.
 *
 * Version rule: a struct grows only at its end. Whoever reads a struct looks at its `size` first
 * and treats what lies beyond it as zero, so that old libraries work with a newer bench and new
 * ones with an older bench. New ops, attributes, classes and optional tensors change no struct: a
 * library answers ASSAY_UNSUPPORTED to what it does not know. ASSAY_ABI_VERSION changes only when
 * old libraries could no longer be understood; then the exported function has another name, too.
 *
 * Threads: the bench makes one call at a time into a library, all of them from one and the same
 * thread of a process that runs nothing else. A library may start threads of its own, at most
 * assay_call.threads at work at a time, the calling one included; between calls they are idle.
 *
 * Owners: everything reachable from an assay_call is the bench's and is valid only until the
 * function returns, with one exception: the weights given to prepare() stay mapped, unchanged and
 * read-only, until release() of what prepare() made. What prepare() makes is the library's.
 *
 * Every function returns with the floating-point modes (rounding, flushing of subnormals), the
 * signal handlers and mask, the processors of its thread, the working folder, the umask, the locale
 * and the environment variables as it found them, leaves no process behind, has finished its work,
 * and lets no C++ exception out; a call that does otherwise is broken. Loading the library may
 * change them.
 */
#ifndef ASSAY_H
#define ASSAY_H

#include <dlpack/dlpack.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_ABI_VERSION 1

#if defined(__GNUC__)
#define ASSAY_EXPORT __attribute__((visibility("default")))
#else
#define ASSAY_EXPORT
#endif

enum assay_attribute_kind {
  ASSAY_I64 = 0,
  ASSAY_F64 = 1,
  ASSAY_BOOL = 2,   /* in i64, 0 or 1 */
  ASSAY_STRING = 3, /* zero-terminated UTF-8 */
  ASSAY_I64_LIST = 4
};

/* One attribute. Every attribute of the op's table is present in every call; there are no defaults.
 */
typedef struct assay_attribute {
  const char* name;
  int32_t kind; /* an assay_attribute_kind; says which of the fields below is meant */
  int64_t i64;
  double f64; /* exact in binary32 */
  const char* string;
  const int64_t* list;
  int64_t list_length;
} assay_attribute;

enum assay_tensor_flags {
  ASSAY_WEIGHT = 1, /* an input that does not change between calls; prepare() sees it */
  ASSAY_IN_OUT = 2 /* an output that holds values when run() begins, such as a key/value cache; only
                      what the op says may change. It stands among the outputs alone. */
};

/* One named tensor: C-contiguous, on the CPU, 64-byte aligned, ending flush with its last page, or,
 * where grade align is measured, at a multiple of its element size. dl.strides is NULL,
 * dl.byte_offset 0, dl.data NULL in descriptors and where there are no elements. Types: kDLFloat
 * 64/32/16, kDLBfloat 16, kDLInt 64; a boolean is kDLUInt 8 and holds 0 or 1. lanes is 1. */
typedef struct assay_tensor {
  const char* name;
  DLTensor dl;
  uint32_t flags;
} assay_tensor;

/* One call of one operation. An optional input that the case lacks, and an optional output that
 * nobody asked for, are not in the list: look tensors up by name. Inputs must not be written;
 * outputs must be written completely. */
typedef struct assay_call {
  uint32_t size;   /* sizeof(assay_call) of the bench */
  int32_t threads; /* how many threads the call may use, the calling one included; at least 1 */
  const char* op;  /* "attention" */
  const char* number_class; /* "f32": the storage type of all floating tensors, and what may be
                               rounded inside */
  const assay_attribute* attributes;
  int64_t attribute_count;
  const assay_tensor* inputs;
  int64_t input_count;
  const assay_tensor* outputs;
  int64_t output_count;
} assay_call;

enum assay_status { ASSAY_OK = 0, ASSAY_UNSUPPORTED = 1, ASSAY_FAILED = 2 };

/* An implementation. The struct and its strings are the library's, constant, and live as long as it
 * is loaded, which is until the process ends. Where no other order is said, functions may be called
 * in any, and any number of times. */
typedef struct assay_implementation {
  uint32_t abi_version; /* ASSAY_ABI_VERSION */
  uint32_t size;        /* sizeof(assay_implementation) of the library */
  const char* name;     /* letters, digits, '_', '-', '.' */
  const char* version;  /* of the library, in its own words */
  const char* summary;  /* one sentence: which technique */

  /* The reproducibility grades it claims, separated by spaces, out of: run threads batch chunk
   * align isa. "" for none. */
  const char* grades;
  /* Instruction sets that select_target() accepts, best first, separated by spaces; NULL: it has no
   * choice. */
  const char* targets;
  /* Chooses an instruction set, one of `targets`, for all later calls; called at most once, before
   * every other function. `target` is the bench's, valid until this returns. NULL where targets is
   * NULL. ASSAY_OK, or ASSAY_FAILED if this CPU lacks it. */
  int32_t (*select_target)(const char* target);

  /* Can run() do this call? The tensors are a description: types, shapes and names without data.
   * ASSAY_OK or ASSAY_UNSUPPORTED; then a reason may be written to `text`, the bench's, of
   * text_size bytes, the zero at the end included. On ASSAY_OK the text may name the kernel that
   * will run, such as "flash 64x256 avx512"; a text that starts with "portable" says that it is
   * shared code, one that starts with "slow: " that this machine could do better and why: the run
   * and its report warn of it. A yes is a promise: prepare() or run() that then refuse are broken.
   */
  int32_t (*supports)(const assay_call* call, char* text, size_t text_size);

  /* Packs weights; timed apart from run(). The call has its weight inputs with data; the others,
   * and the outputs, are a description whose shapes may differ from later calls except where
   * weights fix them. What is put into *prepared (NULL when this is called) stays the library's;
   * the bench passes it to run() any number of times and to release() once, and never looks into
   * it. NULL as a function: nothing to prepare. ASSAY_OK or ASSAY_FAILED; after the latter nothing
   * is released. */
  int32_t (*prepare)(const assay_call* call, void** prepared);

  /* Computes all outputs. `prepared` is what prepare() made for the same op, class, attributes and
   * weights, or NULL where there is no prepare(). All results are there when it returns; nothing is
   * kept of the call. ASSAY_OK or ASSAY_FAILED. */
  int32_t (*run)(const assay_call* call, void* prepared);

  /* Frees what prepare() made; the weights may be gone right after it. NULL allowed where prepare
   * is. */
  void (*release)(void* prepared);

  /* Why the last call failed. The text is the library's, valid until the next call into it; never
   * NULL. */
  const char* (*last_error)(void);
} assay_implementation;

/* The exported function, called first. The result is never NULL and always the same. */
typedef const assay_implementation* (*assay_implementation_function)(void);
ASSAY_EXPORT const assay_implementation* assay_implementation_v1(void);

#ifdef __cplusplus
}
#endif
#endif
