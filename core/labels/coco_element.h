// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/coco_records.h"

#include <map>

namespace trainyard {

/// Builds one JSON object from events.
class JsonBuilder
{
public:
    void key(const std::string& name) { m_key = name; }
    void value(Json json) { add(std::move(json)); }
    void open(bool isArray) { m_open.push_back(add(isArray ? Json::array() : Json::object())); }
    void close() { m_open.pop_back(); }
    [[nodiscard]] bool isEmpty() const { return m_root.empty(); }
    [[nodiscard]] std::string text() const
    {
        return m_root.dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    [[nodiscard]] Json& root() { return m_root; }
    void clear()
    {
        m_open.clear();
        m_root = Json::object();
    }

private:
    /// Open containers stay where they are: only the innermost one grows.
    Json* add(Json json)
    {
        Json& into = m_open.empty() ? m_root : *m_open.back();
        if (into.is_array()) {
            into.push_back(std::move(json));
            return &into.back();
        }
        into[m_key] = std::move(json);
        return &into[m_key];
    }

    Json m_root = Json::object();
    std::vector<Json*> m_open;
    std::string m_key;
};

/// One image, category or annotation of a COCO file, fed with the events inside it. Used again for every
/// record, so that a million of them cost no memory of their own.
class CocoElement
{
public:
    enum class Kind { Image, Category, Annotation };

    explicit CocoElement(CocoFile& file) : m_file(file) {}

    void begin(Kind kind);
    bool key(const std::string& name);
    bool number(double value, std::optional<std::int64_t> whole);
    bool string(std::string& text);
    bool other(Json value); ///< a truth value or nothing
    bool open(bool isArray);
    void close();
    /// Adds the record to the file, or says what is wrong with it.
    std::optional<std::string> finish();

private:
    enum class Field {
        Unknown,
        Id,
        ImageId,
        CategoryId,
        Bbox,
        Segmentation,
        Keypoints,
        IsCrowd,
        Area,
        KeypointCount,
        Score,
        Group,
        ZOrder,
        Ignored
    };
    static Field fieldOf(const std::string& name);
    void fault(const std::string& reason);
    std::optional<std::string> finishImage();
    std::optional<std::string> finishCategory();
    std::optional<std::string> finishAnnotation();
    std::optional<std::string> finishPanoptic(std::int64_t image);
    std::optional<std::string> segmentationShape(std::optional<Shape>& shape);
    std::optional<std::string> keypointsShape(std::optional<Shape>& shape);
    std::optional<std::string> boxShape(std::optional<Shape>& shape);
    void takeAttributes(FileAnnotation& annotation);
    std::string restText();

    CocoFile& m_file;
    Kind m_kind = Kind::Annotation;
    int m_depth = 0; ///< containers open inside the record
    Field m_field = Field::Unknown;
    std::string m_fault;
    std::optional<std::int64_t> m_id, m_image, m_category;
    std::int64_t m_group = 0, m_zOrder = 0;
    std::optional<double> m_score;
    bool m_isCrowd = false;
    bool m_hasBox = false;
    std::vector<double> m_box, m_keypoints;
    std::vector<std::vector<double>> m_rings;
    std::size_t m_ringCount = 0;
    bool m_hasRle = false;
    bool m_isRleKeyCounts = false;
    std::vector<double> m_rleSize;
    std::vector<std::uint32_t> m_rleCounts;
    std::optional<std::string> m_rleText;
    JsonBuilder m_rest; ///< keys that are not read above
};

} // namespace trainyard
