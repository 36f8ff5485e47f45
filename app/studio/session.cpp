// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/session.h"

#include "core/base/log.h"
#include "core/project/window_lock.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <future>

namespace trainyard::studio {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("session", text);
}

QString holderText(const std::filesystem::path& folder)
{
    const auto holder = windowHolder(folder);
    if (!holder)
        return tr("another window has it open for editing");
    return tr("%1 on %2 has it open for editing (process %3)")
        .arg(widgets::shown(holder->user), widgets::shown(holder->host))
        .arg(holder->pid);
}

} // namespace

Programs installedPrograms()
{
    return {trainyardProgram(), helperProgram("trainyard-decode")};
}

OpenedProject openProjectFiles(const std::filesystem::path& folder)
{
    OpenedProject opened;
    opened.folder = folder;
    auto thumbnails =
        std::async(std::launch::async, [&] { return ThumbnailStore::open(folder / "cache" / "thumbnails"); });
    auto lock = acquireWindowLock(folder, thisWindow());
    if (lock)
        opened.windowLock.emplace(std::move(*lock));
    else
        opened.readOnlyCause = lock.error();
    using Mode = Project::OpenMode;
    const std::string author = authorName("studio");
    opened.project = Project::open(folder, lock ? Mode::ReadWrite : Mode::ReadOnly, author);
    if (!opened.project && lock) {
        // A newer or write-protected project opens as far as it can.
        const Error error = opened.project.error();
        opened.project = Project::open(folder, Mode::ReadOnly, author);
        if (opened.project)
            opened.readOnlyCause = error;
        else
            opened.project = fail(error);
    }
    if (auto store = thumbnails.get())
        opened.thumbnails = std::move(*store);
    else
        logLine(LogLevel::Warning, store.error().message);
    return opened;
}

Result<std::unique_ptr<Session>> Session::open(OpenedProject opened, const Programs& programs)
{
    if (!opened.project)
        return fail(opened.project.error());
    const std::filesystem::path folder = opened.folder;
    auto session = std::make_unique<Session>();
    session->windowLock = std::move(opened.windowLock);
    QString reason;
    if (opened.readOnlyCause)
        reason = opened.readOnlyCause->code == ErrorCode::Conflict
                     ? holderText(folder)
                     : widgets::shown(opened.readOnlyCause->message);
    session->document =
        widgets::ProjectDocument::show(std::move(*opened.project), reason, std::move(opened.thumbnails));
    Project& project = session->document->project();
    session->jobs = std::make_unique<widgets::JobList>(folder / "jobs", programs.trainyard,
                                                       widgets::JobOwner{folder, project.author()});
    session->runs = std::make_unique<widgets::RunList>(folder);
    const auto contentHash = [&project](ItemId item) {
        const ItemColumns* columns = project.column(item);
        return columns == nullptr ? std::uint64_t(0) : columns->contentHash;
    };
    using Maker = widgets::ThumbnailMaker;
    session->thumbnailMaker = std::make_unique<Maker>(programs.decode, session->document->thumbnails());
    if (session->document->thumbnails())
        session->thumbnails =
            std::make_unique<widgets::ThumbnailSource>(session->document->thumbnails(), contentHash);
    else
        session->thumbnails = std::make_unique<widgets::ThumbnailSource>(
            [](ItemId, std::uint64_t) -> std::optional<std::string> { return std::nullopt; }, contentHash);
    session->thumbnails->setMaker(
        [&project, maker = session->thumbnailMaker.get()](ItemId id, std::uint64_t hash) {
            const auto item = project.item(id);
            if (item)
                maker->make(id, project.itemPath(*item), hash);
            return item.has_value();
        });
    QObject::connect(session->thumbnailMaker.get(), &Maker::made, session->thumbnails.get(),
                     &widgets::ThumbnailSource::deliver);
    session->pictures = std::make_unique<widgets::PictureLoader>(programs.decode);
    session->suggestions = std::make_unique<widgets::Suggestions>(
        *session->document, programs.decode.parent_path() / "trainyard-engine");
    session->shapeSuggestions = std::make_unique<widgets::ShapeSuggestions>(*session->document);
    return session;
}

} // namespace trainyard::studio
