// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/folder_walk.h"
#include "core/collection/import.h"
#include "core/project/row_changes.h"

#include <set>
#include <utility>

namespace trainyard {

namespace {

constexpr std::size_t kRowsPerBatch = 512;

/// The path with `from` at its start replaced, nothing where it does not lie there.
std::optional<std::string> moved(const std::string& path, const std::string& from, const std::string& to)
{
    if (path == from)
        return to;
    if (path.starts_with(from + "/"))
        return to + path.substr(from.size());
    return std::nullopt;
}

/// Hands out rows in batches.
Project::BatchSource inBatches(std::vector<RowChange> rows)
{
    auto left = std::make_shared<std::vector<RowChange>>(std::move(rows));
    return [left, first = std::size_t{0}]() mutable -> Result<std::vector<RowChange>> {
        const std::size_t last = std::min(left->size(), first + kRowsPerBatch);
        std::vector<RowChange> batch(left->begin() + static_cast<std::ptrdiff_t>(first),
                                     left->begin() + static_cast<std::ptrdiff_t>(last));
        first = last;
        return batch;
    };
}

struct Relocation
{
    std::vector<RowChange> rows;
    std::set<RootId> roots;
};

/// The changes of roots and of the pictures that crops were cut from.
Result<Relocation> planRelocation(Project& project, const std::vector<Item>& items, const std::string& from,
                                  const std::string& to)
{
    Relocation relocation;
    for (const SourceRoot& root : project.roots()) {
        const auto folder = moved(plainPath(project.rootFolder(root.id)).native(), from, to);
        if (!folder)
            continue;
        TRAINYARD_TRY(Edit edit, makeRelocateRoot(project, root.id, *folder));
        for (RowChange& row : edit.rows)
            relocation.rows.push_back(std::move(row));
        relocation.roots.insert(root.id);
    }
    for (const Item& item : items) {
        const auto picture = moved(item.sourcePicture, from, to);
        if (!picture || item.sourcePicture.empty())
            continue;
        Item after = item;
        after.sourcePicture = *picture;
        relocation.rows.push_back(changedItem(item, after));
    }
    return relocation;
}

} // namespace

Result<RelocateResult> relocate(Project& project, const std::filesystem::path& from,
                                const std::filesystem::path& to)
{
    const std::filesystem::path target = plainPath(to);
    std::error_code ignored;
    if (!std::filesystem::is_directory(target, ignored))
        return fail(ErrorCode::NotFound, displayText(target.native()) + ": there is no such folder");
    TRAINYARD_TRY(const auto items, project.items());
    TRAINYARD_TRY(auto relocation, planRelocation(project, items, plainPath(from).native(), target.native()));
    if (relocation.rows.empty())
        return fail(ErrorCode::NotFound,
                    displayText(plainPath(from).native()) + ": no pictures of this project come from there");
    TRAINYARD_CHECK(project.applyBulk(
        "relocate", "Moved the source " + displayText(from.native()) + " to " + displayText(to.native()),
        inBatches(std::move(relocation.rows))));
    RelocateResult result;
    for (const Item& item : items) {
        if (!relocation.roots.contains(item.root))
            continue;
        const auto stamp = fileStamp(project.itemPath(item));
        if (!stamp)
            ++result.missing;
        else
            ++(stamp->size == item.size ? result.found : result.differing);
    }
    return result;
}

Result<std::int64_t> updateFileStates(Project& project, const Cancellation& cancellation)
{
    TRAINYARD_TRY(const auto items, project.items());
    std::vector<RowChange> rows;
    for (const Item& item : items) {
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "looking for missing files was cancelled");
        const bool isMissing = !fileStamp(project.itemPath(item));
        if (isMissing == (item.fileState == FileState::Missing))
            continue;
        Item after = item;
        after.fileState = isMissing             ? FileState::Missing
                          : item.damage.empty() ? FileState::Ok
                                                : FileState::Damaged;
        rows.push_back(changedItem(item, after));
    }
    const auto count = std::ssize(rows);
    if (count > 0)
        TRAINYARD_CHECK(
            project.applyBulk("file-states", "Looked for missing files", inBatches(std::move(rows))));
    return count;
}

} // namespace trainyard
