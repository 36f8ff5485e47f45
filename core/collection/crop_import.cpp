// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/crop_choice.h"
#include "core/collection/crop_cutting.h"
#include "core/collection/ordered_decodes.h"
#include "core/collection/picture_import.h"
#include "core/project/row_changes.h"
#include "core/storage/io_env.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace trainyard {

namespace {

constexpr std::size_t kWindow = 32;
constexpr std::int64_t kReportEvery = 8;

/// A crop that the project has.
struct KnownCrop
{
    KnownItem item;
    Box box;
};

class CropImport
{
public:
    CropImport(ImportSession& session, DecoderPool& decoders)
        : m_session(session), m_decodes(decoders, kWindow)
    {
    }

    Result<ImportResult> run()
    {
        TRAINYARD_CHECK(begin());
        return m_session.run([this] { return step(); });
    }

private:
    /// One picture with the boxes that have to be cut.
    struct Waiting
    {
        std::size_t index = 0;
        std::vector<ChosenBox> boxes;
        std::vector<KnownCrop*> known; ///< the crop that is there already, for each box
    };

    Result<void> begin();
    void learnCrops(const std::vector<Item>& items);
    Result<bool> step();
    Result<bool> takeFromSource();
    KnownCrop* knownCrop(const std::string& picture, const Box& box);
    [[nodiscard]] bool isUnchanged(const SourcePicture& picture, const KnownCrop& crop) const;
    CutOrder orderFor(const SourcePicture& picture, const ChosenBox& box, const KnownCrop* known);
    Result<void> cut(const Waiting& waiting, const std::vector<CutPicture>& cuts);
    Result<void> add(const SourcePicture& picture, const ChosenBox& box, const CutPicture& cut);
    Result<void> update(KnownCrop& known, const CutPicture& cut);
    Result<void> failed(const Waiting& waiting, const Error& error);
    [[nodiscard]] std::string absolute(const SourcePicture& picture) const
    {
        return m_session.scan().absolute(picture).native();
    }
    ImportResult& result() { return m_session.result(); }

    ImportSession& m_session;
    std::filesystem::path m_folder; ///< media/crops
    RootId m_root = 0;
    std::string m_prefix;
    ItemIndex m_index;
    std::multimap<std::string, KnownCrop> m_known; ///< by the absolute path of the picture
    std::set<std::string> m_takenNames;
    CropChoice m_choice;
    OrderedDecodes<std::vector<CutPicture>> m_decodes;
    std::deque<Waiting> m_waiting;
    std::size_t m_next = 0;
};

Result<void> CropImport::begin()
{
    const SourceScan& scan = m_session.scan();
    TRAINYARD_TRY(m_choice, chooseCrops(scan, m_session.request().perClass, m_session.request().seed));
    m_folder = plainPath(m_session.project().folder()) / "media" / "crops";
    const bool hasBoxes = std::any_of(m_choice.perPicture.begin(), m_choice.perPicture.end(),
                                      [](const auto& boxes) { return !boxes.empty(); });
    if (hasBoxes) {
        TRAINYARD_TRY(std::tie(m_root, m_prefix), m_session.rootFor(m_folder));
        TRAINYARD_CHECK(makeFolders(posixIo(), m_folder));
    }
    TRAINYARD_TRY(auto items, m_session.project().items());
    learnCrops(items);
    m_index = ItemIndex::build(m_session.project(), std::move(items), m_folder);
    TRAINYARD_CHECK(m_session.takeClasses());
    TRAINYARD_CHECK(m_session.takeRejections());
    result().labels = LabelCounts(); // crops are counted as items
    for (const Rejection& rejection : m_choice.rejections)
        TRAINYARD_CHECK(m_session.reject(rejection));
    for (const std::string& note : m_choice.notes)
        m_session.note(note);
    result().read += m_choice.leftOut;
    result().leftOut += m_choice.leftOut;
    return {};
}

void CropImport::learnCrops(const std::vector<Item>& items)
{
    const std::string prefix = m_folder.native() + "/";
    for (const Item& item : items) {
        const std::string path = item.sourcePicture.empty()
                                     ? std::string()
                                     : plainPath(m_session.project().itemPath(item)).native();
        if (path.starts_with(prefix))
            m_takenNames.insert(path.substr(prefix.size()));
        if (!item.sourceBox || item.sourcePicture.empty())
            continue;
        KnownItem known{item.id,        item.root,        item.path,  item.size,
                        item.timeNs,    item.contentHash, item.width, item.height,
                        item.fileState, item.reviewState, false};
        m_known.emplace(item.sourcePicture, KnownCrop{std::move(known), *item.sourceBox});
    }
}

Result<bool> CropImport::step()
{
    while (m_next < m_session.scan().pictures.size() && !m_decodes.isFull()) {
        TRAINYARD_TRY(const bool hasAdded, takeFromSource());
        if (hasAdded)
            return true;
    }
    if (m_decodes.isEmpty())
        return false;
    const Waiting waiting = std::move(m_waiting.front());
    m_waiting.pop_front();
    const auto cuts = m_decodes.takeNext();
    TRAINYARD_CHECK(cuts ? cut(waiting, *cuts) : failed(waiting, cuts.error()));
    return true;
}

/// Settles the boxes of the next picture that are there already, and asks for its pixels where others are
/// left.
Result<bool> CropImport::takeFromSource()
{
    const std::size_t index = m_next++;
    const SourcePicture& picture = m_session.scan().pictures[index];
    if (index % kReportEvery == 0)
        m_session.report(static_cast<std::int64_t>(index), std::ssize(m_session.scan().pictures));
    Waiting waiting;
    waiting.index = index;
    std::vector<CutOrder> orders;
    for (const ChosenBox& box : m_choice.perPicture[index]) {
        KnownCrop* known = knownCrop(absolute(picture), box.box);
        if (known != nullptr && isUnchanged(picture, *known)) {
            ++result().read;
            ++result().unchanged;
            continue;
        }
        orders.push_back(orderFor(picture, box, known));
        waiting.boxes.push_back(box);
        waiting.known.push_back(known);
    }
    if (orders.empty())
        return true;
    m_waiting.push_back(std::move(waiting));
    DecodeRequest request;
    request.path = m_session.scan().absolute(picture);
    request.limits = m_session.request().limits;
    m_decodes.submit(std::move(request),
                     [folder = m_folder, orders = std::move(orders)](const DecodedPicture& decoded) {
                         return cutBoxes(decoded, folder, orders);
                     });
    return false;
}

KnownCrop* CropImport::knownCrop(const std::string& picture, const Box& box)
{
    const auto [first, last] = m_known.equal_range(picture);
    // Two labels may hold the same box: each of them stands for one crop.
    const auto found = std::find_if(first, last, [&](const auto& entry) {
        return entry.second.box == box && !entry.second.item.isThere;
    });
    if (found == last)
        return nullptr;
    found->second.item.isThere = true;
    return &found->second;
}

bool CropImport::isUnchanged(const SourcePicture& picture, const KnownCrop& crop) const
{
    if (crop.item.timeNs != picture.timeNs || crop.item.fileState == FileState::Missing)
        return false;
    Item place;
    place.root = crop.item.root;
    place.path = crop.item.path;
    return fileStamp(m_session.project().itemPath(place)) == FileStamp{crop.item.size, crop.item.timeNs};
}

CutOrder CropImport::orderFor(const SourcePicture& picture, const ChosenBox& box, const KnownCrop* known)
{
    CutOrder order;
    order.box = box.box;
    if (known != nullptr && known->item.path.starts_with(m_prefix)) {
        order.name = known->item.path.substr(m_prefix.size());
        order.otherName = order.name;
        return order;
    }
    order.name = cropName(picture.path, box.number, {});
    order.otherName = cropName(picture.path, box.number, absolute(picture));
    if (m_takenNames.contains(order.name))
        order.name = order.otherName;
    m_takenNames.insert(order.name);
    return order;
}

Result<void> CropImport::cut(const Waiting& waiting, const std::vector<CutPicture>& cuts)
{
    const SourcePicture& picture = m_session.scan().pictures[waiting.index];
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        ++result().read;
        if (cuts[i].damage)
            ++result().damaged;
        TRAINYARD_CHECK(waiting.known[i] != nullptr ? update(*waiting.known[i], cuts[i])
                                                    : add(picture, waiting.boxes[i], cuts[i]));
    }
    return {};
}

Result<void> CropImport::add(const SourcePicture& picture, const ChosenBox& box, const CutPicture& cut)
{
    Item item;
    TRAINYARD_TRY(item.id, m_session.newId());
    item.root = m_root;
    item.path = m_prefix + cut.name;
    item.size = cut.size;
    item.timeNs = cut.timeNs;
    item.contentHash = cut.contentHash;
    item.width = cut.width;
    item.height = cut.height;
    item.fileState = cut.damage ? FileState::Damaged : FileState::Ok;
    item.damage = cut.damage.value_or(std::string());
    item.reviewState = ReviewState::Labelled;
    TRAINYARD_TRY(item.classId, m_session.classId(box.className));
    item.split = picture.split;
    item.group = m_session.scan().name + "/" + picture.path;
    item.sourcePicture = absolute(picture);
    item.sourceBox = box.box;
    TRAINYARD_CHECK(m_session.addItem(item, {}));
    const auto& twins = m_index.byHash(item.contentHash);
    if (!twins.empty())
        TRAINYARD_CHECK(m_session.addDuplicate(item.id, twins.front()->id));
    m_index.add({item.id, item.root, item.path, item.size, item.timeNs, item.contentHash, item.width,
                 item.height, item.fileState, item.reviewState, true},
                cut.name);
    ++result().added;
    return m_session.keepMeasures(item.id, item.contentHash, cut.perceptualHash, cut.thumbnail);
}

Result<void> CropImport::update(KnownCrop& known, const CutPicture& cut)
{
    TRAINYARD_TRY(const Item before, m_session.project().item(known.item.id));
    Item after = before;
    after.root = m_root;
    after.path = m_prefix + cut.name;
    after.size = cut.size;
    after.timeNs = cut.timeNs;
    after.contentHash = cut.contentHash;
    after.width = cut.width;
    after.height = cut.height;
    after.damage = cut.damage.value_or(std::string());
    const bool isSameContent = before.contentHash == cut.contentHash;
    const bool wasDamaged = before.fileState == FileState::Damaged || !before.damage.empty();
    if (cut.damage)
        after.fileState = FileState::Damaged;
    else if (wasDamaged || (isSameContent && before.fileState == FileState::Missing))
        after.fileState = FileState::Ok;
    else if (!isSameContent)
        after.fileState = FileState::Changed;
    ++(isSameContent ? result().unchanged : result().changed);
    if (!isSameContent)
        TRAINYARD_CHECK(m_session.dropIssues(before.id));
    m_session.addRow(changedItem(before, after));
    return m_session.keepMeasures(before.id, cut.contentHash, cut.perceptualHash, cut.thumbnail);
}

/// A crop that is there stays as it is; boxes without one are rejected.
Result<void> CropImport::failed(const Waiting& waiting, const Error& error)
{
    const SourcePicture& picture = m_session.scan().pictures[waiting.index];
    TRAINYARD_TRY(const Rejection reason, pictureRejection(absolute(picture), error));
    const LabelledPicture& labels = *m_session.scan().labelsOf(picture);
    for (std::size_t i = 0; i < waiting.boxes.size(); ++i) {
        if (waiting.known[i] != nullptr) {
            ++result().read;
            ++result().unchanged;
            continue;
        }
        TRAINYARD_CHECK(m_session.reject(labelRejection(labels, waiting.boxes[i].number, reason)));
    }
    return {};
}

} // namespace

Result<ImportResult> importCrops(ImportSession& session, DecoderPool& decoders)
{
    return CropImport(session, decoders).run();
}

Rejection labelRejection(const LabelledPicture& labels, std::int64_t number, const Rejection& picture)
{
    std::string place = "label " + std::to_string(number);
    for (std::size_t i = 0; i < labels.annotations.size(); ++i)
        if (numberOf(labels, i) == number && !labels.annotations[i].place.empty())
            place = labels.annotations[i].place;
    return {labels.labelFile, place,
            "its picture cannot be cut: " + displayText(picture.path) + ": " + picture.reason,
            picture.remedy};
}

} // namespace trainyard
