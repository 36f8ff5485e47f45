// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <functional>
#include <vector>

namespace trainyard::test {

/// What a format gives back of labels that it wrote: the declared losses, said once more and independently of
/// the writer. Empty pictures of the result may be left out.
struct FormatExpectation
{
    std::string_view key;
    std::function<LabelSet(LabelSet)> kept;
    double tolerance = 0; ///< of coordinates, in pixels
};

/// One for every format of the table that has both directions.
const std::vector<FormatExpectation>& formatExpectations();

} // namespace trainyard::test
