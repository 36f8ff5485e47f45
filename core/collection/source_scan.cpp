// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/source_scan.h"

#include "core/base/path_text.h"
#include "core/collection/folder_labels.h"
#include "core/collection/picture_finder.h"
#include "core/labels/format_parts.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace trainyard {

namespace {

const FormatSpec* surestFormat(LabelSource& source)
{
    const FormatSpec* best = nullptr;
    int sureness = 0;
    for (const FormatSpec& format : labelFormats()) {
        if (format.read == nullptr)
            continue;
        if (const int sure = format.recognise(source); sure > sureness) {
            best = &format;
            sureness = sure;
        }
    }
    return best == nullptr ? findLabelFormat("image-folder") : best;
}

Result<const FormatSpec*> chosenFormat(const ImportRequest& request, LabelSource& source)
{
    if (request.format == kAutoFormat)
        return surestFormat(source);
    const FormatSpec* format = findLabelFormat(request.format);
    if (format == nullptr || format->read == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    "--format " + displayText(request.format) + ": known formats are " + importFormatNames());
    if (format->key != "image-folder" && format->recognise(source) == 0)
        return fail(ErrorCode::InvalidArgument,
                    displayText(request.source.native()) + ": there are no label files of " +
                        std::string(format->title) + " in it; use --format auto or image-folder");
    return format;
}

void takePictures(SourceScan& scan, const std::vector<WalkedFile>& files)
{
    const std::set<std::string_view> masks(scan.labels.maskFiles.begin(), scan.labels.maskFiles.end());
    for (const WalkedFile& file : files)
        if (hasPictureEnding(fileNameOf(file.path)) && !masks.contains(file.path))
            scan.pictures.push_back({file.path, file.size, file.timeNs, Split::None, std::nullopt});
    for (const LabelledPicture& labels : scan.labels.pictures)
        if (labels.embedded)
            scan.pictures.push_back({labels.path, static_cast<std::int64_t>(labels.embedded->size), 0,
                                     Split::None, std::nullopt});
    std::sort(scan.pictures.begin(), scan.pictures.end(),
              [](const SourcePicture& a, const SourcePicture& b) { return a.path < b.path; });
    if (!masks.empty())
        scan.notes.push_back(std::to_string(masks.size()) +
                             " pictures are masks: they hold labels and do not become items");
}

/// Ties labels to pictures; what has no picture, or a second description of one, is rejected. Pictures that
/// only a name tells, here or to the format's reader, go to label files that no nearer one has claimed.
void matchPictures(SourceScan& scan)
{
    std::unordered_map<std::string_view, int> perFile;
    for (const LabelledPicture& labels : scan.labels.pictures)
        ++perFile[labels.labelFile];
    scan.labelFiles = static_cast<std::int64_t>(perFile.size()) - (perFile.contains("") ? 1 : 0);
    const PictureFinder finder(scan.pictures);
    const auto reject = [&](const LabelledPicture& labels, Rejection rejection) {
        rejection.place = labels.place;
        scan.rejections.push_back(std::move(rejection));
        scan.unmatched += std::ssize(labels.annotations);
    };
    const auto match = [&](std::size_t labelled, std::optional<std::size_t> found) {
        const LabelledPicture& labels = scan.labels.pictures[labelled];
        if (!found) {
            reject(labels, missingPicture(labels.labelFile, labels.path));
            return;
        }
        SourcePicture& picture = scan.pictures[*found];
        if (picture.labels) {
            reject(labels, {labels.labelFile,
                            {},
                            "its picture is described by " +
                                displayText(scan.labels.pictures[*picture.labels].labelFile) + " already",
                            "keep one label file for each picture"});
            return;
        }
        picture.labels = labelled;
        picture.split = splitFromName(labels.split).value_or(Split::None);
    };
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < scan.labels.pictures.size(); ++i) {
        const LabelledPicture& labels = scan.labels.pictures[i];
        const auto found = labels.isGuess ? std::nullopt : finder.findNear(labels);
        if (found)
            match(i, found);
        else
            left.push_back(i);
    }
    for (const std::size_t i : left) {
        const LabelledPicture& labels = scan.labels.pictures[i];
        match(i, labels.isGuess ? finder.findNear(labels)
                                : finder.guess(labels, perFile[labels.labelFile] == 1));
    }
}

/// Label files by their absolute path, as the table of rejects names them.
void makeAbsolute(SourceScan& scan)
{
    const auto absolute = [&](std::string& path) {
        if (!path.empty() && path.front() != '/')
            path = (scan.folder / path).native();
    };
    for (LabelledPicture& picture : scan.labels.pictures)
        absolute(picture.labelFile);
    for (Rejection& rejection : scan.rejections)
        absolute(rejection.path);
}

/// What the format asks and nobody answered.
std::vector<ImportQuestion> openQuestions(const FormatSpec& format, LabelSource& source,
                                          const FormatAnswers& answers)
{
    std::vector<ImportQuestion> open;
    if (format.questions == nullptr)
        return open;
    for (FormatQuestion& question : format.questions(source)) {
        if (answers.contains(question.key))
            continue;
        const std::string flag =
            question.key == "voc-base" ? "--voc-base" : "--answer " + question.key + "=...";
        open.push_back({std::move(question.key), std::move(question.text), std::move(question.choices),
                        std::move(question.preset), flag, question.mustAsk});
    }
    return open;
}

} // namespace

std::string importFormatNames()
{
    std::string names(kAutoFormat);
    for (const FormatSpec& format : labelFormats())
        if (format.read != nullptr)
            names += ", " + std::string(format.key);
    return names;
}

Result<FormatAnswers> importAnswers(const ImportRequest& request)
{
    FormatAnswers answers;
    if (request.vocBase)
        answers["voc-base"] = std::to_string(*request.vocBase);
    if (!request.answers.is_object())
        return fail(ErrorCode::InvalidFile, "answers: the file holds no JSON object");
    for (const auto& [key, value] : request.answers.items()) {
        if (!value.is_string() && !value.is_number() && !value.is_boolean())
            return fail(ErrorCode::InvalidFile, "answers: field '" + key + "' is no text");
        answers.try_emplace(key, value.is_string() ? value.get<std::string>() : value.dump());
    }
    return answers;
}

Result<SourceScan> scanSource(const ImportRequest& request, DecoderPool& decoders,
                              const Cancellation& cancellation, const ProgressObserver& progress)
{
    std::error_code error;
    const auto path = std::filesystem::canonical(request.source, error);
    if (error)
        return fail(ErrorCode::NotFound,
                    displayText(request.source.native()) + ": there is no such file or folder",
                    error.message());
    SourceScan scan;
    const bool isFile = fileStamp(path).has_value();
    scan.folder = isFile ? path.parent_path() : path;
    scan.name = scan.folder.filename().native();
    TRAINYARD_TRY(scan.answers, importAnswers(request));
    TRAINYARD_TRY(FolderWalk walk, walkFolder(path, cancellation, progress));
    scan.rejections = std::move(walk.rejections);
    FolderLabelSource source(scan.folder, walk.files, decoders, request.limits, cancellation, progress);
    TRAINYARD_TRY(scan.format, chosenFormat(request, source));
    scan.questions = openQuestions(*scan.format, source, scan.answers);
    TRAINYARD_TRY(scan.labels, scan.format->read(source, scan.answers));
    scan.rejections.insert(scan.rejections.end(), scan.labels.rejections.begin(),
                           scan.labels.rejections.end());
    scan.notes = scan.labels.losses.notes;
    takePictures(scan, walk.files);
    matchPictures(scan);
    makeAbsolute(scan);
    return scan;
}

} // namespace trainyard
