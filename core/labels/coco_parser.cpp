// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/coco_element.h"
#include "core/labels/coco_records.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace trainyard {

namespace {

constexpr int kMaxDepth = 128;

/// Walks over the text and lets others see how far it is.
class CountingIterator
{
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    explicit CountingIterator(const char** at) : m_at(at) {}
    CountingIterator(const char** at, const char* end) : m_at(at), m_end(end) {}
    reference operator*() const { return **m_at; }
    CountingIterator& operator++()
    {
        ++*m_at;
        return *this;
    }
    CountingIterator operator++(int)
    {
        const CountingIterator before = *this;
        ++*m_at;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return place() == other.place(); }
    bool operator!=(const CountingIterator& other) const { return place() != other.place(); }

private:
    [[nodiscard]] const char* place() const { return m_end != nullptr ? m_end : *m_at; }

    const char** m_at;
    const char* m_end = nullptr;
};

/// Lines of rising byte offsets.
class LineCounter
{
public:
    explicit LineCounter(std::string_view text) : m_text(text) {}
    std::string place(std::size_t byte)
    {
        byte = std::min(byte, m_text.size());
        if (byte < m_byte)
            m_byte = 0, m_line = 1;
        m_line += std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_byte),
                             m_text.begin() + static_cast<std::ptrdiff_t>(byte), '\n');
        m_byte = byte;
        return "line " + std::to_string(m_line) + ", byte " + std::to_string(byte);
    }

private:
    std::string_view m_text;
    std::size_t m_byte = 0;
    std::ptrdiff_t m_line = 1;
};

enum class Section { Other, Images, Annotations, Categories };

/// The events of the whole file; those inside a record go to its element.
class CocoHandler
{
public:
    CocoHandler(std::string_view text, std::string_view path, CocoFile& file)
        : m_path(path), m_begin(text.data()), m_at(text.data()), m_lines(text), m_file(file), m_element(file)
    {
    }

    const char** position() { return &m_at; }
    [[nodiscard]] std::string extra() const { return m_top.isEmpty() ? std::string() : m_top.text(); }

    // --- nlohmann's SAX interface ---
    bool null() { return value(Json()); }
    bool boolean(bool isTrue) { return value(Json(isTrue)); }
    bool number_integer(std::int64_t number)
    {
        return isInElement() ? m_element.number(static_cast<double>(number), number) : value(Json(number));
    }
    bool number_unsigned(std::uint64_t number)
    {
        const auto whole = static_cast<std::int64_t>(std::min<std::uint64_t>(number, INT64_MAX));
        return isInElement() ? m_element.number(static_cast<double>(number), whole) : value(Json(number));
    }
    bool number_float(double number, const std::string&)
    {
        return isInElement() ? m_element.number(number, std::nullopt) : value(Json(number));
    }
    bool string(std::string& text) { return isInElement() ? m_element.string(text) : value(Json(text)); }
    bool binary(Json::binary_t&) { return false; }

    bool start_object(std::size_t) { return open(false); }
    bool start_array(std::size_t) { return open(true); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        if (isInElement())
            return m_element.key(name);
        if (m_depth == 1) {
            m_topKey = name;
            m_section = name == "images"        ? Section::Images
                        : name == "annotations" ? Section::Annotations
                        : name == "categories"  ? Section::Categories
                                                : Section::Other;
        } else if (m_section == Section::Other) {
            m_top.key(name);
        }
        return true;
    }
    bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception&)
    {
        reject(byte > 0 ? byte - 1 : 0, "the text is no JSON from here on; what stood before was kept");
        return false;
    }

private:
    [[nodiscard]] int elementDepth() const { return m_file.isResults ? 2 : 3; }
    [[nodiscard]] bool isInElement() const
    {
        return m_section != Section::Other && m_depth >= elementDepth();
    }
    [[nodiscard]] std::size_t byte() const
    {
        return static_cast<std::size_t>(std::max<std::ptrdiff_t>(m_at - m_begin - 1, 0));
    }

    bool open(bool isArray)
    {
        if (++m_depth > kMaxDepth) {
            reject(byte(), "the text is nested deeper than " + std::to_string(kMaxDepth));
            return false;
        }
        if (m_depth == 1) {
            m_file.isResults = isArray;
            m_section = isArray ? Section::Annotations : Section::Other;
            return true;
        }
        if (m_section == Section::Other) {
            if (m_depth == 2)
                m_top.key(m_topKey);
            m_top.open(isArray);
            return true;
        }
        if (m_depth == elementDepth()) {
            m_elementByte = byte();
            m_isElementObject = !isArray;
            m_element.begin(m_section == Section::Images       ? CocoElement::Kind::Image
                            : m_section == Section::Categories ? CocoElement::Kind::Category
                                                               : CocoElement::Kind::Annotation);
            return true;
        }
        return m_depth < elementDepth() ? true : m_element.open(isArray);
    }

    bool close()
    {
        if (m_section == Section::Other) {
            if (m_depth >= 2)
                m_top.close();
        } else if (m_depth == elementDepth()) {
            finishElement();
        } else if (m_depth > elementDepth()) {
            m_element.close();
        }
        --m_depth;
        return true;
    }

    bool value(Json json)
    {
        if (isInElement())
            return m_element.other(std::move(json));
        if (m_section == Section::Other && m_depth >= 1) {
            if (m_depth == 1)
                m_top.key(m_topKey);
            m_top.value(std::move(json));
        } else if (m_section == Section::Annotations && m_depth == elementDepth() - 1) {
            ++m_file.read;
            reject(byte(), "an annotation that is no object");
        }
        return true;
    }

    void finishElement()
    {
        const auto fault = m_isElementObject ? m_element.finish() : std::string("a record that is no object");
        if (!fault)
            return;
        if (m_section == Section::Annotations)
            ++m_file.read;
        reject(m_elementByte, *fault);
    }

    void reject(std::size_t byte, const std::string& reason)
    {
        std::string place = m_lines.place(byte);
        m_file.rejections.push_back(
            {std::string(m_path), std::move(place), reason, "correct or delete it in the label file"});
    }

    std::string_view m_path;
    const char* m_begin;
    const char* m_at;
    LineCounter m_lines;
    CocoFile& m_file;
    CocoElement m_element;
    JsonBuilder m_top;
    std::string m_topKey;
    Section m_section = Section::Other;
    int m_depth = 0;
    std::size_t m_elementByte = 0;
    bool m_isElementObject = true;
};

} // namespace

CocoFile parseCoco(std::string_view text, std::string_view path)
{
    CocoFile file;
    CocoHandler handler(text, path, file);
    const CountingIterator begin(handler.position());
    const CountingIterator end(handler.position(), text.data() + text.size());
    Json::sax_parse(begin, end, &handler);
    file.extra = handler.extra();
    return file;
}

} // namespace trainyard
