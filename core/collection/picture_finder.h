// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/source_scan.h"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace trainyard {

/// Finds the picture of a source that labels are about. The pictures must outlive it.
class PictureFinder
{
public:
    explicit PictureFinder(const std::vector<SourcePicture>& pictures);

    /// By its path in the source, beside the label file or in images at either, or by the file's name in the
    /// same folder, in JPEGImages or images beside it.
    [[nodiscard]] std::optional<std::size_t> findNear(const LabelledPicture& labels) const;
    /// The only one of that name anywhere, but not in another split than the labels, or where they name none
    /// than the label file; then by the name of a label file that is about one picture alone, and last by the
    /// same name with another ending.
    [[nodiscard]] std::optional<std::size_t> guess(const LabelledPicture& labels, bool isOnlyOne) const;

private:
    using Names = std::unordered_map<std::string_view, std::vector<std::size_t>>;
    [[nodiscard]] std::optional<std::size_t> nearest(const Names& names, std::string_view name,
                                                     std::string_view labelFile) const;
    [[nodiscard]] std::optional<std::size_t> nearestOrOnly(const Names& names, std::string_view name,
                                                           const LabelledPicture& labels) const;

    std::unordered_map<std::string_view, std::size_t> m_byPath;
    Names m_byName;
    Names m_byStem;
    std::vector<std::string_view> m_paths;
};

} // namespace trainyard
