// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/import_session.h"

#include "core/base/assert.h"
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/row_changes.h"

#include <algorithm>
#include <set>
#include <utility>

namespace trainyard {

namespace {

constexpr std::size_t kRowsPerBatch = 4'096;
constexpr std::int64_t kItemsPerRevision = 20'000;
constexpr std::size_t kFactsPerShard = 4'096;
constexpr std::size_t kMaxNotes = 100;
constexpr std::size_t kMaxListedRejections = 1'000;

/// The part of `folder` below `above`, nothing where it is not below.
std::optional<std::string> partBelow(const std::filesystem::path& folder, const std::filesystem::path& above)
{
    if (folder == above)
        return std::string();
    const std::string prefix = above.native() + (above.native().ends_with('/') ? "" : "/");
    if (!folder.native().starts_with(prefix))
        return std::nullopt;
    return folder.native().substr(prefix.size());
}

} // namespace

Result<MergeRule> mergeRuleOf(const FormatAnswers& answers)
{
    const auto answer = answers.find("merge");
    if (answer == answers.end())
        return MergeRule::Keep;
    const auto rule = mergeRuleFromName(answer->second);
    if (!rule)
        return fail(ErrorCode::InvalidFile, "answers: field 'merge' is neither keep, theirs nor both");
    return *rule;
}

ImportSession::ImportSession(Project& project, const ImportRequest& request, const SourceScan& scan,
                             const Cancellation& cancellation, const ProgressObserver& progress,
                             RejectBook rejects, std::unique_ptr<ThumbnailStore> thumbnails)
    : m_project(project), m_request(request), m_scan(scan), m_cancellation(cancellation),
      m_progress(progress), m_rejects(std::move(rejects)), m_classes(project),
      m_thumbnails(std::move(thumbnails))
{
    for (const std::string& text : scan.notes)
        note(text);
}

Result<std::unique_ptr<ImportSession>> ImportSession::open(Project& project, const ImportRequest& request,
                                                           const SourceScan& scan,
                                                           const Cancellation& cancellation,
                                                           const ProgressObserver& progress)
{
    TRAINYARD_TRY(auto rejects, RejectBook::open(project));
    TRAINYARD_TRY(auto thumbnails, ThumbnailStore::open(project.folder() / "cache" / "thumbnails"));
    std::unique_ptr<ImportSession> session(new ImportSession(project, request, scan, cancellation, progress,
                                                             std::move(rejects), std::move(thumbnails)));
    session->m_result.revision = project.revision();
    TRAINYARD_TRY(session->m_mergeRule, mergeRuleOf(scan.answers));
    return session;
}

void ImportSession::fill(const Step& step)
{
    while (!m_isDone && m_rows.size() < kRowsPerBatch) {
        if (m_cancellation.isCancelled()) {
            m_failure =
                Error{ErrorCode::Cancelled, "the import was cancelled; what it had read so far is kept", {}};
            m_isDone = true;
            return;
        }
        const Result<bool> hasMore = step();
        if (!hasMore)
            m_failure = hasMore.error();
        m_isDone = !hasMore || !*hasMore;
    }
    if (m_isDone && !m_failure && !std::exchange(m_areRejectsSettled, true))
        for (RowChange& row : m_rejects.outdated())
            m_rows.push_back(std::move(row));
}

Result<ImportResult> ImportSession::run(const Step& step)
{
    while (!m_isDone) {
        m_itemsInRevision = 0;
        fill(step);
        if (m_rows.empty())
            break;
        const auto next = [&]() -> Result<std::vector<RowChange>> {
            if (m_rows.empty() && m_itemsInRevision < kItemsPerRevision)
                fill(step);
            return std::exchange(m_rows, {});
        };
        TRAINYARD_TRY(
            m_result.revision,
            m_project.applyBulk("import", "Imported " + displayText(m_request.source.native()), next));
    }
    TRAINYARD_CHECK(writeFacts());
    TRAINYARD_CHECK(writeSuggestions());
    if (m_failure)
        return fail(*m_failure);
    m_result.accepted = m_result.added + m_result.unchanged + m_result.changed + m_result.moved;
    TRAINYARD_ASSERT(m_result.accepted + m_result.leftOut + m_result.rejected == m_result.read);
    const LabelCounts& labels = m_result.labels;
    TRAINYARD_ASSERT(labels.added + labels.changed + labels.same + labels.left + labels.suggested +
                         labels.rejected ==
                     labels.read);
    return m_result;
}

void ImportSession::suggest(ItemId item, std::uint64_t contentHash, const FileAnnotation& label)
{
    ShapeSuggestion suggestion;
    suggestion.item = item;
    suggestion.contentHash = contentHash;
    suggestion.className = label.className;
    suggestion.shape = label.shape;
    suggestion.score = label.score.value_or(1);
    suggestion.model = label.sourceName.empty() ? std::string(m_scan.format->key) : label.sourceName;
    m_suggestions[suggestion.model].push_back(std::move(suggestion));
    ++m_result.labels.suggested;
}

Result<void> ImportSession::writeSuggestions()
{
    ShapeSuggestionStore store(m_project.folder());
    for (const auto& [model, suggestions] : m_suggestions) {
        TRAINYARD_CHECK(store.replace(model, suggestions));
        note(std::to_string(suggestions.size()) + " predictions of '" + displayText(model) +
             "' wait as suggestions; they are no labels until somebody accepts them");
    }
    return {};
}

Result<void> ImportSession::writeFacts()
{
    const std::vector<FactRow> facts = std::exchange(m_facts, {});
    FactStore store = perceptualHashFacts(m_project.folder());
    TRAINYARD_CHECK(store.append(facts));
    return m_thumbnails->flush();
}

Result<std::pair<RootId, std::string>> ImportSession::rootFor(const std::filesystem::path& folder)
{
    std::optional<std::pair<RootId, std::string>> best;
    const auto consider = [&](RootId id, const std::filesystem::path& place) {
        const auto below = partBelow(folder, place);
        if (below && (!best || below->size() < best->second.size()))
            best = std::pair(id, below->empty() ? std::string() : *below + "/");
    };
    for (const SourceRoot& root : m_project.roots())
        consider(root.id, plainPath(m_project.rootFolder(root.id)));
    if (best)
        return *best;
    SourceRoot root = sourceRootFor(m_project.folder(), folder);
    TRAINYARD_TRY(root.id, m_project.newId());
    m_rows.push_back(rowForNewRoot(root));
    return std::pair(root.id, std::string());
}

void ImportSession::addRow(RowChange row)
{
    m_rows.push_back(std::move(row));
}

Result<void> ImportSession::addSetting(const std::string& key, const std::string& value)
{
    TRAINYARD_TRY(Edit edit, makeSetSetting(m_project, key, value));
    for (RowChange& row : edit.rows)
        m_rows.push_back(std::move(row));
    return {};
}

Result<void> ImportSession::takeClasses()
{
    const LabelSet& labels = m_scan.labels;
    const std::string key = "labels-" + std::string(m_scan.format->key);
    TRAINYARD_TRY(const std::string known, m_project.setting(key));
    Json kept = Json::object();
    if (auto json = parseJson(known, key); json && json->is_object())
        kept = std::move(*json);
    for (const FileClass& fileClass : labels.classes) {
        TRAINYARD_CHECK(m_classes.take(fileClass, m_rows));
        Json entry =
            jsonValue(jsonValue(kept, "classes", Json::object()), fileClass.name.c_str(), Json::object());
        if (fileClass.number && !entry.contains("number"))
            entry["number"] = *fileClass.number;
        if (!fileClass.extra.empty())
            if (auto extra = parseJson(fileClass.extra, key))
                entry["extra"] = std::move(*extra);
        if (!entry.empty())
            kept["classes"][fileClass.name] = std::move(entry);
    }
    if (!labels.extra.empty())
        if (auto extra = parseJson(labels.extra, key))
            kept["extra"] = std::move(*extra);
    const std::string text = kept.empty() ? std::string() : jsonLine(kept);
    return text == known ? Result<void>() : addSetting(key, text);
}

Result<void> ImportSession::takeRejections()
{
    std::set<std::string_view> files;
    for (const LabelledPicture& labels : m_scan.labels.pictures)
        files.insert(labels.labelFile);
    for (const std::string_view file : files)
        settle(std::string(file));
    for (const Rejection& rejection : m_scan.rejections)
        TRAINYARD_CHECK(reject(rejection));
    const std::int64_t kept = annotationCount(m_scan.labels);
    m_result.labels.read = m_scan.labels.read;
    m_result.labels.rejected = m_scan.labels.read - kept + m_scan.unmatched;
    return {};
}

Result<void> ImportSession::addItem(const Item& item, std::vector<Annotation> annotations)
{
    m_rows.push_back(rowForNewItem(item));
    ++m_itemsInRevision;
    const bool hasTag = std::any_of(annotations.begin(), annotations.end(),
                                    [](const Annotation& annotation) { return annotation.isClassTag(); });
    if (item.classId != 0 && !hasTag) {
        Annotation tag;
        tag.classId = item.classId;
        tag.source = AnnotationSource::Import;
        tag.sourceName = m_scan.format->key;
        annotations.push_back(std::move(tag));
    }
    return addAnnotations(item.id, std::move(annotations));
}

Result<void> ImportSession::addAnnotations(ItemId item, std::vector<Annotation> annotations)
{
    for (Annotation& annotation : annotations) {
        TRAINYARD_TRY(annotation.id, m_project.newId());
        annotation.item = item;
        m_rows.push_back(rowForNewAnnotation(annotation));
    }
    return {};
}

Result<void> ImportSession::mergeAnnotations(ItemId item, LabelMerge merge)
{
    LabelCounts& counts = m_result.labels;
    counts.added += std::ssize(merge.added);
    counts.changed += std::ssize(merge.changed);
    counts.removed += std::ssize(merge.removed);
    counts.same += merge.same;
    counts.left += merge.left;
    for (const auto& [before, after] : merge.changed)
        m_rows.push_back(changedAnnotation(before, after));
    for (const Annotation& annotation : merge.removed)
        m_rows.push_back(deletedRow(Table::Annotations, annotation.id));
    return addAnnotations(item, std::move(merge.added));
}

Result<void> ImportSession::addDuplicate(ItemId item, ItemId original)
{
    Issue issue;
    TRAINYARD_TRY(issue.id, m_project.newId());
    issue.kind = IssueKind::ExactDuplicate;
    issue.item = item;
    issue.other = original;
    issue.text = "the same bytes as #" + std::to_string(original);
    m_rows.push_back(rowForNewIssue(issue));
    ++m_result.duplicates;
    return {};
}

Result<void> ImportSession::dropIssues(ItemId item)
{
    if (!m_issues) {
        TRAINYARD_TRY(m_issues, m_project.issues(std::nullopt, std::nullopt));
    }
    std::erase_if(*m_issues, [&](const Issue& issue) {
        const bool isAbout = issue.item == item || issue.other == item;
        if (isAbout)
            m_rows.push_back(deletedRow(Table::Issues, issue.id));
        return isAbout;
    });
    return {};
}

Result<void> ImportSession::reject(const Rejection& rejection)
{
    ++m_result.read;
    ++m_result.rejected;
    if (m_result.rejections.size() < kMaxListedRejections)
        m_result.rejections.push_back(rejection);
    return m_rejects.reject(rejection, m_rows);
}

Result<void> ImportSession::keepMeasures(ItemId item, std::uint64_t contentHash, std::uint64_t perceptualHash,
                                         const std::string& thumbnail)
{
    m_facts.push_back({item, contentHash, static_cast<std::int64_t>(perceptualHash), {}});
    if (!thumbnail.empty())
        TRAINYARD_CHECK(m_thumbnails->put(item, contentHash, thumbnail));
    if (m_facts.size() >= kFactsPerShard)
        return writeFacts();
    return {};
}

void ImportSession::note(const std::string& text)
{
    auto& notes = m_result.losses.notes;
    if (notes.size() < kMaxNotes && std::find(notes.begin(), notes.end(), text) == notes.end())
        notes.push_back(text);
}

void ImportSession::report(std::int64_t done, std::int64_t total)
{
    if (m_progress)
        m_progress({"reading pictures", done, total});
}

} // namespace trainyard
