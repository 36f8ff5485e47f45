// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/import_session.h"

namespace trainyard {

/// Every picture of the source becomes or stays an item.
Result<ImportResult> importPictures(ImportSession& session, DecoderPool& decoders, int vocBase);

/// Every labelled box of the source becomes or stays a picture in media/crops and an item.
Result<ImportResult> importCrops(ImportSession& session, DecoderPool& decoders, int vocBase);

/// What to tell the user of a picture that cannot be decoded, and what they can do. An error that says
/// nothing about the picture (no decoder, no memory, no space) is given back.
Result<Rejection> pictureRejection(const std::filesystem::path& picture, const Error& error);

/// The rejection of one box of a picture that was rejected.
Rejection boxRejection(const VocFile& file, int number, const Rejection& picture);

/// A setting keeps which source a folder of media/ belongs to: two sources with the same name get two
/// folders.
Result<std::filesystem::path> mediaFolderFor(ImportSession& session);

} // namespace trainyard
