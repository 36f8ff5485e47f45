// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <optional>
#include <vector>

namespace trainyard {

/// The pictures of one class as filters mean it: in projects that classify whole pictures the class of the
/// picture, else that of any label of its own, tag or shape. 0 is the pictures without a class of their own.
///
/// A value of the moment when it was made.
class ClassChoice
{
public:
    /// Fails where the labels cannot be read.
    static Result<ClassChoice> of(Project& project, ClassId classId);
    [[nodiscard]] bool accepts(const ItemColumns& columns) const;

private:
    ClassId m_class = 0;
    std::vector<ItemId> m_labelled; ///< rising
};

} // namespace trainyard
