// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/session.h"

#include "core/project/window_lock.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>

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
    return {widgets::trainyardProgram(), helperProgram("trainyard-decode")};
}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& folder, const Programs& programs)
{
    auto session = std::make_unique<Session>();
    QString reason;
    auto lock = acquireWindowLock(folder, thisWindow());
    if (lock)
        session->windowLock.emplace(std::move(*lock));
    else
        reason = lock.error().code == ErrorCode::Conflict ? holderText(folder) : widgets::shown(lock.error().message);
    auto document = widgets::ProjectDocument::open(folder, reason);
    if (!document && reason.isEmpty()) {
        // A newer or write-protected project opens as far as it can.
        const Error error = document.error();
        document = widgets::ProjectDocument::open(folder, widgets::shown(error.message));
        if (!document)
            return fail(error);
    }
    if (!document)
        return fail(document.error());
    session->document = std::move(*document);
    Project& project = session->document->project();
    session->jobs = std::make_unique<widgets::JobList>(folder / "jobs", programs.trainyard,
                                                       widgets::JobOwner{folder, project.author()});
    session->runs = std::make_unique<widgets::RunList>(folder);
    const auto contentHash = [&project](ItemId item) {
        const ItemColumns* columns = project.column(item);
        return columns == nullptr ? std::uint64_t(0) : columns->contentHash;
    };
    if (session->document->thumbnails())
        session->thumbnails =
            std::make_unique<widgets::ThumbnailSource>(session->document->thumbnails(), contentHash);
    else
        session->thumbnails = std::make_unique<widgets::ThumbnailSource>(
            [](ItemId, std::uint64_t) -> std::optional<std::string> { return std::nullopt; }, contentHash);
    session->pictures = std::make_unique<widgets::PictureLoader>(programs.decode);
    return session;
}

} // namespace trainyard::studio
