// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/crop_choice.h"
#include "core/collection/import.h"
#include "core/collection/source_scan.h"
#include "core/storage/io_env.h"

#include <map>

namespace trainyard {

namespace {

// Generous guesses: rows with their history, a thumbnail of an ordinary photo, a crop's JPEG of quality 95.
constexpr std::int64_t kBytesPerItem = 600;
constexpr std::int64_t kBytesPerThumbnail = 8'000;
constexpr double kBytesPerCropPixel = 0.7;
constexpr std::int64_t kBytesPerCrop = 1'000;

void countClasses(const SourceScan& scan, ImportPlan& plan)
{
    std::map<std::string, std::int64_t> counts;
    for (const SourcePicture& picture : scan.pictures)
        if (!picture.className.empty())
            ++counts[picture.className];
    for (const VocFile& file : scan.labelFiles) {
        for (const VocObject& object : file.objects)
            ++counts[object.className];
        plan.boxes += std::ssize(file.objects);
    }
    plan.classes.assign(counts.begin(), counts.end());
}

void countSplits(const SourceScan& scan, ImportPlan& plan)
{
    std::map<Split, std::int64_t> counts;
    for (const SourcePicture& picture : scan.pictures)
        ++counts[picture.split];
    if (counts.size() > 1 || !counts.contains(Split::None))
        plan.splits.assign(counts.begin(), counts.end());
}

/// What crops and their notes would be; also says how much room they take.
Result<std::int64_t> planCrops(const SourceScan& scan, const ImportRequest& request, int base,
                               ImportPlan& plan)
{
    TRAINYARD_TRY(const CropChoice choice, chooseCrops(scan, base, request.perClass, request.seed));
    std::int64_t bytes = 0;
    std::int64_t chosen = 0;
    for (const auto& boxes : choice.perPicture) {
        for (const ChosenBox& box : boxes) {
            constexpr double kWithMargins = 1.2 * 1.2;
            bytes +=
                kBytesPerCrop + kBytesPerItem +
                static_cast<std::int64_t>(box.box.width * box.box.height * kWithMargins * kBytesPerCropPixel);
            ++chosen;
        }
    }
    plan.notes.push_back(std::to_string(chosen) + " boxes become pictures, " +
                         std::to_string(choice.leftOut) + " are left out, " +
                         std::to_string(choice.rejections.size()) + " are rejected");
    plan.notes.insert(plan.notes.end(), choice.notes.begin(), choice.notes.end());
    return bytes;
}

std::int64_t bytesOfPictures(const SourceScan& scan, const ImportRequest& request)
{
    std::int64_t bytes = 0;
    for (const SourcePicture& picture : scan.pictures)
        bytes += kBytesPerItem + std::min(picture.size, kBytesPerThumbnail) +
                 (request.copiesFiles ? picture.size : 0);
    return bytes;
}

} // namespace

Result<ImportPlan> planImport(const Project& project, const ImportRequest& request,
                              const Cancellation& cancellation, const ProgressObserver& progress)
{
    TRAINYARD_TRY(const SourceScan scan, scanSource(request, cancellation, progress));
    TRAINYARD_CHECK(checkImportRequest(request, scan.format));
    ImportPlan plan;
    plan.format = scan.format;
    plan.pictures = std::ssize(scan.pictures);
    plan.labelFiles = std::ssize(scan.labelFiles);
    plan.notes = scan.notes;
    if (!scan.rejections.empty())
        plan.notes.push_back(
            std::to_string(scan.rejections.size()) + " folders or label files cannot be used, the first is " +
            displayText(scan.rejections.front().path) + ": " + scan.rejections.front().reason);
    countClasses(scan, plan);
    countSplits(scan, plan);
    int base = 1;
    if (scan.format == SourceFormat::PascalVoc) {
        TRAINYARD_TRY(const auto settled, settledVocBase(scan, request));
        base = settled.first;
        plan.notes.push_back(settled.second);
        const bool isAnswered = request.vocBase || request.answers.contains("voc-base");
        if (!scan.vocBase.base && !isAnswered && plan.boxes > 0)
            plan.questions.push_back(
                {"voc-base",
                 "Do the boxes count pixels from 0 or from 1? " + scan.vocBase.evidence + ".",
                 {"0", "1"},
                 "1",
                 "--voc-base"});
    }
    if (request.cropsBoxes) {
        TRAINYARD_TRY(plan.bytesNeeded, planCrops(scan, request, base, plan));
    } else {
        plan.bytesNeeded = bytesOfPictures(scan, request);
    }
    TRAINYARD_TRY(const std::uint64_t bytesFree, posixIo().freeBytes(project.folder()));
    plan.bytesFree = static_cast<std::int64_t>(bytesFree);
    return plan;
}

} // namespace trainyard
