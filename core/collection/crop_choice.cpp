// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/crop_choice.h"

#include "core/base/path_text.h"
#include "core/collection/picture_import.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace trainyard {

namespace {

constexpr double kMargin = 0.1;

/// A box with its place in the draw of its class.
struct Ticket
{
    std::uint64_t order = 0;
    std::size_t picture = 0;
    ChosenBox box;

    bool operator<(const Ticket& other) const
    {
        return std::tie(order, picture, box.number) < std::tie(other.order, other.picture, other.box.number);
    }
};

std::uint64_t drawOrder(const std::string& picture, std::int64_t number, std::uint64_t seed)
{
    return xxh3(picture + '\0' + std::to_string(number), seed);
}

/// The rejections for all objects of a label file whose picture cannot be read.
Result<void> rejectAll(const LabelledPicture& labels, const std::filesystem::path& picture,
                       const Error& error, std::vector<Rejection>& rejections)
{
    TRAINYARD_TRY(const Rejection reason, pictureRejection(picture, error));
    for (std::size_t i = 0; i < labels.annotations.size(); ++i)
        rejections.push_back(labelRejection(labels, numberOf(labels, i), reason));
    return {};
}

} // namespace

Result<CropChoice> chooseCrops(const SourceScan& scan, std::int64_t perClass, std::uint64_t seed)
{
    CropChoice choice;
    choice.perPicture.resize(scan.pictures.size());
    std::map<std::string, std::vector<Ticket>> classes;
    for (std::size_t i = 0; i < scan.pictures.size(); ++i) {
        const SourcePicture& picture = scan.pictures[i];
        const LabelledPicture* labels = scan.labelsOf(picture);
        if (labels == nullptr || !labels->isLabelled) {
            ++choice.leftOut;
            continue;
        }
        const auto header = readImageHeader(scan.absolute(picture));
        if (!header) {
            TRAINYARD_CHECK(rejectAll(*labels, scan.absolute(picture), header.error(), choice.rejections));
            continue;
        }
        PictureLabels boxes = pictureLabels(*labels, *header);
        choice.rejections.insert(choice.rejections.end(), boxes.rejections.begin(), boxes.rejections.end());
        if (boxes.isFrameOpen)
            choice.notes.push_back(displayText(picture.path) + kFrameOpen);
        for (const FileAnnotation& label : boxes.labels) {
            const auto around = boundingBox(label.shape);
            if (!around || !checkShape(*around) || label.isModel) {
                ++choice.leftOut;
                continue;
            }
            ChosenBox box{label.className, label.number, *around};
            classes[box.className].push_back({drawOrder(picture.path, box.number, seed), i, box});
        }
    }
    for (auto& [name, tickets] : classes) {
        if (perClass > 0 && std::ssize(tickets) > perClass) {
            std::sort(tickets.begin(), tickets.end());
            choice.leftOut += std::ssize(tickets) - perClass;
            tickets.resize(static_cast<std::size_t>(perClass));
        }
        for (Ticket& ticket : tickets)
            choice.perPicture[ticket.picture].push_back(std::move(ticket.box));
    }
    for (auto& boxes : choice.perPicture)
        std::sort(boxes.begin(), boxes.end(),
                  [](const auto& a, const auto& b) { return a.number < b.number; });
    return choice;
}

Box withMargin(const Box& box, int pictureWidth, int pictureHeight)
{
    const double left = std::max(0.0, box.x - kMargin * box.width);
    const double top = std::max(0.0, box.y - kMargin * box.height);
    const double right = std::min<double>(pictureWidth, box.x + box.width + kMargin * box.width);
    const double bottom = std::min<double>(pictureHeight, box.y + box.height + kMargin * box.height);
    return {left, top, right - left, bottom - top};
}

} // namespace trainyard
