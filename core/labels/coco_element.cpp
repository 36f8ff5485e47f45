// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/coco_element.h"

#include <cmath>
#include <limits>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::int64_t kHighestGroup = std::int64_t{1} << 53; ///< what other programs read exactly

constexpr double kRounding = 1e-6;

} // namespace

bool areNear(const Box& a, const Box& b, double pixels)
{
    return std::abs(a.x - b.x) <= pixels && std::abs(a.y - b.y) <= pixels &&
           std::abs(a.width - b.width) <= pixels && std::abs(a.height - b.height) <= pixels;
}

CocoElement::Field CocoElement::fieldOf(const std::string& name)
{
    static const std::unordered_map<std::string, Field> kFields = {
        {"id", Field::Id},
        {"image_id", Field::ImageId},
        {"category_id", Field::CategoryId},
        {"bbox", Field::Bbox},
        {"segmentation", Field::Segmentation},
        {"keypoints", Field::Keypoints},
        {"iscrowd", Field::IsCrowd},
        {"area", Field::Area},
        {"num_keypoints", Field::KeypointCount},
        {"score", Field::Score},
        {"group", Field::Group},
        {"z_order", Field::ZOrder},
    };
    const auto found = kFields.find(name);
    return found == kFields.end() ? Field::Unknown : found->second;
}

void CocoElement::begin(Kind kind)
{
    m_kind = kind;
    m_depth = 0;
    m_field = Field::Unknown;
    m_fault.clear();
    m_id.reset();
    m_image.reset();
    m_category.reset();
    m_group = m_zOrder = 0;
    m_score.reset();
    m_isCrowd = m_hasBox = m_hasRle = m_isRleKeyCounts = false;
    m_box.clear();
    m_keypoints.clear();
    m_ringCount = 0;
    m_rleSize.clear();
    m_rleCounts.clear();
    m_rleText.reset();
    if (!m_rest.isEmpty())
        m_rest.clear();
}

void CocoElement::fault(const std::string& reason)
{
    if (m_fault.empty())
        m_fault = reason;
}

bool CocoElement::key(const std::string& name)
{
    if (m_depth == 0) {
        m_field = fieldOf(name);
        // Images and categories have few records: they are read from their tree.
        if (m_kind != Kind::Annotation && m_field != Field::Id)
            m_field = Field::Unknown;
        if (m_field == Field::Unknown)
            m_rest.key(name);
    } else if (m_field == Field::Unknown) {
        m_rest.key(name);
    } else if (m_field == Field::Segmentation) {
        m_isRleKeyCounts = name == "counts";
        if (!m_isRleKeyCounts && name != "size")
            fault("the field 'segmentation' has the unknown key '" + name.substr(0, 40) + "'");
    }
    return true;
}

bool CocoElement::number(double value, std::optional<std::int64_t> whole)
{
    const auto take = [&](std::optional<std::int64_t>& target, const char* name) {
        target = whole;
        if (!whole || m_depth != 0)
            fault(std::string("the field '") + name + "' is no whole number");
    };
    switch (m_field) {
    case Field::Unknown:
        m_rest.value(whole ? Json(*whole) : Json(value));
        break;
    case Field::Id:
        take(m_id, "id");
        break;
    case Field::ImageId:
        take(m_image, "image_id");
        break;
    case Field::CategoryId:
        take(m_category, "category_id");
        break;
    case Field::Bbox:
        m_box.push_back(value);
        break;
    case Field::Keypoints:
        m_keypoints.push_back(value);
        break;
    case Field::Segmentation:
        if (!m_hasRle) {
            if (m_depth != 2)
                fault("the field 'segmentation' is no list of lists of numbers");
            else
                m_rings[m_ringCount - 1].push_back(value);
        } else if (!m_isRleKeyCounts) {
            m_rleSize.push_back(value);
        } else if (whole && *whole >= 0 && *whole <= std::numeric_limits<std::uint32_t>::max()) {
            m_rleCounts.push_back(static_cast<std::uint32_t>(*whole));
        } else {
            fault("a run of the mask is no whole number");
        }
        break;
    case Field::IsCrowd:
        m_isCrowd = value != 0;
        break;
    case Field::Score:
        m_score = value;
        break;
    case Field::Group:
        m_group = whole.value_or(0);
        if (m_group < 0 || m_group > kHighestGroup)
            fault("the field 'group' is not between 0 and 2^53");
        break;
    case Field::ZOrder:
        m_zOrder = whole.value_or(0);
        break;
    default:
        break;
    }
    return true;
}

bool CocoElement::string(std::string& text)
{
    if (m_field == Field::Unknown)
        m_rest.value(Json(text));
    else if (m_field == Field::Segmentation && m_hasRle && m_isRleKeyCounts && m_depth == 1)
        m_rleText = text;
    else
        fault("a text where a number was expected: '" + text.substr(0, 40) + "'");
    return true;
}

bool CocoElement::other(Json value)
{
    if (m_field == Field::Unknown)
        m_rest.value(std::move(value));
    else if (m_field == Field::IsCrowd && value.is_boolean())
        m_isCrowd = value.get<bool>();
    else if (!value.is_null())
        fault("a truth value where a number was expected");
    else if (m_depth > 0)
        fault("'null' where a number was expected");
    return true;
}

bool CocoElement::open(bool isArray)
{
    ++m_depth;
    switch (m_field) {
    case Field::Unknown:
        m_rest.open(isArray);
        break;
    case Field::Bbox:
    case Field::Keypoints:
        m_hasBox = m_hasBox || m_field == Field::Bbox;
        if (!isArray || m_depth != 1)
            fault("the fields 'bbox' and 'keypoints' are lists of numbers");
        break;
    case Field::Segmentation:
        if (m_depth == 1) {
            m_hasRle = !isArray;
        } else if (isArray && m_depth == 2) {
            if (!m_hasRle) {
                if (m_rings.size() == m_ringCount)
                    m_rings.emplace_back();
                m_rings[m_ringCount++].clear();
            }
        } else {
            fault("the field 'segmentation' is neither a list of lists nor a run-length mask");
        }
        break;
    default:
        fault("a list or an object where a number was expected");
    }
    return true;
}

void CocoElement::close()
{
    --m_depth;
    if (m_field == Field::Unknown)
        m_rest.close();
}

std::optional<std::string> CocoElement::finish()
{
    if (!m_fault.empty())
        return m_fault;
    switch (m_kind) {
    case Kind::Image:
        return finishImage();
    case Kind::Category:
        return finishCategory();
    default:
        return finishAnnotation();
    }
}

/// "attributes" as CVAT and datumaro write it; values that are no attribute stay among the rest.
void CocoElement::takeAttributes(FileAnnotation& annotation)
{
    if (m_rest.isEmpty() || !m_rest.root().contains("attributes"))
        return;
    Json& given = m_rest.root()["attributes"];
    if (!given.is_object())
        return;
    Json left = Json::object();
    for (const auto& [name, value] : given.items()) {
        if (value.is_boolean() && name == "occluded")
            annotation.flags.isOccluded = value.get<bool>();
        else if (value.is_boolean() && name == "truncated")
            annotation.flags.isTruncated = value.get<bool>();
        else if (value.is_boolean())
            annotation.attributes[name] = value.get<bool>();
        else if (value.is_number())
            annotation.attributes[name] = value.get<double>();
        else if (value.is_string())
            annotation.attributes[name] = value.get<std::string>();
        else
            left[name] = value;
    }
    if (left.empty())
        m_rest.root().erase("attributes");
    else
        given = std::move(left);
}

std::string CocoElement::restText()
{
    return m_rest.isEmpty() ? std::string() : m_rest.text();
}

std::optional<std::string> CocoElement::finishAnnotation()
{
    if (!m_image)
        return "the annotation has no 'image_id'";
    if (!m_rest.isEmpty() && m_rest.root().contains("segments_info"))
        return finishPanoptic(*m_image);
    if (!m_category && !m_rest.isEmpty() && m_rest.root().contains("caption")) {
        ++m_file.captions;
        return std::nullopt;
    }
    if (!m_category)
        return "the annotation has no 'category_id'";
    if (m_score && !(*m_score >= 0 && *m_score <= 1))
        return "the score is not between 0 and 1";
    std::optional<Shape> box, area, keypoints;
    if (auto wrong = segmentationShape(area))
        return wrong;
    if (auto wrong = keypointsShape(keypoints))
        return wrong;
    // A box beside an outline or keypoints adds nothing, so that it may also be wrong.
    if (auto wrong = boxShape(box)) {
        if (!area && !keypoints)
            return wrong;
        box.reset();
    }
    if (area && box && !areNear(*boundingBox(*area), std::get<Box>(*box), kSamePixels))
        ++m_file.otherBoxes;
    if (!area && box && !(keypoints && areNear(*boundingBox(*keypoints), std::get<Box>(*box), kRounding)))
        area = std::move(box);
    if (!area && !keypoints)
        return "the annotation has neither a box nor an outline nor keypoints";
    CocoRecord record;
    record.id = m_id;
    record.image = *m_image;
    record.category = *m_category;
    if (m_hasRle) {
        record.maskWidth = static_cast<int>(m_rleSize[1]);
        record.maskHeight = static_cast<int>(m_rleSize[0]);
    }
    FileAnnotation common;
    common.score = m_score;
    common.isModel = m_score.has_value();
    common.group = m_group;
    common.zOrder = m_zOrder;
    common.flags.isCrowd = m_isCrowd;
    common.number = m_id.value_or(0);
    if (m_id)
        common.place = "annotation " + std::to_string(*m_id);
    takeAttributes(common);
    common.extra = restText();
    if (area && keypoints) {
        FileAnnotation points = common;
        points.shape = std::move(*keypoints);
        points.extra.clear();
        common.shape = std::move(*area);
        record.annotations.reserve(2);
        record.annotations.push_back(std::move(common));
        record.annotations.push_back(std::move(points));
    } else {
        common.shape = area ? std::move(*area) : std::move(*keypoints);
        record.annotations.push_back(std::move(common));
    }
    m_file.read += std::ssize(record.annotations);
    m_file.records.push_back(std::move(record));
    return std::nullopt;
}

} // namespace trainyard
