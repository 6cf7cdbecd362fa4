#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What outsiders get: installs into a scratch prefix and builds plug-ins against it in every way that
# is offered, on a copy that has moved since, and judges each with the installed program.
#   installation_tests.sh BUILD SOURCES C_COMPILER CXX_COMPILER
set -u
build=$(realpath "$1")
sources=$(realpath "$2")
export CC=$3 CXX=$4
unset ASSAY_FIXTURES
# shellcheck source=suites/self/expectations.sh
source "$(dirname "${BASH_SOURCE[0]}")/expectations.sh"

cmake --install "$build" --prefix "$scratch/first" >out 2>&1 || complain "cmake --install"
mv first prefix
assay=$scratch/prefix/bin/assay
export PKG_CONFIG_PATH=$scratch/prefix/share/pkgconfig

echo "== the program"
expect "it finds its own fixtures" 0 "[1-9][0-9]* cases in $scratch/prefix/share/assay/fixtures, as in the manifest" \
  "$assay" doctor
mv prefix/share/assay/fixtures prefix/share/assay/hidden
expect "without them it looks where it was built" 0 "" "$assay" list cases
mv prefix/share/assay/hidden prefix/share/assay/fixtures

echo "== a new plug-in"
for language in c c++; do
  name=mine_in_${language/++/pp}
  expect "a folder in $language" 0 "^next: cd $name && make && .*assay run --plugin ./lib$name.so$" \
    "$assay" new-plugin "$name" --lang "$language"
  (($(cat "$name"/* | wc -l) < 100)) || complain "$name: has $(cat "$name"/* | wc -l) lines"
  grep -q skeleton -r "$name" && complain "$name: another name is left over"
  grep -qx "ASSAY_INCLUDE ?= $scratch/prefix/include" "$name/Makefile" || complain "$name: another header"
  expect "$name builds without a warning" 0 "lib$name.so" \
    make -C "$name" CFLAGS='-std=c99 -pedantic -Wall -Wextra -Werror' \
    CXXFLAGS='-std=c++17 -pedantic -Wall -Wextra -Werror'
  expect "$name is judged" 0 "^[1-9][0-9]* judged: [1-9][0-9]* right, 0 imprecise, 0 wrong, [1-9][0-9]* unsupported, 0 broken" \
    "$assay" run --plugin "$name/lib$name.so" --no-speed
  grep -qE "rerun: .* --plugin $name/lib$name.so " out || grep -qE "rerun: .* --variant $name/lib$name.so " out ||
    complain "$name: what reruns it does not name its file"
done
for file in Makefile README.md skeleton.c; do
  sed "s/mine_in_c/skeleton/g; s|ASSAY_INCLUDE ?= .*|ASSAY_INCLUDE ?= ..|" "mine_in_c/${file/skeleton/mine_in_c}" |
    cmp -s - "$sources/variants/skeleton/$file" || complain "$file is not the skeleton's"
done
expect "a folder that exists" 2 "^assay: mine_in_c is there already; choose another name" "$assay" new-plugin mine_in_c
touch taken
expect "a file of that name" 2 "^assay: taken is there already" "$assay" new-plugin taken
expect "no name" 2 "^assay: how is it to be called\?" "$assay" new-plugin
expect "a path" 2 "letters, digits, '_' and '-', not .\.\./outside" "$assay" new-plugin ../outside
expect "an empty name" 2 "not ''" "$assay" new-plugin ""
expect "a name of an option" 2 "unknown option" "$assay" new-plugin --x
expect "a long name" 2 "up to 64 letters" "$assay" new-plugin "$(printf 'a%.0s' {1..65})"
expect "the name of a variant" 2 "^assay: plain is a built-in variant" "$assay" new-plugin plain
expect "an unknown language" 2 "no language is called rust" "$assay" new-plugin x --lang rust
[[ -e x || -e ../outside ]] && complain "a refused command wrote something"
mkdir closed && chmod a-w closed
if ! touch closed/probe 2>/dev/null; then # root may write everywhere
  expect "a place where nobody may write" 3 "^assay: x: Permission denied" env -C closed "$assay" new-plugin x
fi

echo "== one command line, no build system"
# shellcheck disable=SC2046
expect "the example is built by cc" 0 "" \
  "$CC" -std=c99 -pedantic -Wall -Wextra -Werror -O2 -fPIC -shared "$sources/variants/example_plugin/attention.c" \
  -o libexample.so $(pkg-config --cflags assay) -lm
[[ $(pkg-config --cflags assay) == *"$scratch"* ]] || complain "pkg-config names another prefix"
expect "the example is right where it says yes" 0 "^[1-9][0-9]* judged: [1-9][0-9]+ right, 0 imprecise, 0 wrong, [1-9][0-9]* unsupported, 0 broken" \
  "$assay" run --plugin ./libexample.so --filter 'attention/*' --class f32
for reason in "no input beside q, k and v" "no output beside out" "no softcap" "no window" "only the layout bhsd"; do
  grep -q "$reason" out || complain "the example does not say: $reason"
done

echo "== find_package"
mkdir project
cp mine_in_c/mine_in_c.c project/mine.c
cat >project/CMakeLists.txt <<'TEXT'
cmake_minimum_required(VERSION 3.24)
project(mine LANGUAGES C)
find_package(assay 0.1 REQUIRED)
add_library(mine MODULE mine.c)
target_link_libraries(mine PRIVATE assay::abi)
TEXT
expect "CMake finds the package" 0 "" cmake -S project -B project/build "-DCMAKE_PREFIX_PATH=$scratch/prefix"
expect "CMake builds with it" 0 "" cmake --build project/build
expect "what CMake built is judged" 0 ", 0 imprecise, 0 wrong, [0-9]+ unsupported, 0 broken" \
  "$assay" run --plugin project/build/libmine.so --filter 'linear/*'

echo "== Python"
PATH="/usr/bin:$PATH" expect "a Python file is judged" 0 "^1 judged: 1 right" \
  "$assay" run --plugin "$sources/variants/python/examples/softmax.py" --filter softmax/3x37 --class f32
expect "what it ran lies in the prefix" 0 "^ok +assay.py +$scratch/prefix/lib/assay/python$" "$assay" doctor

echo "== the header alone"
echo '#include <assay.h>' >alone.c
# shellcheck disable=SC2046
for standard in c99 c17; do
  expect "it is $standard" 0 "" \
    "$CC" -std=$standard -pedantic -Wall -Wextra -Werror -fsyntax-only alone.c $(pkg-config --cflags assay)
done
# shellcheck disable=SC2046
for standard in c++11 c++20; do
  expect "it is $standard" 0 "" \
    "$CXX" -x c++ -std=$standard -pedantic -Wall -Wextra -Werror -fsyntax-only alone.c $(pkg-config --cflags assay)
done

all_held
