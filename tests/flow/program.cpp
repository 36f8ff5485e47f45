// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flow/program.h"

#include "tests/support/test_folders.h"

#include <QProcess>

namespace trainyard::test {

ProgramResult runProgram(const QStringList& arguments, const std::filesystem::path& workingFolder)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_STATE_HOME"),
                       QString::fromStdString((workingFolder / ".state").string()));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(QString::fromStdString(workingFolder.string()));
    process.start(QString::fromStdString((binFolder() / "trainyard").string()), arguments);
    ProgramResult result;
    if (!process.waitForFinished(600'000)) {
        process.kill();
        process.waitForFinished();
        result.errors = "did not end: " + process.errorString().toUtf8();
        return result;
    }
    result.exitCode = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    result.output = process.readAllStandardOutput();
    result.errors = process.readAllStandardError();
    const QByteArray lastLine = result.output.trimmed().split('\n').last();
    if (auto json = parseJson(lastLine.toStdString(), "output"))
        result.json = *json;
    return result;
}

} // namespace trainyard::test
