// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>

namespace trainyard {

namespace {

/// CIFAR's binary version: records of one class (CIFAR-10) or a coarse and a fine class (CIFAR-100), then 32
/// x 32 pixels, all reds first. Names stand in batches.meta.txt, or in fine_label_names.txt and
/// coarse_label_names.txt.

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;
constexpr int kSide = 32;
constexpr std::uint64_t kPixels = std::uint64_t{kSide} * kSide * 3;
constexpr std::size_t kMaxClasses = 256;
constexpr const char* kKindKey = "cifar-kind";

bool isBatch(std::string_view file)
{
    const std::string name = lowerText(stemOf(file));
    return extensionOf(file) == ".bin" &&
           (name.find("batch") != std::string::npos || !splitOfName(name).empty());
}

/// The classes before the pixels: 1 or 2; 0 where the file is no batch.
std::size_t labelBytes(std::uint64_t size, bool hasFineNames)
{
    const bool fits10 = size > 0 && size % (kPixels + 1) == 0;
    const bool fits100 = size > 0 && size % (kPixels + 2) == 0;
    if (fits10 && fits100)
        return hasFineNames ? 2 : 1;
    return fits10 ? 1 : fits100 ? 2 : 0;
}

std::map<int, std::string> readNames(LabelSource& source, std::string_view wanted, LabelSetBuilder& builder)
{
    std::map<int, std::string> names;
    for (const std::string& file : source.files())
        if (fileNameOf(file) == wanted)
            names.merge(readListedNames(source, file, builder));
    return names;
}

int recognise(LabelSource& source)
{
    for (const std::string& file : source.files()) {
        if (!isBatch(file))
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (bytes && labelBytes(bytes->size(), false) > 0)
            return 90;
    }
    return 0;
}

std::vector<FormatQuestion> questions(LabelSource& source)
{
    for (const std::string& file : source.files())
        if (fileNameOf(file) == "fine_label_names.txt")
            return {{kKindKey, "Which classes of CIFAR-100 count?", {"fine", "coarse"}, "fine", false}};
    return {};
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    LabelSetBuilder builder;
    const auto fine = readNames(source, "fine_label_names.txt", builder);
    const auto answer = answers.find(kKindKey);
    const bool isCoarse = answer != answers.end() && answer->second == "coarse";
    const auto names = fine.empty() ? readNames(source, "batches.meta.txt", builder)
                       : isCoarse   ? readNames(source, "coarse_label_names.txt", builder)
                                    : fine;
    for (const auto& [number, name] : names)
        builder.fileClass(name).number = number;
    for (const std::string& file : source.files()) {
        if (!isBatch(file))
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes) {
            builder.rejectFile(file, bytes.error());
            continue;
        }
        std::size_t labels = labelBytes(bytes->size(), !fine.empty());
        if (labels == 0)
            labels = fine.empty() ? 1 : 2; // cut short: the records before the end are good
        const std::uint64_t record = kPixels + labels;
        const std::string stem(stemOf(file));
        const std::string split =
            stem.starts_with("data_batch") ? "train" : splitOfName(stem.substr(0, stem.find('_')));
        for (std::uint64_t at = 0; at < bytes->size(); at += record) {
            if (at / record % 4096 == 0)
                TRAINYARD_CHECK(checkCancelled(source.cancellation()));
            const std::string place = "byte " + std::to_string(at);
            if (at + record > bytes->size()) {
                builder.reject(file, place, "the file ends inside a record", "fetch the file again");
                break;
            }
            const int number = static_cast<unsigned char>((*bytes)[at + (labels == 2 && !isCoarse ? 1 : 0)]);
            const auto name = names.find(number);
            if (!names.empty() && name == names.end()) {
                builder.reject(file, place, "class " + std::to_string(number) + " has no name");
                continue;
            }
            std::string digits = std::to_string(at / record);
            digits.insert(0, digits.size() < 5 ? 5 - digits.size() : 0, '0');
            LabelledPicture& picture =
                builder.picture(joinedPath(folderOf(file), stem + "/" + digits + ".png"));
            picture.width = kSide;
            picture.height = kSide;
            picture.frame = CoordinateFrame::Upright;
            picture.split = split;
            picture.labelFile = file;
            picture.embedded =
                EmbeddedPicture{file, at + labels, kPixels, EmbeddedPicture::Coding::PlanarRgb};
            FileAnnotation tag;
            tag.className = name == names.end() ? std::to_string(number) : name->second;
            tag.place = place;
            builder.accept(picture, std::move(tag), file);
        }
    }
    return builder.finish();
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    const auto classes = classNumbers(labels, 0);
    if (classes.size() > kMaxClasses)
        return fail(ErrorCode::Refused,
                    "CIFAR's records hold 256 classes, the export has " + std::to_string(classes.size()));
    std::map<std::string, std::string> batches;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const FileAnnotation* tag = onlyTag(picture, losses);
        if (!tag || picture.width != kSide || picture.height != kSide) {
            losses.leaveOutPicture(tag ? "pictures that are not 32 x 32 were left out"
                                       : "pictures without a class were left out",
                                   tag ? 1 : 0);
            continue;
        }
        TRAINYARD_TRY(const Image image, target.pixels(picture));
        std::string& batch = batches[picture.split == "test"  ? "test_batch.bin"
                                     : picture.split == "val" ? "val_batch.bin"
                                                              : "data_batch_1.bin"];
        batch += static_cast<char>(classes.at(tag->className));
        for (std::size_t channel = 0; channel < 3; ++channel)
            for (std::size_t i = channel; i < image.pixels.size(); i += 3)
                batch += static_cast<char>(image.pixels[i]);
    }
    for (const auto& [name, bytes] : batches)
        TRAINYARD_CHECK(target.write(name, bytes));
    TRAINYARD_CHECK(writeListedClasses(labels, classes, "batches.meta.txt", target, losses));
    losses.note("pictures lost their names");
    return losses.report();
}

} // namespace

FormatSpec cifarFormat()
{
    return {"cifar",
            "CIFAR binary",
            "Colour pictures of 32 x 32 pixels with their classes in batches (CIFAR-10, CIFAR-100)",
            recognise,
            questions,
            read,
            write};
}

} // namespace trainyard
