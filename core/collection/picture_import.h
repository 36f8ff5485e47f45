// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/import_session.h"

namespace trainyard {

/// Every picture of the source becomes or stays an item.
Result<ImportResult> importPictures(ImportSession& session, DecoderPool& decoders);

/// Every labelled box, and the box around every other shape, of the source becomes or stays a picture in
/// media/crops and an item.
Result<ImportResult> importCrops(ImportSession& session, DecoderPool& decoders);

/// What to tell the user of a picture that cannot be decoded, and what they can do. An error that says
/// nothing about the picture (no decoder, no memory, no space) is given back.
Result<Rejection> pictureRejection(const std::filesystem::path& picture, const Error& error);

/// The rejection of one label of a picture that was rejected.
Rejection labelRejection(const LabelledPicture& labels, std::int64_t number, const Rejection& picture);

/// A setting keeps which source a folder of media/ belongs to: two sources with the same name get two
/// folders.
Result<std::filesystem::path> mediaFolderFor(ImportSession& session);

} // namespace trainyard
