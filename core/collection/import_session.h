// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/class_book.h"
#include "core/collection/import.h"
#include "core/collection/item_index.h"
#include "core/collection/label_merge.h"
#include "core/collection/reject_book.h"
#include "core/collection/source_scan.h"
#include "core/imaging/thumbnail_store.h"
#include "core/labels/facts.h"
#include "core/labels/shape_suggestions.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trainyard {

/// What every import does, whatever it reads: rows in batches, counts, rejects, classes, roots, thumbnails,
/// facts.
///
/// Written as several bulk revisions of at most 20,000 items, so that a killed import loses no more than the
/// last one. One thread.
class ImportSession
{
public:
    static Result<std::unique_ptr<ImportSession>> open(Project& project, const ImportRequest& request,
                                                       const SourceScan& scan,
                                                       const Cancellation& cancellation,
                                                       const ProgressObserver& progress);

    /// One unit of work; false where nothing is left.
    using Step = std::function<Result<bool>()>;
    /// Calls `step` until it says that nothing is left, writes what it added, takes outdated rejects away and
    /// gives the result with its sum checked. Cancelled and errors of `step` keep everything that was added
    /// before.
    Result<ImportResult> run(const Step& step);

    Result<std::int64_t> newId() { return m_project.newId(); }
    Result<ClassId> classId(const std::string& name) { return m_classes.idOf(name, m_rows); }
    /// Makes the classes of the source and keeps what its format says of them beside the project's own
    /// fields.
    Result<void> takeClasses();
    /// Settles the label files and rejects what cannot be used of them.
    Result<void> takeRejections();
    /// The root and the path below it for a folder; makes a root where none contains it.
    Result<std::pair<RootId, std::string>> rootFor(const std::filesystem::path& folder);
    void addRow(RowChange row);
    Result<void> addSetting(const std::string& key, const std::string& value);
    /// A new item with its annotations, and a class tag where it has a class and no tag is among them.
    Result<void> addItem(const Item& item, std::vector<Annotation> annotations);
    Result<void> addAnnotations(ItemId item, std::vector<Annotation> annotations);
    /// Counts the merge and writes it.
    Result<void> mergeAnnotations(ItemId item, LabelMerge merge);
    /// Keeps a prediction as a suggestion; those of a model take the place of its earlier ones at the end.
    void suggest(ItemId item, std::uint64_t contentHash, const FileAnnotation& label);
    /// Notes that the later item repeats the earlier one.
    Result<void> addDuplicate(ItemId item, ItemId original);
    /// Issues about what an item's bytes were before they changed.
    Result<void> dropIssues(ItemId item);
    /// Counts one record as read and rejected.
    Result<void> reject(const Rejection& rejection);
    void settle(const std::string& path) { m_rejects.settle(path); }
    Result<void> keepMeasures(ItemId item, std::uint64_t contentHash, std::uint64_t perceptualHash,
                              const std::string& thumbnail);
    void note(const std::string& text);
    void report(std::int64_t done, std::int64_t total);

    [[nodiscard]] Project& project() { return m_project; }
    [[nodiscard]] const ImportRequest& request() const { return m_request; }
    [[nodiscard]] const SourceScan& scan() const { return m_scan; }
    [[nodiscard]] const Cancellation& cancellation() const { return m_cancellation; }
    [[nodiscard]] MergeRule mergeRule() const { return m_mergeRule; }
    [[nodiscard]] ImportResult& result() { return m_result; }

private:
    ImportSession(Project& project, const ImportRequest& request, const SourceScan& scan,
                  const Cancellation& cancellation, const ProgressObserver& progress, RejectBook rejects,
                  std::unique_ptr<ThumbnailStore> thumbnails);
    void fill(const Step& step);
    Result<void> writeFacts();
    Result<void> writeSuggestions();

    Project& m_project;
    const ImportRequest& m_request;
    const SourceScan& m_scan;
    const Cancellation& m_cancellation;
    const ProgressObserver& m_progress;
    RejectBook m_rejects;
    ClassBook m_classes;
    std::unique_ptr<ThumbnailStore> m_thumbnails;
    std::vector<FactRow> m_facts;
    std::map<std::string, std::vector<ShapeSuggestion>> m_suggestions; ///< by model
    std::vector<RowChange> m_rows;
    std::optional<std::vector<Issue>> m_issues; ///< read when first asked for
    std::optional<Error> m_failure;
    std::int64_t m_itemsInRevision = 0;
    bool m_isDone = false;
    bool m_areRejectsSettled = false;
    MergeRule m_mergeRule = MergeRule::Keep;
    ImportResult m_result;
};

/// The answer to "merge", else Keep; InvalidFile where it is no rule.
Result<MergeRule> mergeRuleOf(const FormatAnswers& answers);

} // namespace trainyard
