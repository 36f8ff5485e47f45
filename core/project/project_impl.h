// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/backups.h"
#include "core/project/bulk.h"
#include "core/project/column_store.h"
#include "core/project/filter.h"
#include "core/project/opening.h"
#include "core/project/pending_edits.h"
#include "core/project/project.h"
#include "core/project/revisions.h"
#include "core/project/writer.h"

#include <atomic>
#include <memory>
#include <set>

namespace trainyard {

/// The one implementation of Project: a reading connection, what memory keeps, and the writer with its
/// thread.
///
/// Memory changes on the caller's thread only: settle() takes what the writer finished and refresh() what
/// other processes wrote.
class ProjectDocument final : public Project
{
public:
    static Result<std::unique_ptr<ProjectDocument>> load(OpenPlace place, std::string author);
    ~ProjectDocument() override;

    [[nodiscard]] const std::filesystem::path& folder() const override { return m_place.folder; }
    [[nodiscard]] const std::string& author() const override { return m_author; }
    [[nodiscard]] bool isReadOnly() const override { return m_writer == nullptr; }
    [[nodiscard]] const std::string& notice() const override { return m_place.notice; }
    [[nodiscard]] Revision revision() const override { return m_revision; }

    void setObserver(ProjectObserver* observer) override;
    Result<EditId> apply(const Edit& edit) override;
    Result<Revision> applyNow(const Edit& edit) override;
    Result<Revision> applyBulk(const std::string& verb, const std::string& text, const BatchSource& next,
                               OnConflict onConflict) override;
    Result<void> flush() override;
    Result<Revision> undo() override;
    Result<Revision> redo() override;
    Result<EditId> stepLater(bool isUndo) override;
    void retry() override;
    void prepareIds() override;
    Result<std::int64_t> newId() override;
    Result<bool> refresh() override;
    [[nodiscard]] std::int64_t rereads() const override { return m_rereads; }

    [[nodiscard]] std::span<const ItemColumns> columns() const override { return m_columns.all(); }
    [[nodiscard]] const ItemColumns* column(ItemId id) const override { return m_columns.find(id); }
    Result<Item> item(ItemId id) override;
    Result<std::vector<Item>> items(const std::string& filter) override;
    Result<std::vector<ItemId>> itemIds(const std::string& filter) override;
    Result<std::optional<ItemId>> itemByPath(RootId root, const std::string& path) override;
    Result<std::vector<ItemId>> itemsByHash(std::uint64_t contentHash) override;
    Result<std::vector<Annotation>> annotations(ItemId item) override;
    Result<std::vector<Annotation>> annotationsOf(std::span<const ItemId> items) override;
    Result<std::optional<Annotation>> annotationById(AnnotationId id) override;
    Result<std::vector<ItemId>> itemsWithLabel(ClassId classId) override;
    Result<std::vector<LabelPlace>> labelsOfClass(ClassId classId) override;
    Result<std::vector<LabelPlace>> labelsBesideClass(ClassId classId) override;
    [[nodiscard]] const std::vector<ItemClass>& classes() const override { return m_classes; }
    [[nodiscard]] const ItemClass* classById(ClassId id) const override;
    [[nodiscard]] const ItemClass* classByName(std::string_view name) const override;
    Result<std::vector<ItemClass>> deletedClasses() override;
    Result<std::vector<Issue>> issues(std::optional<IssueKind> kind,
                                      std::optional<IssueState> state) override;
    Result<std::vector<RejectRow>> rejects() override;
    [[nodiscard]] const std::vector<SourceRoot>& roots() const override { return m_roots; }
    [[nodiscard]] std::filesystem::path rootFolder(RootId root) const override;
    [[nodiscard]] std::filesystem::path itemPath(const Item& item) const override;
    Result<std::string> setting(const std::string& key) override;
    Result<std::vector<FieldValue>> fieldValues(Table table, std::int64_t id,
                                                std::span<const std::string_view> fields) override;
    Result<std::vector<FieldValue>> fieldValuesOf(Table table, std::span<const std::int64_t> ids,
                                                  std::span<const std::string_view> fields) override;
    Result<std::vector<RevisionRow>> history(std::int64_t newest) override;
    Result<Edit> diff(Revision from, Revision to) override;
    Result<ProjectStatus> status() override;
    Result<void> verify() override;
    [[nodiscard]] std::vector<DamagedRow> damagedRows() const override;

private:
    using RowKey = std::pair<Table, std::int64_t>;
    ProjectDocument(OpenPlace place, std::string author);
    Result<void> loadMemory();
    Result<void> loadColumns();
    Result<void> loadSmallTable(Table table);
    [[nodiscard]] RowView view();
    void noteDamage(Table table, std::int64_t id);
    Result<void> checkWritable() const;

    void settle();
    void showChanges(const std::vector<RowChange>& rows);
    void showNewRows(const std::vector<RowChange>& rows);
    void reloadRows(const std::vector<RowChange>& rows);
    void readLater(const RowChange& row, const Error& error);
    Result<bool> readForeignRevisions();
    Result<Revision> stepHistory(bool isUndo);
    Result<Revision> stepManyRows(const StoredRevision& target, bool isUndo);

    Result<Revision> runBulk(StoredRevision head, const BatchSource& next, OnConflict onConflict);
    Result<Revision> writeBulk(BulkPlace& place, const BatchSource& next);

    OpenPlace m_place;
    std::string m_author;
    PendingEdits m_pending;
    ColumnStore m_columns;
    std::vector<ItemClass> m_classes;
    std::vector<SourceRoot> m_roots;
    Revision m_revision = 0;
    std::int64_t m_batch = 0;            ///< newest batch that memory knows
    std::set<Revision> m_ownRevisions;   ///< newer than m_seenRevision and already in memory
    std::set<std::int64_t> m_ownBatches; ///< the same of batches
    Revision m_seenRevision = 0;         ///< everything up to here is in memory
    std::int64_t m_dataVersion = 0;
    std::int64_t m_rereads = 0;
    std::vector<RowChange> m_unread; ///< rows that the disk did not give when memory wanted them
    EditId m_lastEdit = 0;
    std::int64_t m_nextId = 0;
    std::int64_t m_idEnd = 0;
    std::shared_ptr<std::atomic<std::int64_t>> m_spareIds; ///< a block that begins there; 0: none yet
    std::set<RowKey> m_damaged;
    std::unique_ptr<Writer> m_writer;
    std::unique_ptr<BackupKeeper> m_backups;
};

/// Refuses unknown tables' fields, values of the wrong type, ids below 1 and numbers that are not finite.
Result<void> checkRowChanges(const std::vector<RowChange>& rows);

} // namespace trainyard
