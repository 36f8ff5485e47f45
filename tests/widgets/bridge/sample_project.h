// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <filesystem>

namespace trainyard::test {

/// Makes a project in `folder` with `count` pictures (PPM files of 48 x 32 under folder/pictures, one colour
/// each), the classes "cat" (key 1) and "dog" (key 2), and thumbnails. The first `labelled` pictures have
/// classes in turn; of those, three in five are train, one val, one test. Aborts where that fails.
void makeSampleProject(const std::filesystem::path& folder, int count, int labelled);

} // namespace trainyard::test
