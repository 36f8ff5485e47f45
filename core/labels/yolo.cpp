// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/image_header.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/yolo_config.h"
#include "core/labels/yolo_rows.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxFileBytes = 64U << 20;
constexpr std::size_t kFilesForQuestions = 2000;
constexpr const char* kTaskKey = "yolo-task";

bool isNotLabels(std::string_view file)
{
    const std::string name = lowerText(fileNameOf(file));
    return name == "classes.txt" || name == "readme.txt" || name == "requirements.txt" ||
           name.starts_with("readme.") || name == "license.txt";
}

bool isRow(const std::vector<std::string_view>& fields)
{
    return fields.size() >= 5 && wholeFrom(fields[0]) && numberFrom(fields[1]) && numberFrom(fields[2]);
}

/// Whether a text holds rows of numbers, from its first line that is not empty.
bool looksLikeRows(std::string_view bytes)
{
    for (const TextLine& line : textLines(bytes))
        if (const auto fields = blankFields(line.text); !fields.empty())
            return isRow(fields);
    return false;
}

/// Whether a text says something, but in no line what a row says.
bool isProse(std::string_view bytes)
{
    bool hasWords = false;
    for (const TextLine& line : textLines(bytes)) {
        const auto fields = blankFields(line.text);
        if (isRow(fields))
            return false;
        hasWords = hasWords || !fields.empty();
    }
    return hasWords;
}

struct SplitList
{
    std::map<std::string, std::string> files;                 ///< picture -> split
    std::vector<std::pair<std::string, std::string>> folders; ///< with "/" at the end -> split
    std::map<std::string, int> lists;                         ///< text files that list pictures
};

/// A folder or file of the source that a place in data.yaml means: as it stands, or by its end, because
/// `path` is often one of the author's machine.
std::string placeInSource(std::string place, const YoloConfig& config, const LabelSource& source)
{
    const auto exists = [&](const std::string& path) {
        const auto files = source.files();
        const auto found = std::lower_bound(files.begin(), files.end(), path);
        return found != files.end() && (*found == path || found->starts_with(path + "/"));
    };
    const std::string folder(folderOf(config.file));
    for (const std::string& whole :
         {resolvedPath(folder, config.base + "/" + place), resolvedPath(folder, place)}) {
        std::string rest = whole;
        while (!rest.empty()) {
            if (exists(rest))
                return rest;
            const std::size_t slash = rest.find('/');
            rest = slash == std::string::npos ? std::string() : rest.substr(slash + 1);
        }
    }
    return {};
}

SplitList readSplits(const YoloConfig& config, LabelSource& source, const SourcePictures& finder)
{
    SplitList splits;
    const auto add = [](auto& places, const std::string& place, const std::string& split) {
        const auto [found, isNew] = places.emplace(place, split);
        if (!isNew && found->second != split)
            found->second.clear(); // in two splits: in none
    };
    std::map<std::string, std::string> folders;
    for (const auto& [split, places] : config.splits) {
        for (const std::string& each : places) {
            const std::string place = placeInSource(each, config, source);
            if (place.empty())
                continue;
            if (extensionOf(place) != ".txt") {
                add(folders, place + "/", split);
                continue;
            }
            splits.lists[place] = 1;
            const auto bytes = source.read(place, kMaxFileBytes);
            if (!bytes)
                continue;
            for (const TextLine& line : textLines(*bytes))
                if (const auto name = trimmedText(line.text); !name.empty())
                    add(splits.files, finder.find(name, place).path, split);
        }
    }
    splits.folders.assign(folders.begin(), folders.end());
    return splits;
}

std::string splitOf(const std::string& picture, const SplitList& splits)
{
    if (const auto found = splits.files.find(picture); found != splits.files.end())
        return found->second;
    for (const auto& [folder, split] : splits.folders)
        if (picture.starts_with(folder))
            return split;
    return splitOfPath(picture);
}

std::vector<std::string> labelFiles(const LabelSource& source, const SplitList& splits)
{
    std::vector<std::string> files;
    for (const std::string& file : source.files())
        if (extensionOf(file) == ".txt" && !isNotLabels(file) && !splits.lists.contains(file))
            files.push_back(file);
    return files;
}

int recognise(LabelSource& source)
{
    bool hasPictures = false;
    int looked = 0;
    int sure = 0;
    for (const std::string& file : source.files()) {
        const std::string extension = extensionOf(file);
        hasPictures = hasPictures || hasPictureEnding(fileNameOf(file));
        if (extension == ".yaml" || extension == ".yml") {
            const auto bytes = source.read(file, kMaxFileBytes);
            if (bytes && bytes->find("names") != std::string::npos && parseYoloYaml(*bytes, file))
                sure = std::max(sure, 90);
        } else if (extension == ".txt" && looked < 5 && !isNotLabels(file)) {
            const auto bytes = source.read(file, kMaxFileBytes);
            looked += bytes && !bytes->empty() ? 1 : 0;
            if (bytes && looksLikeRows(*bytes))
                sure = std::max(sure, 60);
        }
    }
    return hasPictures ? sure : 0;
}

Result<YoloShape> shapeOfSource(LabelSource& source, const YoloConfig& config,
                                const std::vector<std::string>& files)
{
    YoloShape shape;
    shape.hasConfig = config.file.ends_with("yaml") || config.file.ends_with("yml");
    shape.keypointShape = config.keypointShape;
    const std::size_t step = std::max<std::size_t>(1, files.size() / kFilesForQuestions);
    for (std::size_t i = 0; i < files.size(); i += step) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        if (const auto bytes = source.read(files[i], kMaxFileBytes); bytes && looksLikeRows(*bytes))
            countYoloColumns(*bytes, shape);
    }
    return shape;
}

std::vector<FormatQuestion> questions(LabelSource& source)
{
    const auto config = findYoloConfig(source);
    if (!config || yoloTaskFromName(config->task))
        return {};
    const SourcePictures finder(source);
    const auto shape =
        shapeOfSource(source, *config, labelFiles(source, readSplits(*config, source, finder)));
    if (!shape)
        return {};
    const std::vector<YoloTask> tasks = yoloTasks(*shape);
    if (tasks.size() < 2)
        return {};
    FormatQuestion question{kTaskKey,
                            "The numbers of the rows fit several tasks of YOLO. What do they describe?",
                            {},
                            std::string(yoloTaskName(tasks.front())),
                            true};
    for (const YoloTask task : tasks)
        question.choices.emplace_back(yoloTaskName(task));
    return {question};
}

void readFile(const FilePair& pair, const std::string& split, YoloTask task, const YoloConfig& config,
              LabelSource& source, LabelSetBuilder& builder)
{
    const std::string& file = pair.file;
    const auto bytes = source.read(file, kMaxFileBytes);
    if (!bytes) {
        builder.rejectFile(file, bytes.error());
        return;
    }
    const bool hasPicture = !pair.picture.path.empty();
    // Outside of a folder for labels a text beside a picture may be its caption.
    if (hasPicture ? pair.expected.empty() && isProse(*bytes) : !looksLikeRows(*bytes)) {
        builder.losses.add("text files that are no labels were not looked at");
        return;
    }
    std::optional<PictureSize> size;
    LabelledPicture* picture = nullptr;
    if (hasPicture) {
        size = source.pictureSize(pair.picture.path);
        picture = &builder.picture(pair.picture, file);
        picture->frame = CoordinateFrame::Upright;
        picture->split = split;
        picture->width = size ? size->width : 0;
        picture->height = size ? size->height : 0;
        picture->isLabelled = true;
    }
    std::int64_t group = 0;
    for (const TextLine& line : textLines(*bytes)) {
        if (trimmedText(line.text).empty())
            continue;
        if (!size) {
            builder.reject(file, linePlace(line.number),
                           hasPicture ? "the size of the picture cannot be read"
                                      : "no picture of this name is in the source, so its size is unknown",
                           "put the pictures beside the labels");
            continue;
        }
        auto row = parseYoloRow(line.text, task, config.keypointShape, *size);
        if (!row) {
            builder.reject(file, linePlace(line.number), row.error().message);
            continue;
        }
        const auto name = config.names.find(row->classNumber);
        if (name == config.names.end() && !config.names.empty()) {
            builder.reject(file, linePlace(line.number),
                           "class " + std::to_string(row->classNumber) + " is not among the names of " +
                               config.file);
            continue;
        }
        FileAnnotation annotation;
        annotation.className = name == config.names.end() ? std::to_string(row->classNumber) : name->second;
        annotation.shape = std::move(row->shape);
        annotation.score = row->score;
        annotation.isModel = row->score.has_value();
        annotation.place = linePlace(line.number);
        if (row->box)
            annotation.group = ++group;
        FileAnnotation box = annotation;
        if (builder.accept(*picture, std::move(annotation), file) && row->box) {
            box.shape = *row->box;
            builder.accept(*picture, std::move(box), file);
        }
    }
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    TRAINYARD_TRY(YoloConfig config, findYoloConfig(source));
    const SourcePictures finder(source);
    const SplitList splits = readSplits(config, source, finder);
    const std::vector<std::string> files = labelFiles(source, splits);
    TRAINYARD_TRY(const YoloShape shape, shapeOfSource(source, config, files));
    YoloTask task = yoloTaskFromName(config.task).value_or(yoloTasks(shape).front());
    if (const auto answer = answers.find(kTaskKey); answer != answers.end()) {
        const auto chosen = yoloTaskFromName(answer->second);
        if (!chosen)
            return fail(ErrorCode::InvalidArgument,
                        "yolo-task is '" + answer->second + "', expected detect, segment, pose or obb");
        task = *chosen;
    }
    if (task == YoloTask::Pose && !config.keypointShape)
        config.keypointShape = guessedKeypointShape(shape);
    LabelSetBuilder builder;
    for (auto& [number, name] : config.names) {
        const std::string digits = std::to_string(number);
        name = builder.listedName(name, digits, config.file, "number " + digits);
        FileClass& fileClass = builder.fileClass(name);
        fileClass.number = number;
        fileClass.skeleton.names = config.keypointNames;
    }
    for (const std::string& path : finder.pictures()) {
        LabelledPicture& picture = builder.picture(path);
        picture.frame = CoordinateFrame::Upright;
        picture.split = splitOf(path, splits);
        picture.isLabelled = false;
    }
    std::int64_t done = 0;
    for (const FilePair& pair : picturesByFolder(files, "labels", "images", finder)) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        source.report({"reading labels", ++done, std::ssize(files)});
        readFile(pair, splitOf(pair.picture.path, splits), task, config, source, builder);
    }
    if (config.names.empty())
        builder.losses.note("no file names the classes: they have their numbers as names");
    if (!config.unknown.empty())
        builder.set.extra = jsonLine(config.unknown);
    return builder.finish();
}

std::string yamlValue(const Json& value)
{
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        return numberFrom(text) || text == "true" || text == "false" ? text : yamlQuoted(text);
    }
    std::string text;
    for (const auto& [key, each] : value.items())
        text +=
            (text.empty() ? "" : ", ") + (value.is_object() ? yamlQuoted(key) + ": " : "") + yamlValue(each);
    return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::string configText(const LabelSet& labels, const std::map<std::string, int>& classes,
                       const YoloWriter& writer, const std::map<std::string, bool>& splits)
{
    const auto place = [&](const char* split) {
        return splits.contains(split) ? "images/" + std::string(split) : std::string();
    };
    const bool hasSplits = splits.contains("train") || splits.contains("val") || splits.contains("test");
    const std::string val = hasSplits ? place("val") : "images";
    std::string train = hasSplits ? place("train") : "images";
    if (train.empty())
        train = val.empty() ? place("test") : val;
    std::string text = "path: .\ntrain: " + train + "\nval: " + (val.empty() ? train : val) + "\n";
    if (splits.contains("test"))
        text += "test: images/test\n";
    text += "task: " + std::string(yoloTaskName(writer.task())) + "\n";
    if (writer.task() == YoloTask::Pose)
        text += "kpt_shape: [" + std::to_string(writer.keypoints()) + ", 3]\n";
    std::map<int, std::string> names;
    for (const auto& [name, number] : classes)
        names[number] = name;
    text += "names:\n";
    for (const auto& [number, name] : names)
        text += "  " + std::to_string(number) + ": " + yamlQuoted(name) + "\n";
    if (const auto extra = parseJson(labels.extra.empty() ? "{}" : labels.extra, "data.yaml"); extra)
        for (const auto& [key, value] : extra->items())
            text += key + ": " + yamlValue(value) + "\n";
    return text;
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    const std::map<std::string, int> classes = classNumbers(labels, 0);
    YoloWriter writer(labels, classes, losses);
    std::map<std::string, bool> splits;
    for (const LabelledPicture& picture : labels.pictures)
        if (!picture.split.empty())
            splits[picture.split] = true;
    NameBook names;
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing labels", ++done, std::ssize(labels.pictures)});
        const std::string split = splits.empty()          ? ""
                                  : picture.split.empty() ? "/other"
                                                          : "/" + picture.split;
        const std::string place = names.take("images" + split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled)
            continue;
        const std::string stem(withoutExtension(place));
        TRAINYARD_CHECK(target.write("labels" + stem.substr(6) + ".txt", writer.rows(picture)));
    }
    TRAINYARD_CHECK(target.write("data.yaml", configText(labels, classes, writer, splits)));
    return losses.report();
}

} // namespace

FormatSpec yoloFormat()
{
    return {"yolo",
            "YOLO",
            "One text file for each picture and data.yaml: boxes, outlines, keypoints or rotated boxes "
            "(Ultralytics, Darknet)",
            recognise,
            questions,
            read,
            write};
}

} // namespace trainyard
