// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"

#include <QProcess>
#include <vector>

namespace trainyard::test {

/// A trainyard-engine worker of this build, asked line by line. Killed when the object goes.
class WorkerProcess
{
public:
    WorkerProcess();
    ~WorkerProcess();

    /// Sends a request and gives its id.
    int send(Json request);
    void sendText(const QByteArray& line);
    /// The next line that is no progress; null where none comes within a minute.
    Json next();
    /// The answer to a request; answers to others are dropped.
    Json ask(Json request);
    [[nodiscard]] const std::vector<Json>& progress() const { return m_progress; } ///< of all requests
    /// Closes its input and gives its exit code; -1 where it does not end within a minute.
    int end();

private:
    QProcess m_process;
    std::vector<Json> m_progress;
    int m_next = 1;
};

/// An item as `trainyard items` lists it.
struct ListedItem
{
    ItemId id = 0;
    std::string path;
    std::string className;
    std::string split;
};
std::vector<ListedItem> listedItems(const std::filesystem::path& project);

/// Makes `count` pictures of 40 x 40 in `folder`: names that start with "disc" show a red disc, those with
/// "bars" blue bars, in turn, on a noisy ground.
void makeTwoKinds(const std::filesystem::path& folder, int count);

} // namespace trainyard::test
