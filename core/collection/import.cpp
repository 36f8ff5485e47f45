// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/import.h"

#include "core/base/path_text.h"
#include "core/collection/embedded_pictures.h"
#include "core/collection/picture_import.h"

namespace trainyard {

Result<void> checkImportRequest(const ImportRequest& request, const SourceScan& scan)
{
    if (request.perClass < 0)
        return fail(ErrorCode::InvalidArgument, "--per-class needs a number of at least 0");
    if (request.perClass > 0 && !request.cropsBoxes)
        return fail(ErrorCode::InvalidArgument,
                    "--per-class counts the boxes of --crops; add --crops or leave it out");
    if (request.cropsBoxes && scan.format->key == "image-folder")
        return fail(ErrorCode::InvalidArgument,
                    displayText(request.source.native()) +
                        ": --crops needs boxes, and no label files were found; leave --crops out");
    if (request.cropsBoxes && request.copiesFiles)
        return fail(ErrorCode::InvalidArgument,
                    "--crops puts the crops into the project already; leave --copy out");
    return {};
}

namespace {

Result<ImportResult> importFiles(Project& project, DecoderPool& decoders, const ImportRequest& request,
                                 const SourceScan& scan, const Cancellation& cancellation,
                                 const ProgressObserver& progress)
{
    TRAINYARD_TRY(const auto session, ImportSession::open(project, request, scan, cancellation, progress));
    return request.cropsBoxes ? importCrops(*session, decoders) : importPictures(*session, decoders);
}

} // namespace

Result<ImportResult> importScanned(Project& project, DecoderPool& decoders, const ImportRequest& request,
                                   const SourceScan& scan, const Cancellation& cancellation,
                                   const ProgressObserver& progress)
{
    TRAINYARD_CHECK(checkImportRequest(request, scan));
    if (!scan.hasEmbedded())
        return importFiles(project, decoders, request, scan, cancellation, progress);
    SourceScan inside = withEmbeddedPictures(project, scan);
    TRAINYARD_CHECK(takeOutPictures(scan.folder, inside, cancellation, progress));
    ImportRequest taken = request;
    taken.copiesFiles = false; // they are in the project already
    return importFiles(project, decoders, taken, inside, cancellation, progress);
}

Result<ImportResult> importSource(Project& project, DecoderPool& decoders, const ImportRequest& request,
                                  const Cancellation& cancellation, const ProgressObserver& progress)
{
    TRAINYARD_TRY(const SourceScan scan, scanSource(request, decoders, cancellation, progress));
    return importScanned(project, decoders, request, scan, cancellation, progress);
}

} // namespace trainyard
