// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_rows.h"

#include "core/project/edits.h"
#include "core/storage/hash.h"

#include <bit>
#include <charconv>

namespace trainyard {

namespace {

/// Builds the change that makes a row.
class NewRow
{
public:
    NewRow(Table table, std::int64_t id) : m_change{table, id, {}} { put(kAlive, std::int64_t{1}); }

    NewRow& put(int field, FieldValue value)
    {
        if (value.index() != 0) {
            const std::string name(tableSpec(m_change.table).fields[static_cast<std::size_t>(field)].name);
            m_change.fields.push_back(
                {name, field == kAlive ? FieldValue(std::int64_t{0}) : FieldValue(), std::move(value)});
        }
        return *this;
    }
    NewRow& number(int field, std::int64_t value) { return put(field, storedNumber(value)); }
    NewRow& text(int field, const std::string& value) { return put(field, storedText(value)); }
    [[nodiscard]] RowChange change() const { return m_change; }

private:
    RowChange m_change;
};

} // namespace

FieldValue storedNumber(std::int64_t number)
{
    return number == 0 ? FieldValue() : FieldValue(number);
}

FieldValue storedText(const std::string& text)
{
    return text.empty() ? FieldValue() : FieldValue(text);
}

std::int64_t settingId(std::string_view key)
{
    return static_cast<std::int64_t>(xxh3(key) >> 1) | 1;
}

Item itemFrom(const Row& row)
{
    namespace f = item_field;
    Item item;
    item.id = row.id;
    item.root = row.integer(f::Root);
    item.path = row.bytes(f::Path);
    item.size = row.integer(f::Size);
    item.timeNs = row.integer(f::TimeNs);
    item.contentHash = std::bit_cast<std::uint64_t>(row.integer(f::ContentHash));
    item.width = static_cast<int>(row.integer(f::Width));
    item.height = static_cast<int>(row.integer(f::Height));
    item.fileState = static_cast<FileState>(row.integer(f::FileState));
    item.damage = row.bytes(f::Damage);
    item.reviewState = static_cast<ReviewState>(row.integer(f::ReviewState));
    item.isExcluded = row.integer(f::Excluded) != 0;
    item.excludedReason = row.bytes(f::ExcludedReason);
    item.classId = row.integer(f::ClassId);
    item.split = static_cast<Split>(row.integer(f::Split));
    item.group = row.bytes(f::Group);
    item.sourcePicture = row.bytes(f::SourcePicture);
    if (row.has(f::SourceWidth))
        item.sourceBox = Box{row.real(f::SourceX), row.real(f::SourceY), row.real(f::SourceWidth),
                             row.real(f::SourceHeight)};
    item.reviewComment = row.bytes(f::ReviewComment);
    item.sequence = row.bytes(f::Sequence);
    item.frame = row.integer(f::Frame);
    item.extra = row.bytes(f::Extra);
    return item;
}

ItemColumns columnsFrom(const Row& row)
{
    namespace f = item_field;
    ItemColumns columns;
    columns.id = row.id;
    columns.contentHash = std::bit_cast<std::uint64_t>(row.integer(f::ContentHash));
    columns.classId = static_cast<std::int32_t>(row.integer(f::ClassId));
    columns.fileState = static_cast<FileState>(row.integer(f::FileState));
    columns.reviewState = static_cast<ReviewState>(row.integer(f::ReviewState));
    columns.split = static_cast<Split>(row.integer(f::Split));
    columns.isExcluded = row.integer(f::Excluded) != 0;
    return columns;
}

std::optional<Annotation> annotationFrom(const Row& row)
{
    namespace f = annotation_field;
    const std::string source = rowName(Table::Annotations, row.id);
    std::optional<Box> box;
    if (row.has(f::Width))
        box = Box{row.real(f::X), row.real(f::Y), row.real(f::Width), row.real(f::Height)};
    auto shape =
        shapeFromBytes(static_cast<ShapeKind>(row.integer(f::Kind)), box, row.bytes(f::Geometry), source);
    auto attributes = attributesFromText(row.bytes(f::Attributes), source);
    if (!shape || !attributes)
        return std::nullopt;
    Annotation annotation;
    annotation.id = row.id;
    annotation.item = row.integer(f::Item);
    annotation.classId = row.integer(f::ClassId);
    annotation.shape = std::move(*shape);
    annotation.source = static_cast<AnnotationSource>(row.integer(f::Source));
    annotation.sourceName = row.bytes(f::SourceName);
    if (row.has(f::Score))
        annotation.score = row.real(f::Score);
    annotation.isReviewed = row.integer(f::Reviewed) != 0;
    annotation.group = row.integer(f::Group);
    annotation.zOrder = row.integer(f::ZOrder);
    annotation.flags = flagsFromNumber(row.integer(f::Flags));
    annotation.attributes = std::move(*attributes);
    annotation.extra = row.bytes(f::Extra);
    return annotation;
}

std::vector<ItemId> itemIdsFromText(std::string_view text)
{
    std::vector<ItemId> ids;
    const char* at = text.data();
    const char* end = text.data() + text.size();
    while (at < end) {
        ItemId id = 0;
        const auto [next, error] = std::from_chars(at, end, id);
        if (error != std::errc())
            break;
        ids.push_back(id);
        at = next + 1;
    }
    return ids;
}

std::string itemIdsToText(std::span<const ItemId> ids)
{
    std::string text;
    for (const ItemId id : ids)
        text += (text.empty() ? "" : ",") + std::to_string(id);
    return text;
}

ItemClass classFrom(const Row& row)
{
    namespace f = class_field;
    const std::string source = rowName(Table::Classes, row.id);
    ItemClass itemClass;
    itemClass.id = row.id;
    itemClass.name = row.bytes(f::Name);
    itemClass.colour = static_cast<std::uint32_t>(row.integer(f::Colour));
    itemClass.key = row.bytes(f::Key);
    itemClass.parent = row.integer(f::Parent);
    itemClass.guide = row.bytes(f::Guide);
    itemClass.examples = itemIdsFromText(row.bytes(f::Examples));
    // Texts that do not fit come from a writer with an error; the class itself stays usable.
    if (auto attributes = attributeSpecsFromText(row.bytes(f::Attributes), source))
        itemClass.attributes = std::move(*attributes);
    if (auto skeleton = skeletonFromText(row.bytes(f::Skeleton), source))
        itemClass.skeleton = std::move(*skeleton);
    itemClass.successor = row.integer(f::Successor);
    return itemClass;
}

Issue issueFrom(const Row& row)
{
    namespace f = issue_field;
    Issue issue;
    issue.id = row.id;
    issue.kind = static_cast<IssueKind>(row.integer(f::Kind));
    issue.state = static_cast<IssueState>(row.integer(f::State));
    issue.item = row.integer(f::Item);
    issue.other = row.integer(f::Other);
    issue.suggested = row.integer(f::Suggested);
    issue.score = row.real(f::Score);
    issue.text = row.bytes(f::Text);
    return issue;
}

SourceRoot rootFrom(const Row& row)
{
    return {row.id, row.bytes(root_field::Path), row.integer(root_field::IsRelative) != 0};
}

RejectRow rejectFrom(const Row& row)
{
    namespace f = reject_field;
    return {row.id,
            row.bytes(f::Source),
            row.bytes(f::Place),
            row.bytes(f::Reason),
            row.bytes(f::Remedy),
            row.integer(f::Reviewed) != 0};
}

RowChange rowForNewItem(const Item& item)
{
    namespace f = item_field;
    NewRow row(Table::Items, item.id);
    row.number(f::Root, item.root).text(f::Path, item.path).number(f::Size, item.size);
    row.number(f::TimeNs, item.timeNs).number(f::ContentHash, std::bit_cast<std::int64_t>(item.contentHash));
    row.number(f::Width, item.width).number(f::Height, item.height);
    row.number(f::FileState, static_cast<int>(item.fileState)).text(f::Damage, item.damage);
    row.number(f::ReviewState, static_cast<int>(item.reviewState))
        .number(f::Excluded, item.isExcluded ? 1 : 0);
    row.text(f::ExcludedReason, item.excludedReason).number(f::ClassId, item.classId);
    row.number(f::Split, static_cast<int>(item.split)).text(f::Group, item.group);
    row.text(f::SourcePicture, item.sourcePicture);
    if (item.sourceBox) {
        row.put(f::SourceX, item.sourceBox->x).put(f::SourceY, item.sourceBox->y);
        row.put(f::SourceWidth, item.sourceBox->width).put(f::SourceHeight, item.sourceBox->height);
    }
    row.text(f::ReviewComment, item.reviewComment).text(f::Sequence, item.sequence);
    row.number(f::Frame, item.frame).text(f::Extra, item.extra);
    return row.change();
}

RowChange rowForNewAnnotation(const Annotation& annotation)
{
    namespace f = annotation_field;
    NewRow row(Table::Annotations, annotation.id);
    row.number(f::Item, annotation.item).number(f::Kind, static_cast<int>(annotation.kind()));
    row.number(f::ClassId, annotation.classId);
    if (const auto box = boundingBox(annotation.shape)) {
        row.put(f::X, box->x).put(f::Y, box->y);
        row.put(f::Width, box->width).put(f::Height, box->height);
    }
    row.number(f::Source, static_cast<int>(annotation.source)).text(f::SourceName, annotation.sourceName);
    if (annotation.score)
        row.put(f::Score, *annotation.score);
    row.number(f::Reviewed, annotation.isReviewed ? 1 : 0);
    row.text(f::Geometry, shapeToBytes(annotation.shape)).number(f::Group, annotation.group);
    row.number(f::ZOrder, annotation.zOrder).number(f::Flags, flagsToNumber(annotation.flags));
    row.text(f::Attributes, attributesToText(annotation.attributes)).text(f::Extra, annotation.extra);
    return row.change();
}

RowChange rowForNewClass(const ItemClass& itemClass)
{
    namespace f = class_field;
    NewRow row(Table::Classes, itemClass.id);
    row.text(f::Name, itemClass.name).number(f::Colour, itemClass.colour).text(f::Key, itemClass.key);
    row.number(f::Parent, itemClass.parent).text(f::Guide, itemClass.guide);
    row.text(f::Examples, itemIdsToText(itemClass.examples));
    row.text(f::Attributes, attributeSpecsToText(itemClass.attributes));
    row.text(f::Skeleton, skeletonToText(itemClass.skeleton));
    return row.number(f::Successor, itemClass.successor).change();
}

RowChange rowForNewIssue(const Issue& issue)
{
    namespace f = issue_field;
    NewRow row(Table::Issues, issue.id);
    row.number(f::Kind, static_cast<int>(issue.kind)).number(f::State, static_cast<int>(issue.state));
    row.number(f::Item, issue.item).number(f::Other, issue.other).number(f::Suggested, issue.suggested);
    return row.put(f::Score, issue.score).text(f::Text, issue.text).change();
}

RowChange rowForNewRoot(const SourceRoot& root)
{
    NewRow row(Table::Roots, root.id);
    return row.text(root_field::Path, root.path)
        .number(root_field::IsRelative, root.isRelative ? 1 : 0)
        .change();
}

RowChange rowForNewReject(const RejectRow& reject)
{
    namespace f = reject_field;
    NewRow row(Table::Rejects, reject.id);
    row.text(f::Source, reject.source).text(f::Place, reject.place).text(f::Reason, reject.reason);
    return row.text(f::Remedy, reject.remedy).number(f::Reviewed, reject.isReviewed ? 1 : 0).change();
}

} // namespace trainyard
