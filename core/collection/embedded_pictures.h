// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/source_scan.h"

namespace trainyard {

/// Pictures that lie inside files of the source (tar, IDX, CIFAR): an import takes them out into the
/// project's media folder, and from there on they are pictures like others.

/// The media folder for what a source holds inside its files: by its name and a hash of its place.
std::filesystem::path embeddedFolder(const Project& project, const SourceScan& scan);

/// The scan of the pictures as they lie, or will lie, in that folder. Ordinary pictures of the source are
/// left out, with a note.
SourceScan withEmbeddedPictures(const Project& project, const SourceScan& scan);

/// Writes the pictures that are not there yet; what cannot be taken out becomes a rejection of the scan, and
/// its labels count as unmatched. Fails with IoError, NoSpace or Cancelled.
Result<void> takeOutPictures(const std::filesystem::path& source, SourceScan& scan,
                             const Cancellation& cancellation, const ProgressObserver& progress);

} // namespace trainyard
