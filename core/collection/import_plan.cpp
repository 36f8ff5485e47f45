// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/crop_choice.h"
#include "core/collection/embedded_pictures.h"
#include "core/collection/import.h"
#include "core/collection/import_session.h"
#include "core/collection/item_index.h"
#include "core/collection/source_scan.h"
#include "core/storage/io_env.h"

#include <map>

namespace trainyard {

namespace {

// Generous guesses: rows with their history, a thumbnail of an ordinary photo, a crop's JPEG of quality 95.
constexpr std::int64_t kBytesPerItem = 600;
constexpr std::int64_t kBytesPerThumbnail = 8'000;
constexpr double kBytesPerCropPixel = 0.7;
constexpr std::int64_t kBytesPerCrop = 1'000;

void countLabels(const SourceScan& scan, ImportPlan& plan)
{
    std::map<std::string, std::int64_t> classes;
    std::map<std::string, std::int64_t> shapes;
    for (const LabelledPicture& picture : scan.labels.pictures) {
        for (const FileAnnotation& label : picture.annotations) {
            ++classes[label.className];
            const ShapeKind kind = shapeKind(label.shape);
            ++shapes[std::string(shapeKindName(kind))];
            plan.boxes += kind == ShapeKind::ClassTag || kind == ShapeKind::Point ? 0 : 1;
        }
    }
    plan.classes.assign(classes.begin(), classes.end());
    plan.shapes.assign(shapes.begin(), shapes.end());
}

void countSplits(const SourceScan& scan, ImportPlan& plan)
{
    std::map<Split, std::int64_t> counts;
    for (const SourcePicture& picture : scan.pictures)
        ++counts[picture.split];
    if (counts.size() > 1 || !counts.contains(Split::None))
        plan.splits.assign(counts.begin(), counts.end());
}

/// What crops and their notes would be; also says how much room they take.
Result<std::int64_t> planCrops(const SourceScan& scan, const ImportRequest& request, ImportPlan& plan)
{
    TRAINYARD_TRY(const CropChoice choice, chooseCrops(scan, request.perClass, request.seed));
    std::int64_t bytes = 0;
    std::int64_t chosen = 0;
    for (const auto& boxes : choice.perPicture) {
        for (const ChosenBox& box : boxes) {
            constexpr double kWithMargins = 1.2 * 1.2;
            bytes +=
                kBytesPerCrop + kBytesPerItem +
                static_cast<std::int64_t>(box.box.width * box.box.height * kWithMargins * kBytesPerCropPixel);
            ++chosen;
        }
    }
    plan.notes.push_back(std::to_string(chosen) + " boxes become pictures, " +
                         std::to_string(choice.leftOut) + " are left out, " +
                         std::to_string(choice.rejections.size()) + " are rejected");
    plan.notes.insert(plan.notes.end(), choice.notes.begin(), choice.notes.end());
    return bytes;
}

std::int64_t bytesOfPictures(const SourceScan& scan, const ImportRequest& request)
{
    std::int64_t bytes = 0;
    constexpr std::int64_t kBytesPerLabel = 300;
    bytes += kBytesPerLabel * annotationCount(scan.labels);
    for (const SourcePicture& picture : scan.pictures)
        bytes += kBytesPerItem + std::min(picture.size, kBytesPerThumbnail) +
                 (request.copiesFiles ? picture.size : 0);
    return bytes;
}

/// What becomes of the labels, as the import would count it.
class MergePreview
{
public:
    MergePreview(Project& project, const SourceScan& scan, MergeRule rule, ImportPlan& plan)
        : m_project(project), m_scan(scan), m_rule(rule), m_plan(plan)
    {
        m_plan.labels.read = scan.labels.read;
        m_plan.labels.rejected = scan.labels.read - annotationCount(scan.labels) + scan.unmatched;
    }

    Result<void> compare(const std::filesystem::path& itemFolder, const Cancellation& cancellation);

private:
    ClassId classId(const std::string& name)
    {
        if (name.empty())
            return 0;
        const ItemClass* known = m_project.classByName(name);
        if (known != nullptr)
            return known->id;
        // Ids that no class has, so that labels of classes that are yet to come are told apart.
        return m_newIds.try_emplace(name, -static_cast<ClassId>(m_newIds.size()) - 1).first->second;
    }
    Result<void> compareKnown(const SourcePicture& picture, const LabelledPicture& labels,
                              const KnownItem& known);

    Project& m_project;
    const SourceScan& m_scan;
    MergeRule m_rule;
    ImportPlan& m_plan;
    std::map<std::string, ClassId> m_newIds;
};

Result<void> MergePreview::compare(const std::filesystem::path& itemFolder, const Cancellation& cancellation)
{
    TRAINYARD_TRY(auto items, m_project.items());
    ItemIndex index = ItemIndex::build(m_project, std::move(items), itemFolder);
    for (const SourcePicture& picture : m_scan.pictures) {
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "the plan was cancelled");
        const KnownItem* known = index.byPath(picture.path);
        ++(known == nullptr ? m_plan.newItems : m_plan.knownItems);
        const LabelledPicture* labels = m_scan.labelsOf(picture);
        if (labels == nullptr)
            continue;
        if (known == nullptr)
            for (const FileAnnotation& label : labels->annotations)
                ++(label.isModel ? m_plan.labels.suggested : m_plan.labels.added);
        else
            TRAINYARD_CHECK(compareKnown(picture, *labels, *known));
    }
    for (const FileClass& fileClass : m_scan.labels.classes)
        if (m_project.classByName(fileClass.name) == nullptr)
            m_plan.newClasses.push_back(fileClass.name);
    return {};
}

Result<void> MergePreview::compareKnown(const SourcePicture& picture, const LabelledPicture& labels,
                                        const KnownItem& known)
{
    ImageHeader header;
    header.width = known.width;
    header.height = known.height;
    if (labels.width > 0)
        if (const auto read = readImageHeader(m_scan.absolute(picture)))
            header = *read;
    const PictureLabels found = pictureLabels(labels, header);
    std::vector<Annotation> incoming;
    for (const FileAnnotation& label : found.labels) {
        if (label.isModel)
            ++m_plan.labels.suggested;
        else
            incoming.push_back(annotationFromFile(label, classId(label.className), m_scan.format->key));
    }
    TRAINYARD_TRY(auto present, m_project.annotations(known.id));
    const LabelMerge merge = mergeLabels(withoutSecondOpinions(std::move(present)), std::move(incoming),
                                         known.reviewState != ReviewState::Unlabelled, m_rule);
    LabelCounts& counts = m_plan.labels;
    counts.rejected += std::ssize(found.rejections);
    counts.added += std::ssize(merge.added);
    counts.changed += std::ssize(merge.changed);
    counts.removed += std::ssize(merge.removed);
    counts.same += merge.same;
    counts.left += merge.left;
    m_plan.differingItems += merge.differs ? 1 : 0;
    return {};
}

/// Shows what the merge does, and asks where it could do otherwise.
Result<void> planMerge(Project& project, const ImportRequest& request, const SourceScan& scan,
                       const Cancellation& cancellation, ImportPlan& plan)
{
    TRAINYARD_TRY(const MergeRule rule, mergeRuleOf(scan.answers));
    const std::filesystem::path folder = request.copiesFiles && !scan.hasEmbedded()
                                             ? plainPath(project.folder()) / "media" / scan.name
                                             : scan.folder;
    TRAINYARD_CHECK(MergePreview(project, scan, rule, plan).compare(folder, cancellation));
    if (plan.differingItems == 0 || scan.answers.contains("merge"))
        return {};
    plan.questions.push_back({"merge",
                              std::to_string(plan.differingItems) +
                                  " pictures have labels already that differ from those of the source. Keep "
                                  "the project's, take the source's instead (theirs), or add both?",
                              {"keep", "theirs", "both"},
                              std::string(mergeRuleName(MergeRule::Keep)),
                              "--answer merge=...",
                              false});
    return {};
}

} // namespace

Result<ImportPlan> planImport(Project& project, DecoderPool& decoders, const ImportRequest& request,
                              const Cancellation& cancellation, const ProgressObserver& progress)
{
    TRAINYARD_TRY(const SourceScan scan, scanSource(request, decoders, cancellation, progress));
    return planScanned(project, request, scan, cancellation, progress);
}

Result<ImportPlan> planScanned(Project& project, const ImportRequest& request, const SourceScan& given,
                               const Cancellation& cancellation, const ProgressObserver&)
{
    TRAINYARD_CHECK(checkImportRequest(request, given));
    const bool hasEmbedded = given.hasEmbedded();
    if (hasEmbedded && request.cropsBoxes)
        return fail(ErrorCode::InvalidArgument,
                    displayText(request.source.native()) +
                        ": its pictures lie inside of files; import it without --crops first");
    const SourceScan inside = hasEmbedded ? withEmbeddedPictures(project, given) : SourceScan();
    const SourceScan& scan = hasEmbedded ? inside : given;
    ImportPlan plan;
    plan.format = scan.format->key;
    plan.formatTitle = scan.format->title;
    plan.pictures = std::ssize(scan.pictures);
    plan.labelFiles = scan.labelFiles;
    plan.notes = scan.notes;
    plan.questions = scan.questions;
    if (!scan.rejections.empty())
        plan.notes.push_back(
            std::to_string(scan.rejections.size()) + " records or files cannot be used, the first is " +
            displayText(scan.rejections.front().path) + ": " + scan.rejections.front().reason);
    countLabels(scan, plan);
    countSplits(scan, plan);
    if (request.cropsBoxes) {
        TRAINYARD_TRY(plan.bytesNeeded, planCrops(scan, request, plan));
    } else {
        plan.bytesNeeded = bytesOfPictures(scan, request);
        TRAINYARD_CHECK(planMerge(project, request, scan, cancellation, plan));
    }
    TRAINYARD_TRY(const std::uint64_t bytesFree, posixIo().freeBytes(project.folder()));
    plan.bytesFree = static_cast<std::int64_t>(bytesFree);
    return plan;
}

} // namespace trainyard
