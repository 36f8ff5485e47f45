// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/voc_masks.h"

#include "core/base/path_text.h"
#include "core/labels/format_parts.h"
#include "core/labels/index_masks.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::uint32_t kVoid = 255;
constexpr const char* kRemedy = "correct the mask, or delete it";
constexpr std::uint64_t kMaxLabelMap = 1U << 20;

constexpr std::array<std::string_view, 20> kChallengeClasses = {
    "aeroplane", "bicycle",     "bird",  "boat",        "bottle", "bus",       "car",
    "cat",       "chair",       "cow",   "diningtable", "dog",    "horse",     "motorbike",
    "person",    "pottedplant", "sheep", "sofa",        "train",  "tvmonitor",
};

/// Class names by their index: labelmap.txt ("name:r,g,b:parts:actions", CVAT and datumaro), else the
/// challenge's.
std::map<std::uint32_t, std::string> classNumbers(LabelSource& source)
{
    std::map<std::uint32_t, std::string> names;
    for (const std::string& file : source.files()) {
        if (fileNameOf(file) != "labelmap.txt")
            continue;
        const auto bytes = source.read(file, kMaxLabelMap);
        if (!bytes)
            continue;
        std::istringstream lines(*bytes);
        std::uint32_t number = 0;
        for (std::string line; std::getline(lines, line);) {
            if (line.empty() || line.starts_with('#'))
                continue;
            names[number++] = line.substr(0, line.find(':'));
        }
        return names;
    }
    for (std::uint32_t i = 0; i < kChallengeClasses.size(); ++i)
        names[i + 1] = kChallengeClasses[i];
    return names;
}

/// One picture's masks.
class MaskReader
{
public:
    MaskReader(LabelSource& source, LabelSet& labels) : m_source(source), m_labels(labels) {}

    /// Nothing where the mask cannot be used; then it was rejected.
    std::optional<std::map<std::uint32_t, Mask>> masks(const std::string& file,
                                                       const LabelledPicture& picture)
    {
        auto picture8 = m_source.indexPicture(file);
        if (!picture8) {
            m_labels.rejections.push_back(rejectionFromError(file, picture8.error(), kRemedy));
            return std::nullopt;
        }
        const auto size = m_source.pictureSize(picture.path);
        const int width = picture.width > 0 ? picture.width : size ? size->width : picture8->width;
        const int height = picture.height > 0 ? picture.height : size ? size->height : picture8->height;
        if (picture8->kind != IndexPicture::Kind::Palette && picture8->kind != IndexPicture::Kind::Gray8)
            return reject(file, "the mask is neither a palette picture nor gray of 8 bits");
        if (picture8->width != width || picture8->height != height)
            return reject(file, "the mask is " + std::to_string(picture8->width) + "x" +
                                    std::to_string(picture8->height) + ", its picture " +
                                    std::to_string(width) + "x" + std::to_string(height));
        auto found = masksByValue(*picture8);
        if (!found)
            return reject(file, found.error().message);
        found->erase(0);
        found->erase(kVoid);
        return std::move(*found);
    }

private:
    std::optional<std::map<std::uint32_t, Mask>> reject(const std::string& file, const std::string& reason)
    {
        m_labels.rejections.push_back({file, "", reason, kRemedy});
        return std::nullopt;
    }

    LabelSource& m_source;
    LabelSet& m_labels;
};

/// The objects of a picture take the pixels that bear their number.
void giveMasks(LabelledPicture& picture, const std::map<std::uint32_t, Mask>& masks, const std::string& file,
               LabelSet& labels)
{
    for (const auto& [index, mask] : masks) {
        const auto object =
            std::find_if(picture.annotations.begin(), picture.annotations.end(),
                         [&](const FileAnnotation& annotation) { return annotation.number == index; });
        if (object != picture.annotations.end())
            object->shape = mask;
        else
            labels.rejections.push_back({file, "index " + std::to_string(index),
                                         "there is no object " + std::to_string(index) + " in the label file",
                                         kRemedy});
    }
}

} // namespace

std::string_view vocChallengeClass(std::size_t index)
{
    return index < kChallengeClasses.size() ? kChallengeClasses[index] : std::string_view();
}

bool isVocMask(std::string_view path)
{
    const std::string_view folder = fileNameOf(folderOf(path));
    return (folder == "SegmentationClass" || folder == "SegmentationObject") && hasEnding(path, ".png");
}

Result<void> readVocMasks(LabelSource& source, LabelSet& labels)
{
    std::unordered_map<std::string, std::size_t> byStem; // its keys outlive the list of pictures, which grows
    for (std::size_t i = 0; i < labels.pictures.size(); ++i)
        byStem.emplace(stemOf(labels.pictures[i].path), i);
    std::vector<std::string> objectMasks;
    std::vector<std::string> classMasks;
    for (const std::string& file : source.files()) {
        if (!isVocMask(file))
            continue;
        labels.maskFiles.push_back(file);
        (fileNameOf(folderOf(file)) == "SegmentationObject" ? objectMasks : classMasks).push_back(file);
    }
    MaskReader reader(source, labels);
    std::unordered_map<std::string_view, bool> hasObjects;
    for (const std::string& file : objectMasks) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        const auto known = byStem.find(std::string(stemOf(file)));
        if (known == byStem.end() || labels.pictures[known->second].annotations.empty())
            continue;
        LabelledPicture& picture = labels.pictures[known->second];
        const auto masks = reader.masks(file, picture);
        if (!masks)
            continue;
        hasObjects[stemOf(file)] = true;
        giveMasks(picture, *masks, file, labels);
    }
    const auto names = classNumbers(source);
    for (const std::string& file : classMasks) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        if (hasObjects.contains(stemOf(file)))
            continue;
        const auto known = byStem.find(std::string(stemOf(file)));
        LabelledPicture fresh;
        fresh.path = stemOf(file);
        fresh.labelFile = file;
        const bool isNew = known == byStem.end();
        const auto masks = reader.masks(file, isNew ? fresh : labels.pictures[known->second]);
        if (!masks)
            continue;
        for (const auto& [index, mask] : *masks) {
            const auto name = names.find(index);
            if (name == names.end()) {
                labels.rejections.push_back({file, "index " + std::to_string(index),
                                             "no class has this number", "add it to labelmap.txt"});
                continue;
            }
            FileAnnotation annotation;
            annotation.className = name->second;
            annotation.shape = mask;
            annotation.place = "index " + std::to_string(index);
            (isNew ? fresh : labels.pictures[known->second]).annotations.push_back(std::move(annotation));
        }
        if (isNew)
            labels.pictures.push_back(std::move(fresh));
    }
    return {};
}

} // namespace trainyard
