// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_rows.h"

#include "core/project/edits.h"
#include "core/storage/hash.h"

#include <bit>

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

Annotation annotationFrom(const Row& row)
{
    namespace f = annotation_field;
    Annotation annotation;
    annotation.id = row.id;
    annotation.item = row.integer(f::Item);
    annotation.kind = static_cast<AnnotationKind>(row.integer(f::Kind));
    annotation.classId = row.integer(f::ClassId);
    if (row.has(f::Width))
        annotation.box = Box{row.real(f::X), row.real(f::Y), row.real(f::Width), row.real(f::Height)};
    annotation.source = static_cast<AnnotationSource>(row.integer(f::Source));
    annotation.sourceName = row.bytes(f::SourceName);
    if (row.has(f::Score))
        annotation.score = row.real(f::Score);
    annotation.isReviewed = row.integer(f::Reviewed) != 0;
    return annotation;
}

ItemClass classFrom(const Row& row)
{
    namespace f = class_field;
    return {row.id, row.bytes(f::Name), static_cast<std::uint32_t>(row.integer(f::Colour)),
            row.bytes(f::Key)};
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
    return row.change();
}

RowChange rowForNewAnnotation(const Annotation& annotation)
{
    namespace f = annotation_field;
    NewRow row(Table::Annotations, annotation.id);
    row.number(f::Item, annotation.item).number(f::Kind, static_cast<int>(annotation.kind));
    row.number(f::ClassId, annotation.classId);
    if (annotation.box) {
        row.put(f::X, annotation.box->x).put(f::Y, annotation.box->y);
        row.put(f::Width, annotation.box->width).put(f::Height, annotation.box->height);
    }
    row.number(f::Source, static_cast<int>(annotation.source)).text(f::SourceName, annotation.sourceName);
    if (annotation.score)
        row.put(f::Score, *annotation.score);
    row.number(f::Reviewed, annotation.isReviewed ? 1 : 0);
    return row.change();
}

RowChange rowForNewClass(const ItemClass& itemClass)
{
    NewRow row(Table::Classes, itemClass.id);
    row.text(class_field::Name, itemClass.name).number(class_field::Colour, itemClass.colour);
    return row.text(class_field::Key, itemClass.key).change();
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
