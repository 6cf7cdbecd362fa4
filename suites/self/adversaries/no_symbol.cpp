// SPDX-License-Identifier: Apache-2.0
// A shared library that is no plug-in: nothing in it has the name that is looked for.
extern "C" __attribute__((visibility("default"))) int nothing_of_interest() { return 0; }
