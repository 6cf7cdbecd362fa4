#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the program with another compiler, and without optimisation, and expects each build to
# compute the committed fixtures again bit by bit.
#   same_bits_tests.sh SOURCES BUILDS
set -u
sources=$1
builds=$2
failures=0

# verifies NAME COMPILER BUILD_TYPE VERIFY_OPTION...
verifies() {
  local name=$1 compiler=$2 build_type=$3
  shift 3
  command -v "$compiler" >/dev/null || { echo "FAILED: $name: there is no $compiler"; exit 1; }
  if ! { cmake -S "$sources" -B "$builds/$name" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
           -DCMAKE_BUILD_TYPE="$build_type" && cmake --build "$builds/$name" --target assay; } \
         >"$builds/$name.log" 2>&1; then
    echo "FAILED: $name does not build; the end of $builds/$name.log:"
    tail -20 "$builds/$name.log"
    failures=$((failures + 1))
    return
  fi
  "$builds/$name/assay" fixtures verify "$@" || failures=$((failures + 1))
}

mkdir -p "$builds"
verifies clang-O3 clang++ Release
verifies gcc-O0 g++ Debug --shard 1/22  # 20 cases: software floats are twelve times slower there
exit $((failures > 0))
