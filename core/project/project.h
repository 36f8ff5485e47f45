// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/labels/annotation.h"
#include "core/project/edit.h"
#include "core/project/item.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// The number of an Edit within this process, given before the database has written it.
using EditId = std::int64_t;

/// Hears what becomes of Edits. Called on the project's writer thread; must return soon.
class ProjectObserver
{
public:
    virtual ~ProjectObserver() = default;
    virtual void durable(EditId edit, Revision revision) = 0;
    virtual void notDurable(EditId edit, const Error& error) = 0;
};

/// One line of the history.
struct RevisionRow
{
    Revision revision = 0;
    std::int64_t utcMs = 0;
    std::string author;
    std::string verb;
    std::string text;
    std::int64_t rowCount = 0;
    Revision undoes = 0; ///< the revision that this one inverts; 0 for ordinary ones
    bool isUndone = false;
};

/// A row whose checksum does not fit its fields: it is left out of everything, and left as it is.
struct DamagedRow
{
    Table table = Table::Items;
    std::int64_t id = 0;

    bool operator==(const DamagedRow&) const = default;
};

/// Where a label is, without its shape.
struct LabelPlace
{
    AnnotationId id = 0;
    ItemId item = 0;
    ShapeKind kind = ShapeKind::ClassTag;
    ClassId classId = 0;
    bool isOpinion = false; ///< a second one (isSecondOpinion())

    bool operator==(const LabelPlace&) const = default;
};

/// What a bulk revision does with a row that is not what it expected.
enum class OnConflict { Fail, Skip };

struct ProjectStatus
{
    std::int64_t items = 0;
    std::int64_t excluded = 0;
    std::int64_t rejects = 0;
    std::int64_t perFileState[4] = {};
    std::int64_t perReviewState[5] = {};
    std::int64_t perSplit[4] = {};                          ///< included, undamaged items
    std::vector<std::pair<ClassId, std::int64_t>> perClass; ///< the same items; class 0: without a class
    std::int64_t openIssues = 0;
    Revision revision = 0;
};

/// A project: the document that window, command line and scripts share, kept in project.trainyard (SQLite).
///
/// open() and create() give an object that one thread at a time may use; the columns are in memory,
/// everything else is read when asked for. apply() validates, changes memory and queues the write; a writer
/// thread owns the writing connection and takes project.lock for each transaction. Other processes may write
/// the same project; refresh() brings their revisions in. What is read shows applied Edits at once, durable
/// or not.
///
/// Fails with NotFound, CorruptFile (the newest good copy is named), Unsupported (newer schema), Conflict,
/// NoSpace, IoError. After every failure the project on disk is what it was.
class Project
{
public:
    enum class OpenMode { ReadWrite, ReadOnly };
    struct CreateOptions
    {
        std::string task = "classify";
        std::string author; ///< empty: authorName("cli")
    };
    static Result<std::unique_ptr<Project>> create(const std::filesystem::path& folder,
                                                   const CreateOptions& options);
    static Result<std::unique_ptr<Project>> open(const std::filesystem::path& folder, OpenMode mode,
                                                 std::string author);
    /// The nearest folder at or above `start` that holds a project.trainyard.
    static std::optional<std::filesystem::path> find(const std::filesystem::path& start);
    virtual ~Project() = default; ///< flushes, then checkpoints the database under the lock

    [[nodiscard]] virtual const std::filesystem::path& folder() const = 0;
    [[nodiscard]] virtual const std::string& author() const = 0;
    [[nodiscard]] virtual bool isReadOnly() const = 0;
    /// One sentence that a person should see (an old copy, a read-only place); usually empty.
    [[nodiscard]] virtual const std::string& notice() const = 0;
    [[nodiscard]] virtual Revision revision() const = 0; ///< newest that memory knows

    // --- changing ---
    virtual void setObserver(ProjectObserver* observer) = 0; ///< not owned; nullptr to stop
    /// An Edit without rows makes no revision; it is told the present one. After Conflict, memory takes the
    /// database's values at the next call of apply(), flush() or refresh().
    virtual Result<EditId> apply(const Edit& edit) = 0;
    /// apply() and wait until it is durable; after an error it has not happened and will not.
    virtual Result<Revision> applyNow(const Edit& edit) = 0;
    /// A bulk revision in several transactions: `next` gives the rows of the next batch, empty at the end.
    /// After a crash it is rolled back at the next start. `verb` and `text` as in Edit. A row that somebody
    /// else changed meanwhile ends it (Conflict, rolled back), or is left as it is.
    using BatchSource = std::function<Result<std::vector<RowChange>>()>;
    virtual Result<Revision> applyBulk(const std::string& verb, const std::string& text,
                                       const BatchSource& next, OnConflict onConflict = OnConflict::Fail) = 0;
    virtual Result<void> flush() = 0; ///< waits for everything queued; the first error of what was queued
    /// The author's newest ordinary revision that is not undone. NotFound: there is none; Refused: somebody
    /// else changed the same rows later. One of many rows is written batch by batch, as it was.
    virtual Result<Revision> undo() = 0;
    virtual Result<Revision> redo() = 0;
    /// undo() or redo() on the writer's thread, behind everything queued: the observer hears durable() or
    /// notDurable(), and refresh() brings the rows in, part by part while it goes on. Where what is queued
    /// before it cannot be written, neither is this.
    virtual Result<EditId> stepLater(bool isUndo) = 0;
    /// What a failing disk left queued is tried again now, and the observer told how that went. Does not
    /// wait.
    virtual void retry() = 0;
    /// Reserves ids ahead, without waiting, so that newId() can be answered while a disk writes nothing.
    virtual void prepareIds() = 0;
    /// New ids for rows that an Edit will make (blocks of 4,096 are reserved in a short transaction).
    virtual Result<std::int64_t> newId() = 0;
    /// True where another process committed since the last call and memory was brought up to date.
    virtual Result<bool> refresh() = 0;
    /// How often refresh() brought rows that the disk had not given when memory wanted them.
    [[nodiscard]] virtual std::int64_t rereads() const = 0;

    // --- reading ---
    [[nodiscard]] virtual std::span<const ItemColumns> columns() const = 0; ///< living items by rising id
    [[nodiscard]] virtual const ItemColumns* column(ItemId id) const = 0;
    virtual Result<Item> item(ItemId id) = 0;
    /// All items that `filter` accepts ("class=RBC and split=test and state=damaged and path=*.png and
    /// text=foo and excluded=yes and review=labelled", empty: all), by rising id.
    virtual Result<std::vector<Item>> items(const std::string& filter = {}) = 0;
    virtual Result<std::vector<ItemId>> itemIds(const std::string& filter) = 0;
    virtual Result<std::optional<ItemId>> itemByPath(RootId root, const std::string& path) = 0;
    virtual Result<std::vector<ItemId>> itemsByHash(std::uint64_t contentHash) = 0;
    virtual Result<std::vector<Annotation>> annotations(ItemId item) = 0;
    /// Of many items at once, which is several times quicker: by item in the order asked for, then by id.
    virtual Result<std::vector<Annotation>> annotationsOf(std::span<const ItemId> items) = 0;
    virtual Result<std::optional<Annotation>> annotationById(AnnotationId id) = 0; ///< nothing where deleted
    /// The items of which a label of their own, tag or shape, has this class, by rising id.
    virtual Result<std::vector<ItemId>> itemsWithLabel(ClassId classId) = 0;
    /// Every label of a class, living or deleted, by rising id; and the labels of other classes on the same
    /// items. Both wait for what is queued.
    virtual Result<std::vector<LabelPlace>> labelsOfClass(ClassId classId) = 0;
    virtual Result<std::vector<LabelPlace>> labelsBesideClass(ClassId classId) = 0;
    [[nodiscard]] virtual const std::vector<ItemClass>& classes() const = 0; ///< by rising id
    [[nodiscard]] virtual const ItemClass* classById(ClassId id) const = 0;
    [[nodiscard]] virtual const ItemClass* classByName(std::string_view name) const = 0;
    /// Classes that were deleted: what another process labelled with one meanwhile still names it.
    virtual Result<std::vector<ItemClass>> deletedClasses() = 0;
    virtual Result<std::vector<Issue>> issues(std::optional<IssueKind> kind,
                                              std::optional<IssueState> state) = 0;
    virtual Result<std::vector<RejectRow>> rejects() = 0;
    [[nodiscard]] virtual const std::vector<SourceRoot>& roots() const = 0;
    [[nodiscard]] virtual std::filesystem::path rootFolder(RootId root) const = 0;    ///< absolute
    [[nodiscard]] virtual std::filesystem::path itemPath(const Item& item) const = 0; ///< absolute
    virtual Result<std::string> setting(const std::string& key) = 0;                  ///< empty where unset
    /// Fields as they are stored, for the old values of an Edit; all empty for a row that does not exist.
    virtual Result<std::vector<FieldValue>> fieldValues(Table table, std::int64_t id,
                                                        std::span<const std::string_view> fields) = 0;
    /// The same for many rows, one after the other in one list.
    virtual Result<std::vector<FieldValue>> fieldValuesOf(Table table, std::span<const std::int64_t> ids,
                                                          std::span<const std::string_view> fields) = 0;
    virtual Result<std::vector<RevisionRow>> history(std::int64_t newest = 100) = 0;
    /// The Edit that leads from one revision to another.
    virtual Result<Edit> diff(Revision from, Revision to) = 0;
    virtual Result<ProjectStatus> status() = 0;
    /// SQLite's integrity_check and the checksum of every row: CorruptFile names tables and rows.
    virtual Result<void> verify() = 0;
    /// What loading, reading and verify() found so far.
    [[nodiscard]] virtual std::vector<DamagedRow> damagedRows() const = 0;
};

/// "USER@HOST/program": who edits, the same after every start.
std::string authorName(std::string_view program);

} // namespace trainyard
