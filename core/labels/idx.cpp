// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>

namespace trainyard {

namespace {

/// IDX (MNIST): a file of gray pictures and a file of their classes, big-endian, bytes; packed by gzip where
/// the name says so. EMNIST's pictures are stored column by column.

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;
constexpr std::uint32_t kPictures = 0x00000803;
constexpr std::uint32_t kLabels = 0x00000801;
constexpr std::size_t kPicturesHeader = 16;
constexpr std::size_t kLabelsHeader = 8;
constexpr std::uint32_t kLargestSide = 1 << 14;
constexpr std::size_t kMaxClasses = 256;
constexpr std::string_view kPackedEnding = ".gz";

std::uint32_t bigEndian(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void putBigEndian(std::string& out, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 255);
}

bool isPictures(LabelSource& source, const std::string& file)
{
    if (fileNameOf(file).find("idx3") == std::string_view::npos)
        return false;
    const auto head = source.head(file, kPicturesHeader);
    return head && head->size() == kPicturesHeader && bigEndian(*head, 0) == kPictures;
}

int recognise(LabelSource& source)
{
    for (const std::string& file : source.files())
        if (isPictures(source, file))
            return 95;
    return 0;
}

/// "train-images-idx3-ubyte.gz" -> "train-labels-idx1-ubyte.gz", packed or not.
std::string labelsFile(const LabelSource& source, const std::string& file)
{
    std::string name = file;
    if (const std::size_t at = name.rfind("images"); at != std::string::npos)
        name.replace(at, 6, "labels");
    if (const std::size_t at = name.rfind("idx3"); at != std::string::npos)
        name.replace(at, 4, "idx1");
    const std::string plain =
        name.ends_with(kPackedEnding) ? name.substr(0, name.size() - kPackedEnding.size()) : name;
    for (const std::string& each : source.files())
        if (each == plain || each == plain + std::string(kPackedEnding))
            return each;
    return {};
}

/// Whether the same file stands beside it, unpacked.
bool isPackedTwin(const LabelSource& source, std::string_view file)
{
    if (!file.ends_with(kPackedEnding))
        return false;
    file.remove_suffix(kPackedEnding.size());
    const auto files = source.files();
    return std::binary_search(files.begin(), files.end(), file);
}

Result<void> readPair(const std::string& file, LabelSource& source, const std::map<int, std::string>& names,
                      LabelSetBuilder& builder)
{
    TRAINYARD_TRY(const std::string bytes, source.read(file, kMaxFileBytes));
    const std::uint64_t count = bigEndian(bytes, 4);
    const std::uint32_t height = bigEndian(bytes, 8);
    const std::uint32_t width = bigEndian(bytes, 12);
    if (bytes.size() < kPicturesHeader || width == 0 || height == 0 || width > kLargestSide ||
        height > kLargestSide)
        return fail(ErrorCode::CorruptFile, displayText(file) + ", byte 8: pictures of no size, or too large",
                    "byte 8");
    const std::uint64_t size = std::uint64_t{width} * height;
    const std::string labelName = labelsFile(source, file);
    std::string labels;
    if (!labelName.empty()) {
        TRAINYARD_TRY(labels, source.read(labelName, kMaxFileBytes));
        if (labels.size() < kLabelsHeader || bigEndian(labels, 0) != kLabels)
            return fail(ErrorCode::CorruptFile, displayText(labelName) + ", byte 0: expected 00 00 08 01",
                        "byte 0");
        if (bigEndian(labels, 4) != count)
            return fail(ErrorCode::CorruptFile,
                        displayText(labelName) + ", byte 4: " + std::to_string(bigEndian(labels, 4)) +
                            " labels for " + std::to_string(count) + " pictures",
                        "byte 4");
    }
    std::string_view stem = fileNameOf(file);
    stem = stem.substr(0, stem.find("-idx3"));
    const std::string split =
        stem.starts_with("t10k") ? "test" : splitOfName(stem.substr(0, stem.find_first_of("-_")));
    const bool isTurned = stem.starts_with("emnist");
    if (isTurned)
        builder.losses.note("EMNIST's pictures are stored column by column: they lie on their side");
    const std::size_t digits = std::to_string(count).size();
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t offset = kPicturesHeader + i * size;
        if (i % 4096 == 0)
            TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        if (offset + size > bytes.size()) {
            builder.reject(file, "byte " + std::to_string(offset),
                           "the file ends before picture " + std::to_string(i + 1) + " of " +
                               std::to_string(count),
                           "fetch the file again");
            break;
        }
        std::string number = std::to_string(i);
        number.insert(0, digits - std::min(digits, number.size()), '0');
        LabelledPicture& picture =
            builder.picture(joinedPath(folderOf(file), std::string(stem) + "/" + number + ".png"));
        picture.width = static_cast<int>(width);
        picture.height = static_cast<int>(height);
        picture.frame = CoordinateFrame::Upright;
        picture.split = split;
        picture.labelFile = labelName.empty() ? file : labelName;
        picture.embedded = EmbeddedPicture{file, offset, size, EmbeddedPicture::Coding::Gray};
        picture.isLabelled = !labelName.empty();
        if (labelName.empty())
            continue;
        const std::uint64_t at = kLabelsHeader + i;
        if (at >= labels.size()) {
            builder.reject(labelName, "byte " + std::to_string(at), "the file ends before this label",
                           "fetch the file again");
            picture.isLabelled = false;
            continue;
        }
        const int label = static_cast<unsigned char>(labels[at]);
        const auto name = names.find(label);
        FileAnnotation tag;
        tag.className = name == names.end() ? std::to_string(label) : name->second;
        tag.place = "byte " + std::to_string(at);
        builder.accept(picture, std::move(tag), labelName);
    }
    return {};
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    LabelSetBuilder builder;
    const std::map<int, std::string> names = readListedClasses(source, builder);
    for (const std::string& file : source.files()) {
        if (!isPictures(source, file))
            continue;
        if (isPackedTwin(source, file)) {
            builder.losses.add("packed files were not read: the same file stands beside them unpacked");
            continue;
        }
        if (const auto done = readPair(file, source, names, builder); !done) {
            if (done.error().code == ErrorCode::Cancelled)
                return fail(done.error());
            builder.rejectFile(file, done.error());
        }
    }
    return builder.finish();
}

/// The size that most pictures have.
std::pair<int, int> commonSize(const LabelSet& labels)
{
    std::map<std::pair<int, int>, int> sizes;
    std::pair<int, int> common;
    for (const LabelledPicture& picture : labels.pictures)
        if (++sizes[{picture.width, picture.height}] > sizes[common])
            common = {picture.width, picture.height};
    return common;
}

struct Pair
{
    std::string pixels;
    std::string labels;
    std::uint32_t count = 0;
};

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    const auto classes = classNumbers(labels, 0);
    if (classes.size() > kMaxClasses)
        return fail(ErrorCode::Refused,
                    "IDX holds 256 classes, the export has " + std::to_string(classes.size()));
    const auto [width, height] = commonSize(labels);
    std::map<std::string, Pair> pairs;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const FileAnnotation* tag = onlyTag(picture, losses);
        if (!tag || picture.width != width || picture.height != height) {
            losses.leaveOutPicture(tag ? "pictures of another size than most were left out"
                                       : "pictures without a class were left out",
                                   tag ? 1 : 0);
            continue;
        }
        TRAINYARD_TRY(const Image image, target.pixels(picture));
        Pair& pair = pairs[picture.split];
        for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3) // luma of ITU-R BT.601
            pair.pixels += static_cast<char>(
                (image.pixels[i] * 299 + image.pixels[i + 1] * 587 + image.pixels[i + 2] * 114 + 500) / 1000);
        pair.labels += static_cast<char>(classes.at(tag->className));
        ++pair.count;
    }
    losses.note("pictures became gray, without their names");
    for (const auto& [split, pair] : pairs) {
        const std::string name = split.empty() ? "all" : split == "test" ? "t10k" : split;
        std::string pixels;
        for (const std::uint32_t value :
             {kPictures, pair.count, static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(width)})
            putBigEndian(pixels, value);
        std::string numbers;
        putBigEndian(numbers, kLabels);
        putBigEndian(numbers, pair.count);
        TRAINYARD_CHECK(target.write(name + "-images-idx3-ubyte", pixels + pair.pixels));
        TRAINYARD_CHECK(target.write(name + "-labels-idx1-ubyte", numbers + pair.labels));
    }
    TRAINYARD_CHECK(writeListedClasses(labels, classes, "classes.txt", target, losses));
    return losses.report();
}

} // namespace

FormatSpec idxFormat()
{
    return {"idx",     "IDX (MNIST)", "Gray pictures of one size and their classes in two files (MNIST)",
            recognise, nullptr,       read,
            write};
}

} // namespace trainyard
