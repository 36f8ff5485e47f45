// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/coco_element.h"

namespace trainyard {

std::optional<std::string> CocoElement::finishPanoptic(std::int64_t image)
{
    CocoPanoptic panoptic;
    panoptic.image = image;
    panoptic.file = jsonValue(m_rest.root(), "file_name", std::string());
    panoptic.place = "image " + std::to_string(image);
    if (panoptic.file.empty())
        return "the panoptic annotation has no 'file_name'";
    const Json& segments = m_rest.root()["segments_info"];
    if (!segments.is_array())
        return "the field 'segments_info' is no list";
    for (const Json& json : segments) {
        const auto id = jsonField<std::int64_t>(json, "id", "segment");
        const auto category = jsonField<std::int64_t>(json, "category_id", "segment");
        if (!id || !category)
            return "a segment without 'id' and 'category_id'";
        panoptic.segments.push_back({*id, *category, jsonValue<int>(json, "iscrowd", 0) != 0});
    }
    m_file.read += std::ssize(panoptic.segments);
    m_file.panoptic.push_back(std::move(panoptic));
    return std::nullopt;
}

std::optional<std::string> CocoElement::finishImage()
{
    Json& json = m_rest.root();
    if (!m_id)
        return "the image has no 'id'";
    const auto name = jsonField<std::string>(json, "file_name", "image");
    if (!name || name->empty())
        return "the image has no 'file_name'";
    if (m_file.images.contains(*m_id))
        return "the image's id " + std::to_string(*m_id) + " is taken";
    LabelledPicture picture;
    picture.path = *name;
    picture.width = jsonValue(json, "width", 0);
    picture.height = jsonValue(json, "height", 0);
    picture.place = "image " + std::to_string(*m_id);
    for (const char* known : {"file_name", "width", "height"})
        json.erase(known);
    json["id"] = *m_id;
    picture.extra = m_rest.text();
    m_file.images.emplace(*m_id, std::move(picture));
    return std::nullopt;
}

std::optional<std::string> CocoElement::finishCategory()
{
    Json& json = m_rest.root();
    if (!m_id)
        return "the category has no 'id'";
    FileClass fileClass;
    fileClass.number = *m_id;
    fileClass.name = jsonValue(json, "name", std::string());
    if (fileClass.name.empty() || fileClass.name.size() > kMaxClassNameBytes)
        return "the category's name is empty or longer than " + std::to_string(kMaxClassNameBytes) + " bytes";
    if (m_file.categories.contains(*m_id))
        return "the category's id " + std::to_string(*m_id) + " is taken";
    json.erase("name");
    const std::string parent = jsonValue(json, "supercategory", std::string());
    if (parent != fileClass.name && parent != "none" && parent.size() <= kMaxClassNameBytes) {
        fileClass.parent = parent;
        json.erase("supercategory");
    }
    const auto colour = jsonValue(json, "color", std::vector<int>());
    if (colour.size() == 3) {
        fileClass.colour = static_cast<std::uint32_t>((colour[0] & 0xFF) << 16 | (colour[1] & 0xFF) << 8 |
                                                      (colour[2] & 0xFF));
        json.erase("color");
    }
    fileClass.skeleton.names = jsonValue(json, "keypoints", std::vector<std::string>());
    const auto count = static_cast<int>(fileClass.skeleton.names.size());
    for (const auto& bone : jsonValue(json, "skeleton", std::vector<std::vector<int>>()))
        if (bone.size() == 2 && bone[0] >= 1 && bone[1] >= 1 && bone[0] <= count && bone[1] <= count)
            fileClass.skeleton.bones.emplace_back(bone[0] - 1, bone[1] - 1);
    json.erase("keypoints");
    json.erase("skeleton");
    if (json.contains("attributes")) {
        if (auto specs = attributeSpecsFromText(json["attributes"].dump(), "category")) {
            fileClass.attributes = std::move(*specs);
            json.erase("attributes");
        }
    }
    fileClass.extra = restText();
    m_file.categories.emplace(*m_id, std::move(fileClass));
    return std::nullopt;
}

} // namespace trainyard
