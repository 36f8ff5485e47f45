// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/format_json.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/label_studio.h"
#include "core/labels/label_studio_shapes.h"
#include "core/labels/orientation.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;
constexpr const char* kAnnotatorsKey = "label-studio-annotations";
constexpr std::size_t kUploadPrefix = 9; ///< "1a2b3c4d-" before the name of an uploaded file

bool isTaskList(const Json& json)
{
    return json.is_array() && !json.empty() && json[0].is_object() && json[0].contains("data") &&
           (json[0].contains("annotations") || json[0].contains("completions") ||
            json[0].contains("predictions"));
}

const Json& annotationsOf(const Json& task)
{
    const Json& annotations = jsonMember(task, "annotations");
    return annotations.is_array() ? annotations : jsonMember(task, "completions");
}

bool isCancelled(const Json& annotation)
{
    const Json& value = jsonMember(annotation, "was_cancelled");
    return value.is_boolean() && value.get<bool>();
}

/// The file that a task's address means: local, uploaded or on a server.
FoundPicture addressPicture(const std::string& address, const SourcePictures& finder, const std::string& file)
{
    if (address.starts_with("data:"))
        return {};
    std::string path = address;
    if (const std::size_t local = path.find("?d="); local != std::string::npos)
        path = path.substr(local + 3);
    else
        path = path.substr(0, path.find('?'));
    if (const std::size_t scheme = path.find("://"); scheme != std::string::npos)
        path = path.substr(scheme + 3);
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto digit = [&](std::size_t at) {
            const char c = at < path.size() ? path[at] : ' ';
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                          : -1;
        };
        if (path[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
            plain += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
            i += 2;
        } else {
            plain += path[i];
        }
    }
    // The longest end of the address that is a file here.
    const std::string tidy = tidyPath(plain);
    for (std::string_view rest = tidy; !rest.empty();) {
        if (finder.has(rest))
            return {std::string(rest), false};
        const std::size_t slash = rest.find('/');
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    }
    const std::string_view name = fileNameOf(tidy);
    if (name.size() > kUploadPrefix && name[kUploadPrefix - 1] == '-')
        if (FoundPicture found = finder.find(name.substr(kUploadPrefix), file); finder.has(found.path))
            return found;
    return finder.find(tidy, file);
}

struct Region
{
    const Json* result = nullptr; ///< the one with the shape
    std::vector<std::string> names;
    std::vector<std::pair<std::string, std::string>> choices; ///< with what asks for them
    Attributes attributes;                                    ///< other answers
    std::string place;
    std::optional<double> score;
};

class TaskReader
{
public:
    TaskReader(const std::string& file, LabelSource& source, const SourcePictures& finder, bool takesAll,
               LabelSetBuilder& builder)
        : m_file(file), m_source(source), m_finder(finder), m_takesAll(takesAll), m_builder(builder)
    {
    }

    void read(const Json& task, std::int64_t number)
    {
        m_place = "task " + std::to_string(number);
        const Json& data = jsonMember(task, "data");
        std::string address = jsonTextOf(data, "image");
        if (address.empty() && data.is_object())
            for (const auto& [key, value] : data.items())
                if (address.empty() && value.is_string() &&
                    hasPictureEnding(fileNameOf(tidyPath(value.get<std::string>()))))
                    address = value.get<std::string>();
        const FoundPicture found = addressPicture(address, m_finder, m_file);
        const std::string& path = found.path;
        if (path.empty()) {
            m_builder.reject(m_file, m_place,
                             address.empty() ? "'data' names no picture"
                                             : "the picture lies inside the file");
            return;
        }
        m_picture = &m_builder.picture(found, m_file);
        m_picture->frame = CoordinateFrame::Upright;
        m_picture->split = splitOfPath(path);
        m_picture->place = m_place;
        m_size = m_source.pictureSize(path);
        if (m_size) {
            m_picture->width = m_size->width;
            m_picture->height = m_size->height;
        }
        m_picture->extra =
            jsonExtra(task, {"id", "data", "annotations", "completions", "predictions", "total_annotations",
                             "cancelled_annotations", "total_predictions"});
        m_picture->isLabelled = false;
        readPersons(annotationsOf(task));
        const Json& predictions = jsonMember(task, "predictions");
        if (predictions.is_array())
            for (const Json& each : predictions)
                if (each.is_object()) // older exports list numbers
                    readResults(jsonMember(each, "result"), true, jsonTextOf(each, "model_version"),
                                jsonNumber(jsonMember(each, "score")));
    }

private:
    void readPersons(const Json& annotations)
    {
        if (!annotations.is_array())
            return;
        std::vector<const Json*> kept;
        for (const Json& each : annotations)
            if (each.is_object() && !isCancelled(each))
                kept.push_back(&each);
        if (kept.size() > 1 && !m_takesAll) {
            m_builder.losses.add("annotations of pictures that have a later one were not taken",
                                 std::ssize(kept) - 1);
            kept = {kept.back()};
        }
        for (const Json* each : kept) {
            m_picture->isLabelled = true;
            readResults(jsonMember(*each, "result"), false, {}, std::nullopt);
        }
    }

    std::vector<Region> regionsOf(const Json& results)
    {
        std::vector<Region> regions;
        std::map<std::string, std::size_t> byId;
        std::int64_t number = 0;
        for (const Json& result : results) {
            const std::string place = m_place + ", result " + std::to_string(++number);
            const Json& value = jsonMember(result, "value");
            const std::string type = jsonTextOf(result, "type");
            if (type == "relation") {
                m_builder.losses.add("relations between shapes were left out");
                continue;
            }
            if (!value.is_object()) {
                m_builder.reject(m_file, place, "the result has no 'value'");
                continue;
            }
            const std::string id = jsonTextOf(result, "id");
            const auto [known, isNew] = byId.emplace(id.empty() ? place : id, regions.size());
            if (isNew)
                regions.push_back({nullptr, {}, {}, {}, place, std::nullopt});
            Region& region = regions[known->second];
            if (const auto own = jsonNumber(jsonMember(result, "score")))
                region.score = own;
            const bool isShape = value.contains("x") || value.contains("points") || value.contains("rle");
            if (isShape && (!region.result || type != "labels")) {
                region.result = &result;
                region.place = place;
            }
            takeValue(type, jsonTextOf(result, "from_name"), value, region);
        }
        return regions;
    }

    /// Names from "...labels", choices and other answers.
    void takeValue(const std::string& type, const std::string& from, const Json& value, Region& region)
    {
        for (const auto& [key, list] : value.items())
            if (key.ends_with("labels") && list.is_array())
                for (const Json& name : list)
                    if (name.is_string())
                        region.names.push_back(name.get<std::string>());
        if (type == "choices" && jsonMember(value, "choices").is_array()) {
            for (const Json& choice : value["choices"])
                if (choice.is_string() && !choice.get_ref<const std::string&>().empty())
                    region.choices.emplace_back(from, choice.get<std::string>());
        } else if (type == "number" || type == "rating") {
            if (const auto amount = jsonNumber(jsonMember(value, type.c_str())))
                region.attributes[from] = *amount;
        } else if (type == "textarea") {
            const Json& text = jsonMember(value, "text");
            if (text.is_string())
                region.attributes[from] = text.get<std::string>();
            else if (text.is_array() && !text.empty() && text[0].is_string())
                region.attributes[from] = text[0].get<std::string>();
        }
    }

    void readResults(const Json& results, bool isModel, const std::string& sourceName,
                     const std::optional<double>& score)
    {
        if (!results.is_array())
            return;
        for (Region& region : regionsOf(results)) {
            if (!region.result) {
                readAnswers(region, isModel, sourceName, score);
                continue;
            }
            const Json& result = *region.result;
            auto shape = shapeOf(result);
            if (!shape) {
                m_builder.reject(m_file, region.place, shape.error().message);
                continue;
            }
            takeChoices(region);
            if (region.names.empty())
                region.names.emplace_back();
            for (const std::string& name : region.names) {
                FileAnnotation annotation;
                annotation.className = name;
                annotation.shape = *shape;
                annotation.attributes = region.attributes;
                annotation.isModel = isModel;
                annotation.sourceName = sourceName;
                annotation.score = region.score ? region.score : score;
                annotation.place = region.place;
                annotation.extra =
                    jsonExtra(result, {"id", "type", "from_name", "to_name", "original_width",
                                       "original_height", "image_rotation", "value", "score", "origin"});
                m_builder.accept(*m_picture, std::move(annotation), m_file);
            }
        }
    }

    /// Answers about a shape are its attributes, which hold one choice each.
    void takeChoices(Region& region)
    {
        for (const auto& [from, text] : region.choices) {
            const bool isFlag = text == "true" || text == "false";
            const auto value = isFlag ? AttributeValue(text == "true") : AttributeValue(text);
            if (!region.attributes.try_emplace(from, value).second)
                m_builder.losses.add("further choices about one shape were left out");
        }
    }

    /// Choices about the picture as a whole are its classes.
    void readAnswers(const Region& region, bool isModel, const std::string& sourceName,
                     const std::optional<double>& score)
    {
        for (const auto& [from, text] : region.choices) {
            FileAnnotation tag;
            tag.className = text;
            tag.isModel = isModel;
            tag.sourceName = sourceName;
            tag.score = region.score ? region.score : score;
            tag.place = region.place;
            m_builder.accept(*m_picture, std::move(tag), m_file);
        }
        m_builder.losses.add("answers about whole pictures that are no choices were left out",
                             std::ssize(region.attributes));
        if (region.choices.empty() && region.attributes.empty())
            m_builder.reject(m_file, region.place, "a result without a shape or a class");
    }

    /// Percent mean the same in a picture of another size; a brush counts the pixels of one.
    Result<Shape> shapeOf(const Json& result)
    {
        const int width = jsonSize(result, "original_width");
        const int height = jsonSize(result, "original_height");
        const bool saysSize = width > 0 && height > 0;
        if (!m_size) {
            if (saysSize && m_picture->width == 0) {
                m_picture->width = width;
                m_picture->height = height;
            }
            if (m_picture->width == 0)
                return fail(ErrorCode::InvalidArgument, "neither the file nor the picture tells the size");
            return labelStudioShape(result, saysSize ? width : m_picture->width,
                                    saysSize ? height : m_picture->height, m_builder.losses);
        }
        const bool isSame = !saysSize || (width == m_size->width && height == m_size->height);
        const bool isTurned = !isSame && width == m_size->height && height == m_size->width;
        if (isTurned && m_size->orientation >= 5) { // shown by a browser that does not know EXIF
            TRAINYARD_TRY(const Shape stored, labelStudioShape(result, width, height, m_builder.losses));
            return uprightShape(stored, m_size->orientation, width, height);
        }
        if (isTurned || (!isSame && jsonMember(result, "value").contains("rle")))
            return fail(ErrorCode::InvalidArgument,
                        "the label file speaks of a picture of " + std::to_string(width) + "x" +
                            std::to_string(height) + ", but the picture is " + std::to_string(m_size->width) +
                            "x" + std::to_string(m_size->height));
        return labelStudioShape(result, m_size->width, m_size->height, m_builder.losses);
    }

    const std::string& m_file;
    LabelSource& m_source;
    const SourcePictures& m_finder;
    bool m_takesAll;
    LabelSetBuilder& m_builder;
    LabelledPicture* m_picture = nullptr;
    std::optional<PictureSize> m_size; ///< of the picture, where the source has it
    std::string m_place;
};

} // namespace

int recogniseLabelStudio(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".json")
            continue;
        if (++looked > 5)
            break;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes || !trimmedText(std::string_view(*bytes).substr(0, 64)).starts_with('['))
            continue;
        if (const auto json = parseJson(*bytes, file); json && isTaskList(*json))
            return 95;
    }
    return 0;
}

std::vector<FormatQuestion> labelStudioQuestions(LabelSource& source)
{
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".json")
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto json = bytes ? parseJson(*bytes, file) : Result<Json>(fail(bytes.error()));
        if (!json || !isTaskList(*json))
            continue;
        for (const Json& task : *json) {
            const Json& annotations = annotationsOf(task);
            if (annotations.is_array() &&
                std::count_if(annotations.begin(), annotations.end(),
                              [](const Json& each) { return !isCancelled(each); }) > 1)
                return {{kAnnotatorsKey,
                         "Some pictures were labelled more than once. Which annotations count?",
                         {"last", "all"},
                         "last",
                         true}};
        }
    }
    return {};
}

Result<LabelSet> readLabelStudio(LabelSource& source, const FormatAnswers& answers)
{
    const auto answer = answers.find(kAnnotatorsKey);
    const bool takesAll = answer != answers.end() && answer->second == "all";
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".json")
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto json = bytes ? parseJson(*bytes, displayText(file)) : Result<Json>(fail(bytes.error()));
        if (!json) {
            builder.rejectFile(file, json.error());
            continue;
        }
        if (!isTaskList(*json)) {
            builder.losses.add("JSON files that are no list of tasks were not looked at");
            continue;
        }
        TaskReader reader(file, source, finder, takesAll, builder);
        std::int64_t number = 0;
        for (const Json& task : *json) {
            TRAINYARD_CHECK(checkCancelled(source.cancellation()));
            source.report({"reading tasks", ++number, std::ssize(*json)});
            reader.read(task, number);
        }
    }
    return builder.finish();
}

} // namespace trainyard
