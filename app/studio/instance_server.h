// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocalServer>
#include <QObject>
#include <filesystem>

namespace trainyard::studio {

/// Lets a second start on the same project raise the window that has it, for the same user and display: a
/// local socket in $XDG_RUNTIME_DIR and nothing else. Without that folder there is no server.
class InstanceServer : public QObject
{
    Q_OBJECT
public:
    InstanceServer(const std::filesystem::path& project, QObject* parent);

    /// Asks the window that has the project to come forward; true where it answered.
    static bool raiseOther(const std::filesystem::path& project);

signals:
    void raiseRequested();

private:
    void answer();

    QLocalServer m_server;
};

} // namespace trainyard::studio
