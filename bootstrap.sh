#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 machine to a judged report (run) or to a green test suite (test, sanitize).
# Installs what is missing and nothing else; needs no network once that is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
usage: ./bootstrap.sh run [OPTION...]     install, build, judge every built-in variant, write the report;
                                          the options go to `assay run` (such as --variant simd)
       ./bootstrap.sh test [--full]       install, build, run every test; --full adds the slow ones
       ./bootstrap.sh sanitize [PRESET]   install, build, run the tests under the sanitizers of the preset:
                                          dev (addresses, undefined behaviour) or tsan (threads)

The report is build/report/index.html. `run` ends with the exit code of `assay run`.
TEXT
}

# What building and running need.
run_packages=(
  build-essential cmake ninja-build
  libboost-dev libboost-program-options-dev
  libhdf5-dev libonnx-dev libprotobuf-dev
  libbenchmark-dev libhwy-dev libdlpack-dev
  nlohmann-json3-dev libfmt-dev node-d3
)
# What the tests need beside it.
test_packages=(libboost-test-dev librandom123-dev pkg-config python3 python3-numpy
  chromium fonts-dejavu-core clang-format)
# What only `test --full` needs: a second compiler for the bits of the fixtures, the linter, the
# libraries to compare with (140 MB; any build makes plug-ins of those that it finds), and a compiler
# and an emulator for 64-bit Arm (68 MB).
full_packages=(clang clang-tidy libopenblas-dev libdnnl-dev g++-aarch64-linux-gnu qemu-user)

say() { printf '== %s\n' "$*" >&2; }
fail() { printf 'bootstrap.sh: %s\n' "$*" >&2; exit 3; }

# Installs those of the given packages that are missing.
need() {
  command -v dpkg-query >/dev/null || fail "this script knows Debian 12; elsewhere install by hand: $*"
  local missing=() package
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "as root, run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq ||
    say "apt-get update failed; trying with the package lists that are there"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
}

# One compiler job per core, but not more than memory allows: the software floats of the reference
# take about 1.5 GB to compile.
compile_jobs() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/^MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo)
  local fit=$((memory_gb * 2 / 3))
  ((fit < 1)) && fit=1
  echo $((cores < fit ? cores : fit))
}

build() {  # PRESET TARGET...
  local preset=$1
  shift
  say "building preset $preset"
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" -j "$(compile_jobs)" --target "$@"
}

run() {
  need "${run_packages[@]}"
  build release assay
  local report=build/report code=0
  mkdir -p "$report"
  rm -f "$report/results.json"
  say "running suite all"
  build/release/assay run all -o "$report/results.json" "$@" || code=$?
  if [[ -s $report/results.json ]]; then
    build/release/assay report "$report/results.json" -o "$report" ||
      { [[ $code != 0 ]] || code=3; }
    say "the report: $PWD/$report/index.html"
  fi
  exit "$code"
}

check_format() {
  git rev-parse --git-dir >/dev/null 2>&1 || return 0  # an unpacked archive
  say "checking the format"
  git ls-files '*.h' '*.cpp' '*.c' | xargs -r clang-format --dry-run --Werror
}

run_tests() {
  local full=no
  case "${1:-}" in
    "") ;;
    --full) full=yes ;;
    *) usage >&2; exit 2 ;;
  esac
  need "${run_packages[@]}" "${test_packages[@]}"
  [[ $full == no ]] || need "${full_packages[@]}"
  check_format
  build ci all
  say "running the tests"
  local slow=(-LE slow)
  [[ $full == no ]] || slow=()
  ctest --preset ci -j "$(compile_jobs)" "${slow[@]}"
  if [[ $full == yes ]]; then
    say "computing the fixtures with another compiler, and without optimisation"
    build clang assay
    build/clang/assay fixtures verify
    build unoptimized assay
    build/unoptimized/assay fixtures verify
    say "linting"
    git ls-files '*.cpp' | grep -v '^variants/skeleton/' |
      xargs -P "$(compile_jobs)" -n 4 clang-tidy -p build/ci --quiet --warnings-as-errors='*'
  fi
  say "all tests passed"
}

sanitize() {
  local preset=${1:-dev} code=0
  [[ $preset == dev || $preset == tsan ]] || { usage >&2; exit 2; }
  need "${run_packages[@]}" "${test_packages[@]}"
  build "$preset" all
  say "running the tests"
  # Many processes that tests start have nobody who reads what they say, and some are meant to die: what is found
  # in them goes into files, or, of undefined behaviour, into the log. One finding is one too many.
  local findings=$PWD/build/$preset/findings log=$PWD/build/$preset/Testing/Temporary/LastTest.log
  rm -rf "$findings"
  mkdir "$findings"
  local to_files=log_path=$findings/process:print_suppressions=0
  ASAN_OPTIONS=$to_files TSAN_OPTIONS=$to_files UBSAN_OPTIONS=print_stacktrace=1 \
    ctest --preset "$preset" -j "$(compile_jobs)" -LE slow --timeout 7200 || code=$?
  if [[ -n $(ls "$findings") ]] || grep -q 'runtime error: ' "$log"; then
    head -n 40 "$findings"/* 2>/dev/null || true
    grep -A 8 'runtime error: ' "$log" || true
    fail "a sanitizer found something: $findings, $log"
  fi
  [[ $code == 0 ]] || exit "$code"
  say "all tests passed, and no sanitizer found anything"
}

case "${1:-}" in
  run) shift; run "$@" ;;
  test) shift; run_tests "$@" ;;
  sanitize) shift; sanitize "$@" ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
