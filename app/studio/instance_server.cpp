// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/instance_server.h"

#include "core/base/log.h"
#include "core/project/window_lock.h"

#include <QCryptographicHash>
#include <QFile>
#include <QLocalSocket>
#include <cstdlib>

namespace trainyard::studio {

namespace {

constexpr int kPatienceMs = 1000;
constexpr const char* kAnswer = "raised\n";

/// The socket of a project on this display; empty without a runtime folder.
QString socketPath(const std::filesystem::path& project)
{
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime == nullptr || *runtime != '/')
        return {};
    std::error_code error;
    const auto folder = std::filesystem::weakly_canonical(project, error);
    const QByteArray name = QByteArray::fromStdString(folder.native() + '\n' + thisWindow().display);
    const QByteArray hash = QCryptographicHash::hash(name, QCryptographicHash::Sha256).toHex().left(16);
    return QFile::decodeName(runtime) + QStringLiteral("/trainyard-") + QString::fromLatin1(hash);
}

} // namespace

InstanceServer::InstanceServer(const std::filesystem::path& project, QObject* parent)
    : QObject(parent), m_server(this)
{
    const QString path = socketPath(project);
    if (path.isEmpty())
        return;
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    QLocalServer::removeServer(path); // the window lock is ours, so whoever left it is gone
    if (!m_server.listen(path))
        logLine(LogLevel::Warning, "no socket for a second window: " + m_server.errorString().toStdString());
    connect(&m_server, &QLocalServer::newConnection, this, &InstanceServer::answer);
}

void InstanceServer::answer()
{
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
        socket->write(kAnswer);
        socket->flush();
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        socket->disconnectFromServer();
        emit raiseRequested();
    }
}

bool InstanceServer::raiseOther(const std::filesystem::path& project)
{
    const QString path = socketPath(project);
    if (path.isEmpty())
        return false;
    QLocalSocket socket;
    socket.connectToServer(path, QIODevice::ReadOnly);
    if (!socket.waitForConnected(kPatienceMs))
        return false;
    return (socket.bytesAvailable() > 0 || socket.waitForReadyRead(kPatienceMs)) &&
           socket.readAll() == kAnswer;
}

} // namespace trainyard::studio
