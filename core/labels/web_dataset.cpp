// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/imaging/own_png.h"
#include "core/labels/annotation.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/tar_file.h"

#include <algorithm>

namespace trainyard {

namespace {

/// WebDataset: tar archives in which files with one name up to the first dot are one sample: key.jpg or
/// key.png, key.cls (a class, by number or name), key.txt (a text about it), key.json (anything: "label" or
/// "class" is read; what we write under "annotations" holds every shape).

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 32;
constexpr std::size_t kShardBytes = 256U << 20;
constexpr std::size_t kMaxKeyBytes = 80;

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".tar" || ++looked > 1)
            continue;
        const auto bytes = source.head(file, 1 << 20);
        if (bytes && !readTar(*bytes).entries.empty())
            return 80;
    }
    return 0;
}

/// The files of one key.
struct Sample
{
    std::string key;
    std::map<std::string, TarEntry> members; ///< ".jpg" -> entry
};

std::vector<Sample> samplesOf(const std::vector<TarEntry>& entries)
{
    std::vector<Sample> samples;
    for (const TarEntry& entry : entries) {
        const std::string_view name = fileNameOf(entry.name);
        const std::size_t dot = name.find('.');
        if (dot == std::string_view::npos || dot == 0)
            continue;
        const std::string key = entry.name.substr(0, entry.name.size() - name.size() + dot);
        if (samples.empty() || samples.back().key != key)
            samples.push_back({key, {}});
        samples.back().members[lowerText(name.substr(dot))] = entry;
    }
    return samples;
}

class ShardReader
{
public:
    ShardReader(const std::string& file, std::string_view bytes, const std::map<int, std::string>& names,
                LabelSetBuilder& builder)
        : m_file(file), m_bytes(bytes), m_names(names), m_builder(builder)
    {
    }

    void read(const Sample& sample)
    {
        const auto pictureMember =
            std::find_if(sample.members.begin(), sample.members.end(), [](const auto& each) {
                return each.first.find('.', 1) == std::string::npos && hasPictureEnding(each.first);
            });
        if (pictureMember == sample.members.end()) {
            const TarEntry& first = sample.members.begin()->second;
            m_builder.reject(m_file, "byte " + std::to_string(first.offset),
                             "the sample '" + displayText(sample.key) + "' has no picture");
            return;
        }
        const TarEntry& entry = pictureMember->second;
        LabelledPicture& picture =
            m_builder.picture(joinedPath(withoutExtension(m_file), sample.key + pictureMember->first));
        picture.embedded = EmbeddedPicture{m_file, entry.offset, entry.size, EmbeddedPicture::Coding::File};
        picture.split = splitOfName(stemOf(m_file).substr(0, stemOf(m_file).find_first_of("-_.0123456789")));
        picture.labelFile = m_file;
        picture.place = "byte " + std::to_string(entry.offset);
        picture.isLabelled = sample.members.size() > 1;
        Json extra = Json::object();
        for (const auto& [ending, member] : sample.members) {
            const std::string_view body = m_bytes.substr(member.offset, member.size);
            if (ending == ".cls")
                addTag(trimmedText(body), member, picture);
            else if (ending == ".json")
                readJson(body, member, picture, extra);
            else if (ending == ".txt")
                extra["txt"] = isUtf8(body) ? std::string(body) : displayText(body);
            else if (&member != &entry)
                m_builder.losses.add(
                    "files of samples that are neither pictures, .cls, .txt nor .json were left out");
        }
        if (!extra.empty())
            picture.extra = jsonLine(extra);
    }

private:
    static std::string place(const TarEntry& member)
    {
        return "byte " + std::to_string(member.offset) + ", " + displayText(member.name);
    }

    void addTag(std::string_view name, const TarEntry& member, LabelledPicture& picture)
    {
        if (name.empty()) {
            m_builder.reject(m_file, place(member), "the class is empty");
            return;
        }
        FileAnnotation tag;
        tag.className = name;
        if (const auto number = wholeFrom(name); number && *number >= 0 && *number < 1 << 30)
            if (const auto found = m_names.find(static_cast<int>(*number)); found != m_names.end())
                tag.className = found->second;
        tag.place = place(member);
        m_builder.accept(picture, std::move(tag), m_file);
    }

    void readJson(std::string_view body, const TarEntry& member, LabelledPicture& picture, Json& extra)
    {
        const auto json = parseJson(body, displayText(m_file) + ", " + displayText(member.name));
        if (!json || !json->is_object()) {
            m_builder.reject(m_file, place(member), json ? "not a JSON object" : json.error().message);
            return;
        }
        picture.width = jsonSize(*json, "width");
        picture.height = jsonSize(*json, "height");
        const Json& annotations = jsonMember(*json, "annotations");
        const bool isOurs = annotations.is_array();
        if (isOurs)
            for (const Json& each : annotations)
                readAnnotation(each, member, picture);
        std::string used;
        for (const char* key : {"label", "class", "cls"}) {
            const Json& value = jsonMember(*json, key);
            if (isOurs || !used.empty() || (!value.is_string() && !jsonWhole(value)))
                continue;
            addTag(value.is_string() ? value.get<std::string>() : std::to_string(*jsonWhole(value)), member,
                   picture);
            used = key;
        }
        const std::string rest = jsonExtra(*json, {"width", "height", isOurs ? "annotations" : "", used});
        addJsonExtra(extra, rest);
    }

    void readAnnotation(const Json& json, const TarEntry& member, LabelledPicture& picture)
    {
        auto shape = shapeFromJson(jsonMember(json, "shape"), "shape");
        auto attributes = json.is_object() && json.contains("attributes")
                              ? attributesFromJson(json["attributes"], "attributes")
                              : Result<Attributes>(Attributes());
        if (!shape || !attributes) {
            m_builder.reject(m_file, place(member),
                             shape ? attributes.error().message : shape.error().message);
            return;
        }
        FileAnnotation annotation;
        annotation.className = jsonTextOf(json, "class");
        annotation.shape = std::move(*shape);
        annotation.score = jsonNumber(jsonMember(json, "score"));
        annotation.sourceName = jsonTextOf(json, "source");
        annotation.isModel = jsonMember(json, "is_model") == Json(true);
        annotation.group = jsonWhole(jsonMember(json, "group")).value_or(0);
        annotation.zOrder = jsonWhole(jsonMember(json, "order")).value_or(0);
        annotation.flags = flagsFromNumber(jsonWhole(jsonMember(json, "flags")).value_or(0));
        annotation.attributes = std::move(*attributes);
        annotation.extra = jsonExtra(
            json, {"class", "shape", "score", "source", "is_model", "group", "order", "flags", "attributes"});
        annotation.place = place(member);
        m_builder.accept(picture, std::move(annotation), m_file);
    }

    const std::string& m_file;
    std::string_view m_bytes;
    const std::map<int, std::string>& m_names;
    LabelSetBuilder& m_builder;
};

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    LabelSetBuilder builder;
    const std::map<int, std::string> names = readListedClasses(source, builder);
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".tar")
            continue;
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes) {
            builder.rejectFile(file, bytes.error());
            continue;
        }
        const TarContents contents = readTar(*bytes);
        ShardReader reader(file, *bytes, names, builder);
        for (const Sample& sample : samplesOf(contents.entries))
            reader.read(sample);
        if (!contents.fault.empty())
            builder.reject(file, "byte " + std::to_string(contents.faultAt), contents.fault,
                           "write the archive again");
    }
    return builder.finish();
}

Json annotationJson(const FileAnnotation& annotation)
{
    Json json = {{"class", annotation.className}, {"shape", shapeToJson(annotation.shape)}};
    if (annotation.score)
        json["score"] = *annotation.score;
    if (!annotation.sourceName.empty())
        json["source"] = annotation.sourceName;
    if (annotation.isModel)
        json["is_model"] = true;
    if (annotation.group != 0)
        json["group"] = annotation.group;
    if (annotation.zOrder != 0)
        json["order"] = annotation.zOrder;
    if (const auto flags = flagsToNumber(annotation.flags); flags != 0)
        json["flags"] = flags;
    if (!annotation.attributes.empty())
        json["attributes"] = attributesToJson(annotation.attributes);
    addJsonExtra(json, annotation.extra);
    return json;
}

/// A key has no dot and fits a tar header.
std::string keyOf(const LabelledPicture& picture, NameBook& names)
{
    std::string stem(stemOf(picture.path));
    std::replace(stem.begin(), stem.end(), '.', '_');
    std::string key(withoutExtension(names.take("", stem + ".x")));
    if (key.size() > kMaxKeyBytes)
        key = std::string(withoutExtension(names.take("", "sample.x")));
    return key;
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const auto classes = classNumbers(labels, 0);
    struct Shard
    {
        std::string bytes;
        int number = 0;
    };
    std::map<std::string, Shard> shards;
    const auto flush = [&](const std::string& split, Shard& shard) -> Result<void> {
        std::string digits = std::to_string(shard.number++);
        digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
        finishTar(shard.bytes);
        TRAINYARD_CHECK(target.write((split.empty() ? "data" : split) + "-" + digits + ".tar", shard.bytes));
        shard.bytes.clear();
        return {};
    };
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing samples", ++done, std::ssize(labels.pictures)});
        TRAINYARD_TRY(const Image image, target.pixels(picture));
        TRAINYARD_TRY(const std::string png, encodeRgbPng(image));
        Shard& shard = shards[picture.split];
        const std::string key = keyOf(picture, names);
        TRAINYARD_CHECK(appendTar(shard.bytes, key + ".png", png));
        if (picture.isLabelled) {
            Json json = {
                {"width", picture.width}, {"height", picture.height}, {"annotations", Json::array()}};
            for (const FileAnnotation& each : picture.annotations)
                json["annotations"].push_back(annotationJson(each));
            addJsonExtra(json, picture.extra);
            TRAINYARD_CHECK(appendTar(shard.bytes, key + ".json", jsonLine(json)));
        }
        if (shard.bytes.size() > kShardBytes)
            TRAINYARD_CHECK(flush(picture.split, shard));
    }
    for (auto& [split, shard] : shards)
        if (!shard.bytes.empty())
            TRAINYARD_CHECK(flush(split, shard));
    TRAINYARD_CHECK(writeListedClasses(labels, classes, "classes.txt", target, losses));
    losses.note("pictures were written as PNG, upright and without their metadata");
    return losses.report();
}

} // namespace

FormatSpec webDatasetFormat()
{
    return {"webdataset", "WebDataset", "Tar archives of samples: pictures with .json or .cls beside them",
            recognise,    nullptr,      read,
            write};
}

} // namespace trainyard
