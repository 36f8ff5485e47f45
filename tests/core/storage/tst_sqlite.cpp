// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlite.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

namespace {

std::unique_ptr<Database> newDatabase(const std::filesystem::path& path, const std::string& sql)
{
    auto database = Database::open(path, Database::Mode::Create);
    if (!database || !(*database)->exec(sql))
        qFatal("cannot make a database");
    return std::move(*database);
}

} // namespace

class TestSqlite : public QObject
{
    Q_OBJECT

private slots:
    void valuesComeBackAsTheyWere_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("storedAs"); // typeof() in SQL
        QTest::newRow("empty") << QByteArray("") << QByteArray("text");
        QTest::newRow("utf-8") << QByteArray("\xc3\xa4 \xe2\x82\xac") << QByteArray("text");
        QTest::newRow("latin-1") << QByteArray("\xe4") << QByteArray("blob");
        QTest::newRow("newline") << QByteArray("a\nb") << QByteArray("text");
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("blob");
        QTest::newRow("SQL") << QByteArray("'); DROP TABLE t; --") << QByteArray("text");
    }

    void valuesComeBackAsTheyWere()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, storedAs);
        const TemporaryFolder folder;
        const auto database =
            newDatabase(folder / "a b?%23#.db", "CREATE TABLE t(s TEXT, i INTEGER, r REAL)");
        {
            Statement insert = database->prepare("INSERT INTO t VALUES(?, ?, ?)").value();
            insert.bind(1, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
            insert.bind(2, INT64_MIN).bind(3, 0.1);
            QVERIFY(insert.run().has_value());
        }
        Statement read = database->prepare("SELECT s, i, r, typeof(s), NULL FROM t WHERE s=?").value();
        read.bind(1, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        QVERIFY(read.step().value());
        QCOMPARE(std::string(read.bytes(0)), bytes.toStdString());
        QCOMPARE(read.integer(1), INT64_MIN);
        QCOMPARE(read.real(2), 0.1);
        QCOMPARE(std::string(read.bytes(3)), storedAs.toStdString());
        QVERIFY(read.type(4) == Statement::Type::Null && read.type(1) == Statement::Type::Integer);
        QVERIFY(!read.step().value());
        QVERIFY(std::filesystem::exists(folder / "a b?%23#.db"));
    }

    void errorsHaveCodes()
    {
        const TemporaryFolder folder;
        QVERIFY(Database::open(folder / "absent", Database::Mode::ReadOnly).error().code ==
                ErrorCode::NotFound);
        writeTestFile(folder / "text", std::string(4096, 'x'));
        QVERIFY(Database::open(folder / "text", Database::Mode::ReadOnly).error().code ==
                ErrorCode::CorruptFile);
        const auto database =
            newDatabase(folder / "db", "CREATE TABLE t(x INTEGER UNIQUE); INSERT INTO t VALUES(1)");
        const auto twice = database->exec("INSERT INTO t VALUES(1)");
        QVERIFY(!twice && twice.error().code == ErrorCode::Conflict);
        QVERIFY(twice.error().message.find((folder / "db").string()) != std::string::npos);
        QVERIFY(database->prepare("SELEKT").error().code == ErrorCode::Internal);
        Statement statement = database->prepare("SELECT ?").value();
        statement.bind(7, std::int64_t{1}); // out of range: told by step()
        QVERIFY(!statement.step().has_value());
        const auto reader = Database::open(folder / "db", Database::Mode::ReadOnly).value().release();
        QVERIFY(reader->exec("INSERT INTO t VALUES(2)").error().code == ErrorCode::IoError);
        delete reader;
    }

    void transactionsRollBackUnlessCommitted()
    {
        const TemporaryFolder folder;
        const auto database = newDatabase(folder / "db", "CREATE TABLE t(x)");
        {
            const Transaction transaction = Transaction::begin(*database).value();
            QVERIFY(database->exec("INSERT INTO t VALUES(1)").has_value());
            QVERIFY(database->isInTransaction());
        }
        QVERIFY(!database->isInTransaction());
        QCOMPARE(database->number("SELECT count(*) FROM t").value(), std::int64_t(0));
        {
            Transaction transaction = Transaction::begin(*database).value();
            QVERIFY(database->exec("INSERT INTO t VALUES(1)").has_value());
            QVERIFY(transaction.commit().has_value());
        }
        QCOMPARE(database->number("SELECT count(*) FROM t").value(), std::int64_t(1));
    }

    void sameStatementTwiceAtOnce()
    {
        const TemporaryFolder folder;
        const auto database = newDatabase(folder / "db", "CREATE TABLE t(x); INSERT INTO t VALUES(1), (2)");
        Statement outer = database->prepare("SELECT x FROM t ORDER BY x").value();
        QVERIFY(outer.step().value());
        Statement inner = database->prepare("SELECT x FROM t ORDER BY x").value();
        QVERIFY(inner.step().value());
        QVERIFY(inner.step().value());
        QCOMPARE(inner.integer(0), std::int64_t(2));
        QCOMPARE(outer.integer(0), std::int64_t(1));
    }

    void theLogStaysUntilACheckpoint()
    {
        const TemporaryFolder folder;
        newDatabase(folder / "db", "PRAGMA journal_mode=WAL; CREATE TABLE t(x)").reset();
        QVERIFY(!std::filesystem::exists(folder / "db-wal")); // Create checkpoints at its close
        auto writer = std::move(*Database::open(folder / "db", Database::Mode::ReadWrite));
        QVERIFY(writer->exec("INSERT INTO t VALUES(1)").has_value());
        QVERIFY(writer->walPages() > 0);
        writer.reset();
        QVERIFY(std::filesystem::file_size(folder / "db-wal") > 0);
        writer = std::move(*Database::open(folder / "db", Database::Mode::ReadWrite));
        QVERIFY(writer->checkpoint(Database::Checkpoint::Truncate).has_value());
        QCOMPARE(std::filesystem::file_size(folder / "db-wal"), std::uintmax_t(0));
        QCOMPARE(writer->number("SELECT count(*) FROM t").value(), std::int64_t(1));
    }

    void copiesAreWholeAndOfOneMoment()
    {
        const TemporaryFolder folder;
        newDatabase(folder / "db", "PRAGMA journal_mode=WAL; CREATE TABLE t(x, y)").reset();
        const auto writer = std::move(*Database::open(folder / "db", Database::Mode::ReadWrite));
        QVERIFY(writer
                    ->exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) "
                           "INSERT INTO t SELECT i, hex(randomblob(200)) FROM n")
                    .has_value());
        const auto reader = std::move(*Database::open(folder / "db", Database::Mode::ReadOnly));
        int pieces = 0;
        const auto goOn = [&] {
            ++pieces;
            return writer->exec("INSERT INTO t VALUES(0, 'late')").has_value();
        };
        QVERIFY(reader->copyTo(folder / "copy", goOn).has_value());
        QVERIFY(pieces > 1);
        QVERIFY(!std::filesystem::exists(folder / "copy-wal"));
        const auto copy = std::move(*Database::open(folder / "copy", Database::Mode::Immutable));
        QCOMPARE(copy->number("SELECT count(*) FROM t").value(), std::int64_t(20000));
        QVERIFY(copy->quickCheck().has_value());
        QVERIFY(reader->copyTo(folder / "stopped", [] { return false; }).error().code ==
                ErrorCode::Cancelled);
        QVERIFY(!std::filesystem::exists(folder / "stopped"));
    }
};

QTEST_APPLESS_MAIN(TestSqlite)
#include "tst_sqlite.moc"
