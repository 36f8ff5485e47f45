// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <array>
#include <set>

namespace trainyard {

namespace {

/// A table with a header: filename,width,height,class,xmin,ymin,xmax,ymax (TensorFlow's object detection
/// tutorial), or filename,class alone. A row without numbers is about the whole picture.

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;
constexpr const char* kBaseKey = "csv-base";

struct Column
{
    const char* name; ///< as it is written
    std::array<const char*, 5> spellings;
};
enum : std::size_t { File, Width, Height, Class, XMin, YMin, XMax, YMax, Split, Score, kKnown };
constexpr std::array<Column, kKnown> kColumns = {{
    {"filename", {"filename", "file_name", "image", "path", "file"}},
    {"width", {"width", "image_width"}},
    {"height", {"height", "image_height"}},
    {"class", {"class", "label", "category", "class_name", "name"}},
    {"xmin", {"xmin", "x_min", "x1", "left"}},
    {"ymin", {"ymin", "y_min", "y1", "top"}},
    {"xmax", {"xmax", "x_max", "x2", "right"}},
    {"ymax", {"ymax", "y_max", "y2", "bottom"}},
    {"split", {"split", "subset", "set"}},
    {"score", {"score", "confidence"}},
}};

/// Where each known column stands; npos where it is not there.
struct Header
{
    std::array<std::size_t, kKnown> at{};
    std::vector<std::pair<std::size_t, std::string>> others;
    char separator = ',';
    [[nodiscard]] bool has(std::size_t column) const { return at.at(column) != std::string::npos; }
    [[nodiscard]] bool isTable() const
    {
        const int sides = int{has(XMin)} + int{has(YMin)} + int{has(XMax)} + int{has(YMax)};
        return has(File) && has(Class) && (sides == 4 || sides == 0);
    }
};

Header headerOf(const CsvRecord& record, char separator)
{
    Header header;
    header.separator = separator;
    header.at.fill(std::string::npos);
    const auto columns = csvColumns(record);
    std::set<std::size_t> known;
    for (std::size_t i = 0; i < kKnown; ++i)
        for (const char* spelling : kColumns.at(i).spellings)
            if (const auto found = spelling ? columns.find(spelling) : columns.end();
                found != columns.end() && !header.has(i)) {
                header.at.at(i) = found->second;
                known.insert(found->second);
            }
    for (std::size_t i = 0; i < record.fields.size(); ++i)
        if (!known.contains(i) && !trimmedText(record.fields[i]).empty())
            header.others.emplace_back(i, record.fields[i]);
    return header;
}

std::optional<Header> headerIn(std::string_view bytes)
{
    const std::string_view line = textLines(bytes.substr(0, 65536)).empty()
                                      ? std::string_view()
                                      : textLines(bytes.substr(0, 65536)).front().text;
    for (const char separator : {',', ';', '\t'}) {
        const auto records = csvRecords(line, separator);
        if (records.empty())
            continue;
        const Header header = headerOf(records.front(), separator);
        if (header.isTable())
            return header;
    }
    return std::nullopt;
}

bool isTableName(std::string_view file)
{
    return extensionOf(file) == ".csv" || extensionOf(file) == ".tsv";
}

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (!isTableName(file) || ++looked > 5)
            continue;
        const auto bytes = source.head(file, 65536);
        if (const auto header = bytes ? headerIn(*bytes) : std::nullopt)
            return header->has(XMin) ? 80 : 60;
    }
    return 0;
}

std::vector<FormatQuestion> questions(LabelSource&)
{
    return {
        {kBaseKey,
         "Does the table count pixels from 0 (edges) or from 1 with the last one included, as Pascal VOC?",
         {"0", "1"},
         "0",
         false}};
}

class TableReader
{
public:
    TableReader(const std::string& file, const Header& header, double base, const SourcePictures& finder,
                LabelSetBuilder& builder)
        : m_file(file), m_header(header), m_base(base), m_finder(finder), m_builder(builder)
    {
    }

    void read(const CsvRecord& record)
    {
        const std::string place = linePlace(record.line);
        const FoundPicture found = m_finder.find(text(record, File), m_file);
        if (record.isBroken || found.path.empty()) {
            m_builder.reject(m_file, place, record.isBroken ? "a quoted field is broken" : "no file name");
            return;
        }
        FileAnnotation annotation;
        annotation.className = text(record, Class);
        annotation.place = place;
        if (auto fault = readShape(record, annotation); !fault.empty()) {
            m_builder.reject(m_file, place, std::move(fault));
            return;
        }
        LabelledPicture& picture = m_builder.sharedPicture(found, m_file);
        takeSize(record, picture);
        if (picture.split.empty())
            picture.split = splitOf(record, found.path);
        Json extra = Json::object();
        for (const auto& [column, name] : m_header.others)
            if (column < record.fields.size() && !record.fields[column].empty())
                extra[name] = isUtf8(record.fields[column]) ? record.fields[column]
                                                            : displayText(record.fields[column]);
        if (!extra.empty())
            annotation.extra = jsonLine(extra);
        if (annotation.className.empty() && annotation.shape.index() == 0) {
            picture.extra = annotation.extra; // a picture with nothing on it
            return;
        }
        m_builder.accept(picture, std::move(annotation), m_file);
    }

private:
    [[nodiscard]] std::string text(const CsvRecord& record, std::size_t column) const
    {
        const std::size_t at = m_header.at.at(column);
        return at < record.fields.size() ? record.fields[at] : std::string();
    }

    std::string readShape(const CsvRecord& record, FileAnnotation& annotation) const
    {
        std::array<double, 4> sides{};
        int given = 0;
        for (std::size_t i = 0; i < 4 && m_header.has(XMin); ++i) {
            const std::string side = text(record, XMin + i);
            if (trimmedText(side).empty())
                continue;
            const auto number = numberFrom(side);
            if (!number)
                return std::string(kColumns.at(XMin + i).name) + " is '" + displayText(side.substr(0, 40)) +
                       "', expected a number";
            sides.at(i) = *number;
            ++given;
        }
        if (given != 0 && given != 4)
            return "only " + std::to_string(given) + " of the four sides are given";
        if (given == 4)
            annotation.shape = Box{sides[0] - m_base, sides[1] - m_base, sides[2] - sides[0] + m_base,
                                   sides[3] - sides[1] + m_base};
        if (const std::string score = text(record, Score); !trimmedText(score).empty()) {
            annotation.score = numberFrom(score);
            annotation.isModel = true;
            if (!annotation.score)
                return "the score is '" + displayText(score.substr(0, 40)) + "', expected a number";
        }
        return {};
    }

    void takeSize(const CsvRecord& record, LabelledPicture& picture) const
    {
        const auto width = wholeFrom(text(record, Width));
        const auto height = wholeFrom(text(record, Height));
        constexpr std::int64_t kLargest = 1 << 24;
        if (width && height && *width > 0 && *height > 0 && *width <= kLargest && *height <= kLargest) {
            picture.width = static_cast<int>(*width);
            picture.height = static_cast<int>(*height);
        }
    }

    /// From its column, the name of the table ("train_labels.csv") or the folder of the picture.
    [[nodiscard]] std::string splitOf(const CsvRecord& record, const std::string& path) const
    {
        std::string split = splitOfName(text(record, Split));
        if (split.empty()) {
            const std::string_view stem = stemOf(m_file);
            split = splitOfName(stem.substr(0, stem.find_first_of("_-. ")));
        }
        return split.empty() ? splitOfPath(path) : split;
    }

    const std::string& m_file;
    const Header& m_header;
    double m_base;
    const SourcePictures& m_finder;
    LabelSetBuilder& m_builder;
};

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    const auto answer = answers.find(kBaseKey);
    const double base = answer != answers.end() && answer->second == "1" ? 1 : 0;
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    for (const std::string& file : source.files()) {
        if (!isTableName(file))
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes) {
            builder.rejectFile(file, bytes.error());
            continue;
        }
        const auto header = headerIn(*bytes);
        if (!header) {
            builder.losses.add("tables without the columns filename and class were not looked at");
            continue;
        }
        TableReader reader(file, *header, base, finder, builder);
        const auto records = csvRecords(*bytes, header->separator);
        for (std::size_t i = 1; i < records.size(); ++i) {
            if (i % 4096 == 0)
                TRAINYARD_CHECK(checkCancelled(source.cancellation()));
            reader.read(records[i]);
        }
    }
    return builder.finish();
}

/// Columns that readers did not know, by the annotations that bear them.
std::set<std::string> otherColumns(const LabelSet& labels)
{
    std::set<std::string> names;
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations)
            if (!each.extra.empty())
                if (const auto extra = parseJson(each.extra, "extra"); extra && extra->is_object())
                    for (const auto& [name, value] : extra->items())
                        if (value.is_string())
                            names.insert(name);
    return names;
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const std::set<std::string> others = otherColumns(labels);
    bool hasBoxes = false;
    bool hasScores = false;
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations) {
            hasBoxes = hasBoxes || each.shape.index() != 0;
            hasScores = hasScores || (each.isModel && each.score);
        }
    std::string header = hasBoxes ? "filename,width,height,class,xmin,ymin,xmax,ymax" : "filename,class";
    header += hasScores ? ",score" : "";
    for (const std::string& name : others)
        header += "," + csvField(name);
    std::map<std::string, std::string> tables;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const std::string place =
            names.take(picture.split.empty() ? "images" : "images/" + picture.split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled)
            continue;
        std::string& table = tables[picture.split];
        const std::string size =
            hasBoxes ? std::to_string(picture.width) + "," + std::to_string(picture.height) + "," : "";
        const std::string tail(others.size() + (hasScores ? 1 : 0), ',');
        bool isWritten = false;
        for (const FileAnnotation& each : picture.annotations) {
            CarriedFields carried;
            carried.score = carried.source = each.isModel && each.score && each.sourceName.empty();
            carried.score = each.isModel && each.score;
            countLosses(each, carried, losses);
            if (each.className.empty()) {
                losses.leaveOut("annotations without a class were left out");
                continue;
            }
            const auto box = each.shape.index() == 0 ? std::nullopt : boxFor(each, losses);
            if (each.shape.index() != 0 && !box)
                continue;
            table += csvField(place) + "," + size + csvField(each.className);
            if (box)
                table += "," + numberText(box->x) + "," + numberText(box->y) + "," +
                         numberText(box->x + box->width) + "," + numberText(box->y + box->height);
            else if (hasBoxes)
                table += ",,,,";
            if (hasScores)
                table += "," + (carried.score ? numberText(*each.score) : std::string());
            const auto extra = parseJson(each.extra.empty() ? "{}" : each.extra, "extra");
            for (const std::string& name : others)
                table += "," + (extra ? csvField(jsonTextOf(*extra, name.c_str())) : std::string());
            table += "\n";
            isWritten = true;
        }
        if (!isWritten)
            table += csvField(place) + "," + size + (hasBoxes ? ",,,," : "") + tail + "\n";
    }
    for (const auto& [split, rows] : tables)
        TRAINYARD_CHECK(
            target.write(split.empty() ? "labels.csv" : split + "_labels.csv", header + "\n" + rows));
    return losses.report();
}

} // namespace

FormatSpec csvTableFormat()
{
    return {"csv",     "CSV table", "One table with filename, width, height, class and the sides of a box",
            recognise, questions,   read,
            write};
}

} // namespace trainyard
