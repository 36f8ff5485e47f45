// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/yolo_config.h"

#include <algorithm>

namespace trainyard {

namespace {

/// Hugging Face's imagefolder: pictures in folders of their split, and metadata.jsonl with one object a line:
/// "file_name", "objects" {"bbox": [[x, y, width, height]], "categories": [0]} for boxes, "label" for
/// classes. README.md names the classes.

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;
constexpr const char* kMetadata = "metadata.jsonl";
constexpr const char* kReadme = "README.md";

int recognise(LabelSource& source)
{
    for (const std::string& file : source.files())
        if (fileNameOf(file) == kMetadata)
            return 95;
    return 0;
}

/// "'0': cat" below "names:" in the head of README.md.
std::map<int, std::string> readNames(LabelSource& source)
{
    std::map<int, std::string> names;
    const auto bytes = source.read(kReadme, kMaxFileBytes);
    if (!bytes)
        return names;
    bool isInside = false;
    for (const TextLine& line : textLines(*bytes)) {
        const auto text = trimmedText(line.text);
        if (text == "names:") {
            isInside = names.empty();
            continue;
        }
        if (!isInside)
            continue;
        // The same small YAML as data.yaml: the line alone is a document.
        const auto config = parseYoloYaml("names:\n  " + std::string(text), kReadme);
        std::string_view key = text.substr(0, text.find(':'));
        while (!key.empty() && (key.front() == '\'' || key.front() == '"'))
            key = key.substr(1, key.size() > 1 ? key.size() - 2 : 0);
        const auto number = wholeFrom(key);
        if (!config || !number || config->names.empty()) {
            isInside = false;
            continue;
        }
        names[static_cast<int>(*number)] = config->names.begin()->second;
    }
    return names;
}

class MetadataReader
{
public:
    MetadataReader(const std::string& file, const std::map<int, std::string>& names,
                   const SourcePictures& finder, LabelSetBuilder& builder)
        : m_file(file), m_names(names), m_finder(finder), m_builder(builder)
    {
    }

    void read(const TextLine& line)
    {
        const std::string place = linePlace(line.number);
        const auto row = parseJson(line.text, displayText(m_file));
        if (!row || !row->is_object()) {
            m_builder.reject(m_file, place, "the line is not a JSON object");
            return;
        }
        const FoundPicture found = m_finder.find(jsonTextOf(*row, "file_name"), m_file);
        if (jsonTextOf(*row, "file_name").empty()) {
            m_builder.reject(m_file, place, "the line has no 'file_name'");
            return;
        }
        LabelledPicture& picture = m_builder.picture(found, m_file);
        picture.place = place;
        picture.split = splitOfPath(found.path);
        picture.extra = jsonExtra(*row, {"file_name", "objects", "label", "labels", "width", "height"});
        picture.width = jsonSize(*row, "width");
        picture.height = jsonSize(*row, "height");
        const Json& label = row->contains("label") ? (*row)["label"] : jsonMember(*row, "labels");
        const Json list = label.is_array() ? label : label.is_null() ? Json::array() : Json::array({label});
        for (const Json& each : list) {
            if (jsonWhole(each) == -1)
                continue; // not labelled
            FileAnnotation tag;
            tag.place = place;
            if (className(each, tag.className))
                m_builder.accept(picture, std::move(tag), m_file);
            else
                m_builder.reject(m_file, place, "'label' is neither a number nor a name");
        }
        readObjects(jsonMember(*row, "objects"), place, picture);
    }

private:
    bool className(const Json& value, std::string& name) const
    {
        if (value.is_string()) {
            name = value.get<std::string>();
            return !name.empty();
        }
        const auto number = jsonWhole(value);
        if (!number || *number < 0 || *number > 1 << 30)
            return false;
        const auto found = m_names.find(static_cast<int>(*number));
        name = found == m_names.end() ? std::to_string(*number) : found->second;
        return true;
    }

    void readObjects(const Json& objects, const std::string& place, LabelledPicture& picture)
    {
        if (objects.is_null())
            return;
        const Json& boxes = jsonMember(objects, "bbox");
        const char* key = objects.contains("categories") ? "categories"
                          : objects.contains("category") ? "category"
                                                         : "label";
        const Json& categories = jsonMember(objects, key);
        if (!boxes.is_array() || !categories.is_array() || boxes.size() != categories.size()) {
            m_builder.reject(m_file, place, "'objects' has no lists 'bbox' and 'categories' of one length");
            return;
        }
        for (std::size_t i = 0; i < boxes.size(); ++i) {
            FileAnnotation annotation;
            annotation.place = place + ", object " + std::to_string(i + 1);
            std::vector<double> sides;
            if (boxes[i].is_array())
                for (const Json& side : boxes[i])
                    if (const auto number = jsonNumber(side))
                        sides.push_back(*number);
            if (sides.size() != 4 || !className(categories[i], annotation.className)) {
                m_builder.reject(m_file, annotation.place,
                                 sides.size() != 4 ? "'bbox' is not four numbers"
                                                   : "the category is neither a number nor a name");
                continue;
            }
            annotation.shape = Box{sides[0], sides[1], sides[2], sides[3]};
            Json extra = Json::object();
            for (const auto& [name, list] : objects.items())
                if (name != "bbox" && name != key && list.is_array() && list.size() == boxes.size() &&
                    !list[i].is_null())
                    extra[name] = list[i];
            if (!extra.empty())
                annotation.extra = jsonLine(extra);
            m_builder.accept(picture, std::move(annotation), m_file);
        }
    }

    const std::string& m_file;
    const std::map<int, std::string>& m_names;
    const SourcePictures& m_finder;
    LabelSetBuilder& m_builder;
};

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    auto names = readNames(source);
    for (auto& [number, name] : names) {
        const std::string digits = std::to_string(number);
        name = builder.listedName(name, digits, kReadme, "number " + digits);
        builder.fileClass(name).number = number;
    }
    for (const std::string& file : source.files()) {
        if (fileNameOf(file) != kMetadata)
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes) {
            builder.rejectFile(file, bytes.error());
            continue;
        }
        MetadataReader reader(file, names, finder, builder);
        for (const TextLine& line : textLines(*bytes)) {
            if (line.number % 1024 == 0)
                TRAINYARD_CHECK(checkCancelled(source.cancellation()));
            if (!trimmedText(line.text).empty())
                reader.read(line);
        }
    }
    return builder.finish();
}

/// What all values of a list are, as a feature of datasets: "int64", in so many lists.
struct ValueKind
{
    std::string dtype; ///< empty: no value has told yet
    int depth = -1;    ///< -1: the same
    bool isMixed = false;

    void add(const Json& value, int level = 0)
    {
        if (value.is_array()) {
            for (const Json& each : value)
                add(each, level + 1);
        } else if (!value.is_null()) {
            const std::string own = value.is_boolean()          ? "bool"
                                    : value.is_number_integer() ? "int64"
                                    : value.is_number()         ? "float64"
                                    : value.is_string()         ? "string"
                                                                : "";
            const bool areNumbers = own.ends_with("64") && dtype.ends_with("64");
            isMixed = isMixed || own.empty() || (depth >= 0 && depth != level) ||
                      (!dtype.empty() && dtype != own && !areNumbers);
            dtype = dtype.empty() || own == dtype ? own : "float64";
            depth = level;
        }
    }
};

/// What the rows of an export hold; the same in each, as datasets asks for.
struct Columns
{
    bool objects = false;
    bool label = false;
    std::map<std::string, ValueKind> lists; ///< of `objects`, parallel to its boxes
};

Json extraOf(const FileAnnotation& annotation)
{
    const auto extra = parseJson(annotation.extra.empty() ? "{}" : annotation.extra, "extra");
    return extra && extra->is_object() ? *extra : Json::object();
}

Columns columnsOf(const LabelSet& labels, LossBook& losses)
{
    Columns columns;
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations) {
            const bool isTag = each.shape.index() == 0;
            (isTag ? columns.label : columns.objects) = true;
            const Json extra = isTag ? Json::object() : extraOf(each);
            for (const auto& [name, value] : extra.items())
                columns.lists[name].add(value);
        }
    for (const char* own : {"bbox", "categories"})
        columns.lists.erase(own);
    const auto isLost = [](const auto& list) { return list.second.isMixed || list.second.dtype.empty(); };
    losses.add("lists of 'objects' whose values are not of one kind were left out",
               static_cast<std::int64_t>(std::erase_if(columns.lists, isLost)));
    return columns;
}

std::string readme(const std::map<std::string, int>& classes, const Columns& columns)
{
    std::map<int, std::string> byNumber;
    for (const auto& [name, number] : classes)
        byNumber[number] = name;
    const auto names = [&](const std::string& indent) {
        std::string text = indent + "class_label:\n" + indent + "  names:\n";
        for (const auto& [number, name] : byNumber)
            text += indent + "    '" + std::to_string(number) + "': " + yamlQuoted(name) + "\n";
        return text;
    };
    std::string text = "---\ndataset_info:\n  features:\n  - name: image\n    dtype: image\n"
                       "  - name: width\n    dtype: int64\n  - name: height\n    dtype: int64\n";
    if (columns.label)
        text += "  - name: label\n    dtype:\n" + names("      ");
    if (columns.objects)
        text +=
            "  - name: objects\n    sequence:\n    - name: bbox\n      sequence: float64\n      length: 4\n"
            "    - name: categories\n      dtype:\n" +
            names("        ");
    for (const auto& [name, kind] : columns.lists) {
        text += "    - name: " + yamlQuoted(name) + "\n";
        std::string indent = "      ";
        for (int i = 1; i < kind.depth; ++i, indent += "  ")
            text += indent + "sequence:\n";
        text += indent + (kind.depth > 0 ? "sequence: " : "dtype: ") + kind.dtype + "\n";
    }
    return text + "---\n";
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const auto classes = classNumbers(labels, 0);
    const Columns columns = columnsOf(labels, losses);
    std::map<std::string, std::string> tables;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const std::string folder = picture.split == "val" ? "validation" : picture.split;
        const std::string place = names.take(folder, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        Json row = {{"file_name", fileNameOf(place)}, {"width", picture.width}, {"height", picture.height}};
        Json boxes = Json::array();
        Json categories = Json::array();
        Json lists = Json::object();
        for (const auto& [name, kind] : columns.lists)
            lists[name] = Json::array();
        if (columns.label)
            row["label"] = -1;
        for (const FileAnnotation& each : picture.annotations) {
            countLosses(each, {}, losses);
            if (each.className.empty()) {
                losses.leaveOut("annotations without a class were left out");
                continue;
            }
            const int number = classes.at(each.className);
            if (each.shape.index() == 0) {
                if (row["label"] != -1)
                    losses.leaveOut("further classes of pictures were left out");
                else
                    row["label"] = number;
                continue;
            }
            const auto box = boxFor(each, losses);
            if (!box)
                continue;
            boxes.push_back(Json::array({box->x, box->y, box->width, box->height}));
            categories.push_back(number);
            const Json extra = extraOf(each);
            for (const auto& [name, kind] : columns.lists)
                lists[name].push_back(jsonMember(extra, name.c_str()));
        }
        if (columns.objects) {
            row["objects"] = {{"bbox", std::move(boxes)}, {"categories", std::move(categories)}};
            row["objects"].update(lists);
        }
        addJsonExtra(row, picture.extra);
        tables[folder] += jsonLine(row) + "\n";
    }
    for (const auto& [folder, rows] : tables)
        TRAINYARD_CHECK(target.write(joinedPath(folder, kMetadata), rows));
    TRAINYARD_CHECK(target.write(kReadme, readme(classes, columns)));
    return losses.report();
}

} // namespace

FormatSpec huggingFaceFormat()
{
    return {"hugging-face",
            "Hugging Face imagefolder",
            "Folders of pictures with metadata.jsonl, as the library datasets opens them",
            recognise,
            nullptr,
            read,
            write};
}

} // namespace trainyard
