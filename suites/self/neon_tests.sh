#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the kernels of `simd` for 64-bit Arm and runs neon_kernels.cpp with them in an emulator.
# Highway's and DLPack's headers are those of this machine: they are the same everywhere. Without the
# compiler or the emulator it exits with 77, which is no pass.
# usage: neon_tests.sh SOURCES HIGHWAY_INCLUDE DLPACK_INCLUDE COMPILER EMULATOR
set -euo pipefail
sources=$1 highway=$2 dlpack=$3 compiler=$4 emulator=$5
if [[ ! -x $compiler ]]; then
  echo "not tried: no compiler for 64-bit Arm (Debian: g++-aarch64-linux-gnu)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of this machine's headers these two alone, or its C library would come along.
mkdir "$work/include"
ln -s "$highway/hwy" "$work/include/hwy"
ln -s "$dlpack/dlpack" "$work/include/dlpack"

# One instruction set, chosen when compiling: the library that chooses at run time is this machine's.
flags=(-std=c++20 -O1 -Wall -Wextra -Werror -I"$sources" -isystem "$work/include"
  -DHWY_COMPILE_ONLY_STATIC)
# Those of variants/fused are instructions of x86; elsewhere they must compile and offer nothing.
files=(variants/simd/{linear,rowwise,activation,rope,attention}.cpp
  variants/fused/{amx_dot,amx_tiles,avx512_dot,bf16_dot,bf16_rows}.cpp
  variants/kernels/{problems_of_heads,rope_frequencies}.cpp
  variants/entry.cpp reference/{axis,shape}.cpp suites/self/neon_kernels.cpp)
for file in "${files[@]}"; do
  "$compiler" "${flags[@]}" -c "$sources/$file" -o "$work/$(basename "$file").o"
done
echo "compiled for NEON: ${#files[@]} files"
"$compiler" -static "$work"/*.o -o "$work/neon_kernels"
if [[ ! -x $emulator ]]; then
  echo "not run: no emulator (Debian: qemu-user)"
  exit 77
fi
"$emulator" "$work/neon_kernels"
