// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QTest>
#include <cerrno>

/// The decoders' sandbox, tried from the inside; and the same attempts without it, which must succeed, so
/// that a machine that forbids them anyway cannot make the test pass.
class SandboxTest : public QObject
{
    Q_OBJECT

private slots:
    void everythingElseIsForbidden_data();
    void everythingElseIsForbidden();
    void decoderByHandSaysWhatItIs();
};

namespace {

QMap<QString, QString> attempts(const QStringList& arguments)
{
    QProcess process;
    process.start(SANDBOX_ATTEMPTS, arguments);
    process.waitForFinished();
    QMap<QString, QString> results;
    for (const QString& line :
         QString::fromUtf8(process.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts))
        results.insert(line.section(' ', 0, 0), line.section(' ', 1));
    return results;
}

} // namespace

void SandboxTest::everythingElseIsForbidden_data()
{
    QTest::addColumn<bool>("isForbidden");
    QTest::newRow("plain-memory") << false;
    for (const char* name : {"open", "create", "stat", "internet", "socket", "socketpair", "fork", "signal",
                             "executable-memory", "memfd", "limit", "read-process", "exec"})
        QTest::newRow(name) << true;
}

void SandboxTest::everythingElseIsForbidden()
{
    QFETCH(bool, isForbidden);
    static const auto caged = attempts({"caged"});
    static const auto free = attempts({});
    const QString name = QTest::currentDataTag();
    QCOMPARE(caged.value(name), isForbidden ? QString::number(EPERM) : QString("done"));
    if (name != "exec") // which leaves no line when it succeeds
        QCOMPARE(free.value(name), QString("done"));
    else
        QVERIFY(!free.contains(name));
}

void SandboxTest::decoderByHandSaysWhatItIs()
{
    QProcess process;
    process.start(TRAINYARD_DECODE, QStringList());
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 2);
    QVERIFY(process.readAllStandardError().contains("started by Trainyard's other programs"));
}

QTEST_GUILESS_MAIN(SandboxTest)
#include "tst_sandbox.moc"
