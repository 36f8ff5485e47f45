// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_import.h"

#include "core/base/path_text.h"
#include "core/collection/media_copy.h"
#include "core/collection/ordered_decodes.h"
#include "core/collection/picture_labels.h"
#include "core/collection/picture_measure.h"
#include "core/project/row_changes.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace trainyard {

namespace {

constexpr std::size_t kWindow = 256;
constexpr std::int64_t kReportEvery = 64;

class PictureImport
{
public:
    PictureImport(ImportSession& session, DecoderPool& decoders)
        : m_session(session), m_decodes(decoders, kWindow)
    {
    }

    Result<ImportResult> run()
    {
        TRAINYARD_CHECK(begin());
        return m_session.run([this] { return step(); });
    }

private:
    /// A picture that waits for its decode.
    struct Waiting
    {
        std::size_t index = 0;
        KnownItem* known = nullptr;
    };

    Result<void> begin();
    Result<bool> step();
    Result<bool> takeFromSource();
    [[nodiscard]] bool isUnchanged(const SourcePicture& picture, const KnownItem& known) const;
    Result<void> keep(const SourcePicture& picture, KnownItem& known);
    Result<void> decoded(const SourcePicture& picture, KnownItem* known, PictureMeasure measure);
    Result<void> failed(const SourcePicture& picture, KnownItem* known, const Error& error);
    Result<void> change(const SourcePicture& picture, KnownItem& known, const PictureMeasure& measure);
    Result<void> move(const SourcePicture& picture, KnownItem& known, const PictureMeasure& measure);
    Result<void> add(const SourcePicture& picture, const PictureMeasure& measure);
    KnownItem* goneItem(std::uint64_t contentHash);
    Result<std::vector<Annotation>> annotations(const LabelledPicture& labels, const ImageHeader& header,
                                                ItemId item, std::uint64_t contentHash);
    Result<void> labelKnown(const SourcePicture& picture, const KnownItem& known, const ImageHeader* header);
    /// A label file without objects says that there is nothing in the picture; one whose objects are all bad
    /// says nothing.
    [[nodiscard]] bool isBackground(const SourcePicture& picture) const
    {
        const LabelledPicture* labels = m_session.scan().labelsOf(picture);
        return labels != nullptr && labels->isLabelled && labels->annotations.empty() &&
               (labels->labelFile.empty() || !m_filesWithRejections.contains(labels->labelFile));
    }
    [[nodiscard]] std::string relativePath(const SourcePicture& picture) const
    {
        return m_prefix + picture.path;
    }
    [[nodiscard]] std::filesystem::path target(const SourcePicture& picture) const
    {
        return m_folder / picture.path;
    }
    ImportResult& result() { return m_session.result(); }

    ImportSession& m_session;
    std::filesystem::path m_folder; ///< where the items' files lie: the source, or its folder in media/
    RootId m_root = 0;
    std::string m_prefix;
    ItemIndex m_index;
    OrderedDecodes<PictureMeasure> m_decodes;
    std::deque<Waiting> m_waiting;
    std::set<std::string> m_filesWithRejections;
    std::size_t m_next = 0;
};

Result<void> PictureImport::begin()
{
    m_folder = m_session.scan().folder;
    if (m_session.request().copiesFiles) {
        TRAINYARD_TRY(m_folder, mediaFolderFor(m_session));
    }
    if (!m_session.scan().pictures.empty()) {
        TRAINYARD_TRY(std::tie(m_root, m_prefix), m_session.rootFor(m_folder));
    }
    TRAINYARD_TRY(auto items, m_session.project().items());
    m_index = ItemIndex::build(m_session.project(), std::move(items), m_folder);
    for (const Rejection& rejection : m_session.scan().labels.rejections)
        m_filesWithRejections.insert((m_session.scan().folder / rejection.path).native());
    TRAINYARD_CHECK(m_session.takeClasses());
    return m_session.takeRejections();
}

Result<bool> PictureImport::step()
{
    const auto& pictures = m_session.scan().pictures;
    while (m_next < pictures.size() && !m_decodes.isFull()) {
        TRAINYARD_TRY(const bool hasAdded, takeFromSource());
        if (hasAdded)
            return true;
        if (m_session.cancellation().isCancelled())
            return true;
    }
    if (m_decodes.isEmpty())
        return false;
    const Waiting waiting = m_waiting.front();
    m_waiting.pop_front();
    auto measure = m_decodes.takeNext();
    const SourcePicture& picture = pictures[waiting.index];
    TRAINYARD_CHECK(measure ? decoded(picture, waiting.known, std::move(*measure))
                            : failed(picture, waiting.known, measure.error()));
    return true;
}

/// Settles the next picture where its name, size and time are enough, else asks for its pixels. True where
/// rows may have been added.
Result<bool> PictureImport::takeFromSource()
{
    const std::size_t index = m_next++;
    const SourcePicture& picture = m_session.scan().pictures[index];
    if (index % kReportEvery == 0)
        m_session.report(static_cast<std::int64_t>(index),
                         static_cast<std::int64_t>(m_session.scan().pictures.size()));
    KnownItem* known = m_index.byPath(picture.path);
    if (known != nullptr && isUnchanged(picture, *known)) {
        TRAINYARD_CHECK(keep(picture, *known));
        return true;
    }
    m_waiting.push_back({index, known});
    const std::filesystem::path source = m_session.scan().absolute(picture);
    DecodeRequest request = importDecode(source, m_session.request().limits);
    if (!m_session.request().copiesFiles) {
        m_decodes.submit(std::move(request), [](const DecodedPicture& decoded) -> Result<PictureMeasure> {
            return measurePicture(decoded);
        });
        return false;
    }
    m_decodes.submit(
        std::move(request),
        [source, copy = target(picture)](const DecodedPicture& decoded) -> Result<PictureMeasure> {
            TRAINYARD_CHECK(copyPicture(source, copy, decoded));
            return measurePicture(decoded);
        });
    return false;
}

bool PictureImport::isUnchanged(const SourcePicture& picture, const KnownItem& known) const
{
    if (picture.size != known.size || picture.timeNs != known.timeNs)
        return false;
    return !m_session.request().copiesFiles ||
           fileStamp(target(picture)) == FileStamp{known.size, known.timeNs};
}

Result<void> PictureImport::keep(const SourcePicture& picture, KnownItem& known)
{
    ++result().read;
    ++result().unchanged;
    known.isThere = true;
    m_session.settle(m_session.scan().absolute(picture).native());
    if (known.fileState == FileState::Missing) {
        TRAINYARD_TRY(const Item before, m_session.project().item(known.id));
        Item after = before;
        after.fileState = before.damage.empty() ? FileState::Ok : FileState::Damaged;
        m_session.addRow(changedItem(before, after));
    }
    return labelKnown(picture, known, nullptr);
}

Result<void> PictureImport::decoded(const SourcePicture& picture, KnownItem* known, PictureMeasure measure)
{
    ++result().read;
    m_session.settle(m_session.scan().absolute(picture).native());
    if (!measure.note.empty())
        m_session.note(displayText(picture.path) + ": " + measure.note);
    if (measure.damage)
        ++result().damaged;
    if (known == nullptr)
        known = goneItem(measure.contentHash);
    if (known == nullptr)
        return add(picture, measure);
    TRAINYARD_CHECK(known == m_index.byPath(picture.path) ? change(picture, *known, measure)
                                                          : move(picture, *known, measure));
    return labelKnown(picture, *known, &measure.header);
}

Result<void> PictureImport::failed(const SourcePicture& picture, KnownItem* known, const Error& error)
{
    const std::filesystem::path path = m_session.scan().absolute(picture);
    TRAINYARD_TRY(const Rejection rejection, pictureRejection(path, error));
    m_session.settle(path.native());
    if (const LabelledPicture* labels = m_session.scan().labelsOf(picture))
        result().labels.rejected += std::ssize(labels->annotations);
    const auto stamp = fileStamp(path);
    if (known == nullptr || !stamp)
        return m_session.reject(rejection);
    // An item holds labels: it stays, as damaged, and is looked at again when its bytes change again.
    TRAINYARD_TRY(const Item before, m_session.project().item(known->id));
    TRAINYARD_TRY(const std::uint64_t contentHash, xxh3File(path));
    Item after = before;
    after.size = stamp->size;
    after.timeNs = stamp->timeNs;
    after.contentHash = contentHash;
    after.fileState = FileState::Damaged;
    after.damage = rejection.reason;
    const bool isSameContent = before.contentHash == contentHash;
    ++result().read;
    ++(isSameContent ? result().unchanged : result().changed);
    ++result().damaged;
    known->isThere = true;
    if (!isSameContent) {
        TRAINYARD_CHECK(m_session.dropIssues(known->id));
        m_index.setHash(*known, contentHash);
    }
    m_session.addRow(changedItem(before, after));
    return {};
}

Result<void> PictureImport::change(const SourcePicture&, KnownItem& known, const PictureMeasure& measure)
{
    TRAINYARD_TRY(const Item before, m_session.project().item(known.id));
    Item after = before;
    after.size = measure.size;
    after.timeNs = measure.timeNs;
    after.contentHash = measure.contentHash;
    after.width = measure.width;
    after.height = measure.height;
    const bool isSameContent = before.contentHash == measure.contentHash;
    const bool wasDamaged = before.fileState == FileState::Damaged || !before.damage.empty();
    after.damage = measure.damage.value_or(std::string());
    if (measure.damage)
        after.fileState = FileState::Damaged;
    else if (wasDamaged || (isSameContent && before.fileState == FileState::Missing))
        after.fileState = FileState::Ok;
    else if (!isSameContent)
        after.fileState = FileState::Changed;
    ++(isSameContent ? result().unchanged : result().changed);
    known.isThere = true;
    if (!isSameContent) {
        TRAINYARD_CHECK(m_session.dropIssues(known.id));
        const auto& twins = m_index.byHash(measure.contentHash);
        if (!twins.empty())
            TRAINYARD_CHECK(m_session.addDuplicate(std::max(known.id, twins.front()->id),
                                                   std::min(known.id, twins.front()->id)));
        m_index.setHash(known, measure.contentHash);
    }
    m_session.addRow(changedItem(before, after));
    return m_session.keepMeasures(known.id, measure.contentHash, measure.perceptualHash, measure.thumbnail);
}

Result<void> PictureImport::move(const SourcePicture& picture, KnownItem& known,
                                 const PictureMeasure& measure)
{
    TRAINYARD_TRY(const Item before, m_session.project().item(known.id));
    Item after = before;
    after.root = m_root;
    after.path = relativePath(picture);
    after.size = measure.size;
    after.timeNs = measure.timeNs;
    if (before.fileState == FileState::Missing)
        after.fileState = before.damage.empty() ? FileState::Ok : FileState::Damaged;
    ++result().moved;
    known.root = m_root;
    known.path = after.path;
    known.isThere = true;
    m_index.setPath(known, picture.path);
    m_session.addRow(changedItem(before, after));
    return {};
}

/// An item with this content whose file is not at its place any more.
KnownItem* PictureImport::goneItem(std::uint64_t contentHash)
{
    for (KnownItem* known : m_index.byHash(contentHash)) {
        if (known->isThere)
            continue;
        Item place;
        place.root = known->root;
        place.path = known->path;
        known->isThere = fileStamp(m_session.project().itemPath(place)).has_value();
        if (!known->isThere)
            return known;
    }
    return nullptr;
}

Result<void> PictureImport::add(const SourcePicture& picture, const PictureMeasure& measure)
{
    Item item;
    TRAINYARD_TRY(item.id, m_session.newId());
    item.root = m_root;
    item.path = relativePath(picture);
    item.size = measure.size;
    item.timeNs = measure.timeNs;
    item.contentHash = measure.contentHash;
    item.width = measure.width;
    item.height = measure.height;
    item.fileState = measure.damage ? FileState::Damaged : FileState::Ok;
    item.damage = measure.damage.value_or(std::string());
    item.split = picture.split;
    std::vector<Annotation> labels;
    if (const LabelledPicture* given = m_session.scan().labelsOf(picture)) {
        TRAINYARD_TRY(labels, annotations(*given, measure.header, item.id, item.contentHash));
        item.sequence = given->sequence;
        item.frame = given->frameNumber;
        item.extra = wrappedExtra(m_session.scan().format->key, given->extra);
    }
    item.classId = itemClassOf(labels);
    if (!labels.empty() || isBackground(picture))
        item.reviewState = ReviewState::Labelled;
    result().labels.added += std::ssize(labels);
    TRAINYARD_CHECK(m_session.addItem(item, std::move(labels)));
    const auto& twins = m_index.byHash(measure.contentHash);
    if (!twins.empty())
        TRAINYARD_CHECK(m_session.addDuplicate(item.id, twins.front()->id));
    m_index.add({item.id, item.root, item.path, item.size, item.timeNs, item.contentHash, item.width,
                 item.height, item.fileState, item.reviewState, true},
                picture.path);
    ++result().added;
    return m_session.keepMeasures(item.id, measure.contentHash, measure.perceptualHash, measure.thumbnail);
}

/// The labels of the picture in the upright picture; predictions become suggestions, the others are rejected.
Result<std::vector<Annotation>> PictureImport::annotations(const LabelledPicture& labels,
                                                           const ImageHeader& header, ItemId item,
                                                           std::uint64_t contentHash)
{
    const PictureLabels found = pictureLabels(labels, header);
    for (const Rejection& rejection : found.rejections)
        TRAINYARD_CHECK(m_session.reject(rejection));
    result().labels.rejected += std::ssize(found.rejections);
    if (found.isFrameOpen)
        m_session.note(displayText(labels.path) + kFrameOpen);
    std::vector<Annotation> annotations;
    annotations.reserve(found.labels.size());
    for (const FileAnnotation& label : found.labels) {
        if (label.isModel) {
            m_session.suggest(item, contentHash, label);
            continue;
        }
        TRAINYARD_TRY(const ClassId classId, m_session.classId(label.className));
        annotations.push_back(annotationFromFile(label, classId, m_session.scan().format->key));
    }
    return annotations;
}

/// Gives the source's labels to an item that the project has, as the merge rule says.
Result<void> PictureImport::labelKnown(const SourcePicture& picture, const KnownItem& known,
                                       const ImageHeader* header)
{
    const LabelledPicture* labels = m_session.scan().labelsOf(picture);
    if (labels == nullptr)
        return {};
    ImageHeader plain;
    plain.width = known.width;
    plain.height = known.height;
    const bool needsHeader = header == nullptr && labels->width > 0;
    if (needsHeader)
        if (const auto read = readImageHeader(m_session.scan().absolute(picture)))
            plain = *read;
    TRAINYARD_TRY(auto incoming,
                  annotations(*labels, header == nullptr ? plain : *header, known.id, known.contentHash));
    TRAINYARD_TRY(auto annotated, m_session.project().annotations(known.id));
    const std::vector<Annotation> present = withoutSecondOpinions(std::move(annotated));
    const bool isUnlabelled = known.reviewState == ReviewState::Unlabelled && present.empty();
    const bool isFresh = isUnlabelled && (!incoming.empty() || isBackground(picture));
    LabelMerge merge = mergeLabels(present, std::move(incoming), known.reviewState != ReviewState::Unlabelled,
                                   m_session.mergeRule());
    if (isFresh || !merge.isEmpty()) {
        TRAINYARD_TRY(const Item before, m_session.project().item(known.id));
        Item after = before;
        if (isFresh)
            after.reviewState = ReviewState::Labelled;
        if (merge.changesTags())
            after.classId = itemClassOf(mergedLabels(present, merge), before.classId);
        if (after != before)
            m_session.addRow(changedItem(before, after));
    }
    return m_session.mergeAnnotations(known.id, std::move(merge));
}

} // namespace

Result<ImportResult> importPictures(ImportSession& session, DecoderPool& decoders)
{
    return PictureImport(session, decoders).run();
}

Result<Rejection> pictureRejection(const std::filesystem::path& picture, const Error& error)
{
    struct Remedy
    {
        ErrorCode code;
        const char* text;
    };
    static constexpr Remedy kRemedies[] = {
        {ErrorCode::NotFound, "put the file back and import again"},
        {ErrorCode::IoError, "check the rights of the file and the disk, and import again"},
        {ErrorCode::CorruptFile, "replace the file by an intact copy, or delete it, and import again"},
        {ErrorCode::Unsupported, "convert the file to JPEG or PNG and import again"},
        {ErrorCode::Refused, "make the picture smaller, or raise the limits of the import"},
    };
    for (const Remedy& remedy : kRemedies)
        if (remedy.code == error.code)
            return Rejection{picture.native(), {}, error.message, remedy.text};
    return fail(error);
}

} // namespace trainyard
