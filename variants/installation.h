// SPDX-License-Identifier: Apache-2.0
// Where this program finds what belongs to it: beside itself where it was installed, in the source
// tree where it was built there. Reads no file.
#pragma once

#include <filesystem>

namespace assay {

/// The folder of the committed fixtures: PREFIX/share/assay/fixtures, or fixtures/ of the sources.
std::filesystem::path own_fixture_folder();

/// The folder that holds assay.h: PREFIX/include, or variants/ of the sources.
std::filesystem::path own_header_folder();

/// The folder of the peers' libraries: PREFIX/lib/assay, or peers/ of the build.
std::filesystem::path own_peer_folder();

/// The folder of assay.py and its library: PREFIX/lib/assay/python, or python/ of the build.
std::filesystem::path own_python_folder();

}  // namespace assay
