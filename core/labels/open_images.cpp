// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/decoder_pool.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/geometry.h"
#include "core/labels/index_masks.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <array>

namespace trainyard {

namespace {

/// Open Images: a table of boxes as fractions of the picture, sides in the order XMin, XMax, YMin, YMax;
/// classes by their machine ids, with class-descriptions-boxable.csv (no header) for their names; a table of
/// masks whose PNG files may have another size than the picture.

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;
constexpr const char* kBoxHeader = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,"
                                   "IsTruncated,IsGroupOf,IsDepiction,IsInside\n";

constexpr double kRounding = 1e-6; ///< pixels, that a cut at no edge may change a side by

using Columns = std::map<std::string, std::size_t>;

bool isBoxTable(const Columns& columns)
{
    return columns.contains("imageid") && columns.contains("labelname") && columns.contains("xmin") &&
           columns.contains("ymax") && !columns.contains("maskpath");
}

Columns columnsOf(LabelSource& source, const std::string& file)
{
    const auto bytes = source.head(file, 4096);
    const auto lines = bytes ? textLines(*bytes) : std::vector<TextLine>();
    const auto records = lines.empty() ? std::vector<CsvRecord>() : csvRecords(lines.front().text);
    return records.empty() ? Columns() : csvColumns(records.front());
}

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".csv" || ++looked > 20)
            continue;
        const Columns columns = columnsOf(source, file);
        if (isBoxTable(columns) || columns.contains("maskpath"))
            return 95;
    }
    return 0;
}

class OpenImagesReader
{
public:
    OpenImagesReader(LabelSource& source, const SourcePictures& finder, LabelSetBuilder& builder)
        : m_source(source), m_finder(finder), m_builder(builder)
    {
    }

    void readNames(const std::string& file)
    {
        const auto bytes = m_source.read(file, kMaxFileBytes);
        if (!bytes)
            return;
        for (const CsvRecord& record : csvRecords(*bytes))
            if (record.fields.size() == 2 && record.fields[0] != "LabelName")
                m_names[record.fields[0]] =
                    m_builder.listedName(record.fields[1], record.fields[0], file, linePlace(record.line));
    }

    Result<void> readTable(const std::string& file, const Columns& columns)
    {
        const auto bytes = m_source.read(file, kMaxFileBytes);
        if (!bytes) {
            m_builder.rejectFile(file, bytes.error());
            return {};
        }
        const auto records = csvRecords(*bytes);
        for (std::size_t i = 1; i < records.size(); ++i) {
            if (i % 4096 == 0 || columns.contains("maskpath"))
                TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
            const auto text = [&](const char* name) {
                const auto column = columns.find(name);
                return column != columns.end() && column->second < records[i].fields.size()
                           ? records[i].fields[column->second]
                           : std::string();
            };
            if (auto fault = readRecord(file, records[i], text); !fault.empty())
                m_builder.reject(file, linePlace(records[i].line), std::move(fault));
        }
        return {};
    }

private:
    template <typename Text>
    std::string readRecord(const std::string& file, const CsvRecord& record, const Text& text)
    {
        const std::string id = text("imageid");
        if (id.empty() || record.isBroken)
            return "the record has no ImageID";
        const FoundPicture found = m_finder.findByStem(id, file);
        const std::string& path = found.path;
        const auto size = path.empty() ? std::nullopt : m_source.pictureSize(path);
        if (!size)
            return "no picture named '" + displayText(id) + "' is in the source, so its size is unknown";
        FileAnnotation annotation;
        const std::string label = text("labelname");
        const auto name = m_names.find(label);
        annotation.className = name == m_names.end() ? label : name->second;
        annotation.place = linePlace(record.line);
        const std::string mask = text("maskpath");
        auto fault =
            mask.empty() ? readBox(text, *size, annotation) : readMask(mask, file, *size, annotation);
        if (!fault.empty())
            return fault;
        if (annotation.className.empty())
            return "the record has no LabelName";
        LabelledPicture& picture = m_builder.sharedPicture(found, file);
        picture.frame = CoordinateFrame::Upright;
        picture.width = size->width;
        picture.height = size->height;
        picture.split = splitOfPath(path);
        if (picture.split.empty())
            picture.split = splitOfName(stemOf(file).substr(0, stemOf(file).find('-')));
        m_builder.accept(picture, std::move(annotation), file);
        if (!label.empty() && name != m_names.end())
            m_builder.fileClass(name->second).extra = jsonLine(Json{{"LabelName", label}});
        return {};
    }

    template <typename Text>
    static std::string readBox(const Text& text, const PictureSize& size, FileAnnotation& annotation)
    {
        std::array<double, 4> sides{};
        constexpr std::array<const char*, 4> kSides = {"xmin", "xmax", "ymin", "ymax"};
        for (std::size_t i = 0; i < 4; ++i) {
            const auto number = numberFrom(text(kSides.at(i)));
            if (!number || *number < -1e-6 || *number > 1 + 1e-6)
                return std::string(kSides.at(i)) + " is '" + displayText(text(kSides.at(i)).substr(0, 40)) +
                       "', expected a fraction from 0 to 1";
            sides.at(i) = *number;
        }
        annotation.shape = Box{sides[0] * size.width, sides[2] * size.height,
                               (sides[1] - sides[0]) * size.width, (sides[3] - sides[2]) * size.height};
        annotation.flags = {text("isoccluded") == "1", text("istruncated") == "1", text("isgroupof") == "1"};
        for (const char* name : {"isdepiction", "isinside"})
            if (text(name) == "1")
                annotation.attributes[name[2] == 'd' ? "IsDepiction" : "IsInside"] = true;
        const std::string made = text("source");
        annotation.isModel = made == "activemil" || made == "model";
        if (annotation.isModel)
            annotation.score = numberFrom(text("confidence"));
        else if (!made.empty() && made != "xclick")
            annotation.sourceName = made;
        return {};
    }

    /// Several rows may name one mask: it is decoded for the first of them.
    std::string readMask(const std::string& mask, const std::string& file, const PictureSize& size,
                         FileAnnotation& annotation)
    {
        const std::string path = m_finder.find(mask, file).path;
        if (path != m_lastMask.path || size != m_lastMask.size)
            m_lastMask = {path, size, stretchedMask(path, size)};
        if (!m_lastMask.mask)
            return m_lastMask.mask.error().message;
        annotation.shape = *m_lastMask.mask;
        return {};
    }

    Result<Mask> stretchedMask(const std::string& path, const PictureSize& size)
    {
        if (m_finder.has(path))
            m_builder.set.maskFiles.push_back(path);
        if (static_cast<std::int64_t>(size.width) * size.height > DecodeLimits().maxPixels)
            return fail(ErrorCode::Refused, "its picture is too large for a mask");
        TRAINYARD_TRY(const IndexPicture picture, m_source.indexPicture(path));
        IndexPicture stretched{size.width, size.height, IndexPicture::Kind::Gray8, {}};
        stretched.values.resize(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const auto fromX = static_cast<std::size_t>((x + 0.5) * picture.width / size.width);
                const auto fromY = static_cast<std::size_t>((y + 0.5) * picture.height / size.height);
                stretched.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) +
                                 static_cast<std::size_t>(x)] =
                    picture.values[fromY * static_cast<std::size_t>(picture.width) + fromX] > 0 ? 1 : 0;
            }
        if (stretched.width != picture.width || stretched.height != picture.height)
            m_builder.losses.add("masks were stretched to the size of their picture, pixel by pixel");
        TRAINYARD_TRY(auto masks, masksByValue(stretched));
        const auto found = masks.find(1);
        if (found == masks.end())
            return fail(ErrorCode::InvalidFile, "the mask " + displayText(path) + " is empty");
        return std::move(found->second);
    }

    struct LastMask
    {
        std::string path;
        PictureSize size;
        Result<Mask> mask;
    };

    LabelSource& m_source;
    const SourcePictures& m_finder;
    LabelSetBuilder& m_builder;
    std::map<std::string, std::string> m_names;
    LastMask m_lastMask{{}, {}, Mask()};
};

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    OpenImagesReader reader(source, finder, builder);
    std::vector<std::pair<std::string, Columns>> tables;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".csv")
            continue;
        const Columns columns = columnsOf(source, file);
        if (isBoxTable(columns) || columns.contains("maskpath"))
            tables.emplace_back(file, columns);
        else if (fileNameOf(file).find("class-descriptions") != std::string_view::npos)
            reader.readNames(file);
        else
            builder.losses.add("tables that hold neither boxes nor masks were not looked at");
    }
    for (const auto& [file, columns] : tables)
        TRAINYARD_CHECK(reader.readTable(file, columns));
    return builder.finish();
}

std::string machineId(const FileClass& fileClass)
{
    const auto extra = parseJson(fileClass.extra.empty() ? "{}" : fileClass.extra, "extra");
    return extra ? jsonValue<std::string>(*extra, "LabelName", "") : std::string();
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    LabelSet named;
    std::map<std::string, std::string> ids;
    std::string descriptions;
    for (const FileClass& each : labels.classes)
        if (const std::string id = machineId(each); !id.empty())
            ids[each.name] = id;
    for (const auto& [name, number] : classNumbers(labels, 0)) {
        ids.emplace(name, name);
        descriptions += csvField(ids[name]) + "," + csvField(name) + "\n";
    }
    std::map<std::string, std::string> tables;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        // The tables know no folders: one name for all splits.
        const std::string name = names.take({}, picture.path);
        TRAINYARD_CHECK(
            target.placePicture(picture, joinedPath(picture.split.empty() ? "images" : picture.split, name)));
        for (const FileAnnotation& each : picture.annotations) {
            FileAnnotation rest = each;
            const auto takeFlag = [&](const char* name) {
                const auto found = rest.attributes.find(name);
                if (found == rest.attributes.end() || found->second != AttributeValue(true))
                    return "0";
                rest.attributes.erase(found);
                return "1";
            };
            const std::string depiction = takeFlag("IsDepiction");
            const std::string inside = takeFlag("IsInside");
            CarriedFields carried;
            carried.occluded = carried.truncated = carried.crowd = true;
            carried.score = each.isModel;
            carried.source = !each.isModel || each.sourceName.empty();
            countLosses(rest, carried, losses);
            if (each.className.empty()) {
                losses.leaveOut("annotations without a class were left out");
                continue;
            }
            const auto whole = boxFor(each, losses);
            if (!whole)
                continue;
            const auto cut = clippedTo(*whole, picture.width, picture.height);
            const auto* box = cut ? std::get_if<Box>(&*cut) : nullptr;
            if (box == nullptr) {
                losses.leaveOut("shapes outside their picture were left out");
                continue;
            }
            if (box->width < whole->width - kRounding || box->height < whole->height - kRounding)
                losses.add("boxes were cut at their picture's edge");
            const std::string made = each.isModel              ? "model"
                                     : each.sourceName.empty() ? "xclick"
                                                               : each.sourceName;
            std::string row = csvField(stemOf(name)) + "," + csvField(made) + "," +
                              csvField(ids[each.className]) + "," +
                              numberText(each.isModel ? each.score.value_or(1) : 1);
            for (const double side : {box->x / picture.width, (box->x + box->width) / picture.width,
                                      box->y / picture.height, (box->y + box->height) / picture.height})
                row += "," + fixedText(side, 10);
            for (const bool flag : {each.flags.isOccluded, each.flags.isTruncated, each.flags.isCrowd})
                row += flag ? ",1" : ",0";
            tables[picture.split] += row + "," + depiction + "," + inside + "\n";
        }
    }
    for (const auto& [split, rows] : tables) {
        const std::string name = split == "val" ? "validation" : split;
        TRAINYARD_CHECK(target.write(name.empty() ? "annotations-bbox.csv" : name + "-annotations-bbox.csv",
                                     kBoxHeader + rows));
    }
    TRAINYARD_CHECK(target.write("class-descriptions-boxable.csv", descriptions));
    return losses.report();
}

} // namespace

FormatSpec openImagesFormat()
{
    return {
        "open-images", "Open Images", "Tables of boxes and masks with machine ids for classes (Open Images)",
        recognise,     nullptr,       read,
        write};
}

} // namespace trainyard
