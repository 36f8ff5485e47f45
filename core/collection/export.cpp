// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/export.h"

#include "core/base/named_values.h"
#include "core/base/path_text.h"
#include "core/collection/export_folder.h"
#include "core/labels/formats.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr NamedValues<ExportedPictures, 3> kPictures = {{
    {ExportedPictures::Copy, "copy"},
    {ExportedPictures::Link, "link"},
    {ExportedPictures::None, "none"},
}};

std::unordered_map<std::string, std::filesystem::path> filesByPath(const ProjectLabels& labels)
{
    std::unordered_map<std::string, std::filesystem::path> files;
    for (std::size_t i = 0; i < labels.labels.pictures.size(); ++i)
        files.emplace(labels.labels.pictures[i].path, labels.files[i]);
    return files;
}

bool isWithin(const std::filesystem::path& path, const std::filesystem::path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

/// An export empties its folder of an earlier one: no picture of the project may lie there.
Result<void> checkHoldsNoPicture(Project& project, const std::filesystem::path& folder)
{
    std::error_code error;
    const std::filesystem::path place = std::filesystem::weakly_canonical(folder, error);
    for (const SourceRoot& root : project.roots()) {
        const std::filesystem::path source =
            std::filesystem::weakly_canonical(project.rootFolder(root.id), error);
        if (!isWithin(source, place) && !isWithin(place, source))
            continue;
        TRAINYARD_TRY(const std::vector<Item> items, project.items());
        for (const Item& item : items)
            if (item.root == root.id && isWithin(source / item.path, place))
                return fail(ErrorCode::Refused,
                            displayText(folder.native()) +
                                " holds pictures of this project; name another folder, or they would be lost",
                            displayText(item.path));
    }
    return {};
}

/// What a format writer puts its files into.
class FolderTarget final : public LabelTarget
{
public:
    FolderTarget(ExportFolder& folder, const ProjectLabels& labels, ExportedPictures pictures,
                 DecoderPool& decoders, const Cancellation& cancellation, const ProgressObserver& progress)
        : m_folder(folder), m_pictures(pictures), m_decoders(decoders), m_cancellation(cancellation),
          m_progress(progress), m_files(filesByPath(labels))
    {
    }

    Result<void> write(std::string_view file, std::string_view bytes) override
    {
        return m_folder.write(file, bytes);
    }
    Result<void> placePicture(const LabelledPicture& picture, std::string_view file) override
    {
        switch (m_pictures) {
        case ExportedPictures::Copy:
            return m_folder.copy(m_files.at(picture.path), file);
        case ExportedPictures::Link:
            return m_folder.link(m_files.at(picture.path), file);
        case ExportedPictures::None:
            break;
        }
        return {};
    }
    Result<Image> pixels(const LabelledPicture& picture) override
    {
        DecodeRequest request;
        request.path = m_files.at(picture.path);
        TRAINYARD_TRY(DecodedPicture decoded, m_decoders.decode(request));
        return std::move(decoded.image);
    }
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress& progress) override
    {
        if (m_progress)
            m_progress(progress);
    }

private:
    ExportFolder& m_folder;
    ExportedPictures m_pictures;
    DecoderPool& m_decoders;
    const Cancellation& m_cancellation;
    const ProgressObserver& m_progress;
    std::unordered_map<std::string, std::filesystem::path> m_files;
};

/// Counts what a format writer would put into a folder. Pixels are black ones of the picture's size: no
/// format's losses depend on them.
class CountingTarget final : public LabelTarget
{
public:
    CountingTarget(const ProjectLabels& labels, ExportedPictures pictures, const Cancellation& cancellation,
                   const ProgressObserver& progress)
        : m_files(filesByPath(labels)), m_pictures(pictures), m_cancellation(cancellation),
          m_progress(progress)
    {
    }

    Result<void> write(std::string_view file, std::string_view) override { return m_names.take(file); }
    Result<void> placePicture(const LabelledPicture& picture, std::string_view file) override
    {
        if (m_pictures == ExportedPictures::None)
            return {};
        const std::filesystem::path& source = m_files.at(picture.path);
        std::error_code error;
        if (!std::filesystem::exists(source, error))
            return fail(
                ErrorCode::NotFound,
                displayText(source.native()) +
                    " is not there; nothing was exported. Find the pictures again, or export without them",
                displayText(picture.path));
        return m_names.take(file);
    }
    Result<Image> pixels(const LabelledPicture& picture) override
    {
        const auto bytes =
            static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3;
        return Image{picture.width, picture.height, std::vector<std::uint8_t>(bytes, 0)};
    }
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress& progress) override
    {
        if (m_progress)
            m_progress(progress);
    }
    [[nodiscard]] const ExportNames& names() const { return m_names; }

private:
    std::unordered_map<std::string, std::filesystem::path> m_files;
    ExportedPictures m_pictures;
    const Cancellation& m_cancellation;
    const ProgressObserver& m_progress;
    ExportNames m_names;
};

Result<const FormatSpec*> formatOf(const ExportRequest& request)
{
    const FormatSpec* format = findLabelFormat(request.format);
    if (format == nullptr || format->write == nullptr)
        return fail(ErrorCode::InvalidArgument, "--format " + displayText(request.format) +
                                                    ": formats that can be written are " +
                                                    exportFormatNames());
    return format;
}

ExportResult resultOf(const ProjectLabels& labels, const LossReport& losses, std::int64_t files)
{
    ExportResult result;
    result.pictures = std::ssize(labels.labels.pictures) - losses.picturesLeftOut;
    result.labels = annotationCount(labels.labels) - losses.labelsLeftOut;
    result.leftOut = labels.leftOut + losses.picturesLeftOut;
    result.files = files;
    result.losses.notes = labels.labels.losses.notes;
    result.losses.notes.insert(result.losses.notes.end(), losses.notes.begin(), losses.notes.end());
    return result;
}

/// An export of nothing helps nobody, and would take an earlier one away.
Result<void> checkHoldsSomething(const ProjectLabels& labels, const LossReport& losses,
                                 const FormatSpec& format, const std::string& filter)
{
    const std::int64_t pictures = std::ssize(labels.labels.pictures);
    const std::int64_t count = annotationCount(labels.labels);
    const auto joined = [](const std::vector<std::string>& notes) {
        std::string text;
        for (const std::string& note : notes)
            text += (text.empty() ? "" : "; ") + note;
        return text;
    };
    if (pictures == 0) {
        const std::string why = joined(labels.labels.losses.notes);
        return fail(ErrorCode::NotFound,
                    (filter.empty() ? "the project holds nothing to export"
                                    : "'" + displayText(filter) + "' chooses nothing to export") +
                        (why.empty() ? std::string() : ": " + why));
    }
    if (losses.picturesLeftOut == pictures || (count > 0 && losses.labelsLeftOut == count))
        return fail(ErrorCode::Refused, std::string(format.title) + " can hold none of the " +
                                            std::to_string(count) + " labels: " + joined(losses.leftOut) +
                                            "; choose another format");
    return {};
}

/// An export up to the moment where it writes.
struct Prepared
{
    const FormatSpec* format = nullptr;
    ProjectLabels labels;
    LossReport losses;
    std::set<std::string> names; ///< of the files
    std::int64_t replaced = 0;
};

/// `reading` hears of the labels that are read, `counting` of what the format's writer does.
Result<Prepared> prepare(Project& project, const ExportRequest& request, const Cancellation& cancellation,
                         const ProgressObserver& reading, const ProgressObserver& counting)
{
    Prepared prepared;
    TRAINYARD_TRY(prepared.format, formatOf(request));
    TRAINYARD_TRY(prepared.replaced, ExportFolder::check(request.folder));
    TRAINYARD_TRY(prepared.labels,
                  projectLabels(project, prepared.format->key, request.filter, cancellation, reading));
    TRAINYARD_CHECK(checkHoldsNoPicture(project, request.folder));
    CountingTarget target(prepared.labels, request.pictures, cancellation, counting);
    TRAINYARD_TRY(prepared.losses, prepared.format->write(prepared.labels.labels, target));
    TRAINYARD_CHECK(checkHoldsSomething(prepared.labels, prepared.losses, *prepared.format, request.filter));
    prepared.names = target.names().taken();
    return prepared;
}

} // namespace

std::string_view exportedPicturesName(ExportedPictures pictures)
{
    return nameIn(kPictures, pictures);
}

std::optional<ExportedPictures> exportedPicturesFromName(std::string_view name)
{
    return valueIn(kPictures, name);
}

std::string exportFormatNames()
{
    std::string names;
    for (const FormatSpec& format : labelFormats())
        if (format.write != nullptr)
            names += (names.empty() ? "" : ", ") + std::string(format.key);
    return names;
}

Json exportRequestToJson(const ExportRequest& request)
{
    const std::string& folder = request.folder.native();
    return {{"folder_b64", base64Encode(folder)},
            {"folder", displayText(folder)},
            {"format", request.format},
            {"filter", request.filter},
            {"pictures", exportedPicturesName(request.pictures)}};
}

Result<ExportRequest> exportRequestFromJson(const Json& json)
{
    constexpr std::string_view kSource = "export request";
    ExportRequest request;
    TRAINYARD_TRY(const std::string folder, jsonField<std::string>(json, "folder_b64", kSource));
    request.folder = base64Decode(folder);
    TRAINYARD_TRY(request.format, jsonField<std::string>(json, "format", kSource));
    request.filter = jsonValue(json, "filter", std::string());
    const auto pictures = exportedPicturesFromName(jsonValue(json, "pictures", std::string("copy")));
    if (!pictures || request.folder.empty())
        return fail(ErrorCode::InvalidFile, "export request: the folder or the field 'pictures' is wrong");
    request.pictures = *pictures;
    return request;
}

Json exportResultToJson(const ExportResult& result)
{
    return {{"pictures", result.pictures},
            {"labels", result.labels},
            {"left_out", result.leftOut},
            {"files", result.files},
            {"notes", result.losses.notes}};
}

Json exportPlanToJson(const ExportPlan& plan)
{
    Json json = exportResultToJson(plan.result);
    json["replaced"] = plan.replaced;
    return json;
}

Result<ExportPlan> exportPlanFromJson(const Json& json)
{
    constexpr std::string_view kSource = "export plan";
    ExportPlan plan;
    TRAINYARD_TRY(plan.result.pictures, jsonField<std::int64_t>(json, "pictures", kSource));
    TRAINYARD_TRY(plan.result.labels, jsonField<std::int64_t>(json, "labels", kSource));
    TRAINYARD_TRY(plan.result.leftOut, jsonField<std::int64_t>(json, "left_out", kSource));
    TRAINYARD_TRY(plan.result.files, jsonField<std::int64_t>(json, "files", kSource));
    plan.result.losses.notes = jsonValue(json, "notes", std::vector<std::string>());
    plan.replaced = jsonValue<std::int64_t>(json, "replaced", 0);
    return plan;
}

Result<ExportResult> exportDataset(Project& project, DecoderPool& decoders, const ExportRequest& request,
                                   const Cancellation& cancellation, const ProgressObserver& progress)
{
    // What would fail fails here, before an earlier export is taken away.
    TRAINYARD_TRY(const Prepared prepared, prepare(project, request, cancellation, progress, {}));
    const ProjectLabels& labels = prepared.labels;
    TRAINYARD_TRY(ExportFolder folder,
                  ExportFolder::begin(request.folder, prepared.format->key, prepared.names));
    FolderTarget target(folder, labels, request.pictures, decoders, cancellation, progress);
    auto losses = prepared.format->write(labels.labels, target);
    TRAINYARD_CHECK(folder.finish()); // also after an error: the next export knows what to take away
    if (!losses)
        return fail(std::move(losses.error()));
    return resultOf(labels, *losses, folder.fileCount());
}

Result<ExportPlan> planExport(Project& project, const ExportRequest& request,
                              const Cancellation& cancellation, const ProgressObserver& progress)
{
    TRAINYARD_TRY(const Prepared prepared, prepare(project, request, cancellation, progress, progress));
    return ExportPlan{resultOf(prepared.labels, prepared.losses, std::ssize(prepared.names)),
                      prepared.replaced};
}

} // namespace trainyard
