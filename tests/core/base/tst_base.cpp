// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/markup.h"
#include "core/base/path_text.h"
#include "core/base/random.h"

#include <QtTest>
#include <algorithm>
#include <numeric>
#include <set>

using namespace trainyard;

class TestBase : public QObject
{
    Q_OBJECT

private slots:
    void jsonErrorNamesLineAndColumn();
    void deepJsonIsRefused();
    void displayTextEscapes_data();
    void displayTextEscapes();
    void markup();
    void base64_data();
    void base64();
    void everyErrorCodeHasANameAndExit();
    void splitMixVectors();
    void uniformIsUniform();
    void belowIsUnbiased();
    void permutationHoldsEveryNumberOnce();
    void utc();
};

void TestBase::jsonErrorNamesLineAndColumn()
{
    const auto bad = parseJson("{\n  \"a\": 1,\n  \"b\": ?\n}", "recipe.json");
    QVERIFY(!bad);
    QCOMPARE(bad.error().code, ErrorCode::InvalidFile);
    QVERIFY2(bad.error().message.starts_with("recipe.json: line 3, column 8"), bad.error().message.c_str());
    const auto large = parseJson("[\n1e999]", "recipe.json"); // a number that no double holds
    QVERIFY(!large);
    QVERIFY2(large.error().message.starts_with("recipe.json: line 2"), large.error().message.c_str());
}

void TestBase::deepJsonIsRefused()
{
    const std::string deep(1'000'000, '[');
    const auto bad = parseJson(deep, "deep.json");
    QVERIFY(!bad && bad.error().message.find("nested") != std::string::npos);
    const std::string brackets = "\"" + std::string(1000, '[') + "\"";
    QVERIFY2(parseJson(brackets, "text.json"), "brackets inside a string are no nesting");
}

void TestBase::displayTextEscapes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("plain") << QByteArray("cat.jpg") << QByteArray("cat.jpg");
    QTest::newRow("utf-8") << QByteArray("Katzenäuglein") << QByteArray("Katzenäuglein");
    QTest::newRow("latin-1") << QByteArray("caf\xe9.jpg") << QByteArray("caf\\xE9.jpg");
    QTest::newRow("newline") << QByteArray("a\nb") << QByteArray("a\\x0Ab");
    QTest::newRow("escape") << QByteArray("\x1b[31mred") << QByteArray("\\x1B[31mred");
    QTest::newRow("right-to-left override") << QByteArray("a\xe2\x80\xae"
                                                          "b")
                                            << QByteArray("a\\xE2\\x80\\xAE"
                                                          "b");
    QTest::newRow("overlong slash") << QByteArray("\xc0\xaf") << QByteArray("\\xC0\\xAF");
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << QByteArray("\\xED\\xA0\\x80");
}

void TestBase::displayTextEscapes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(displayText(bytes.toStdString())), text);
}

void TestBase::markup()
{
    QCOMPARE(markupText("<a href=\"x\">Q & A's \xC3\xA9</a>\n"),
             std::string("&lt;a href=&quot;x&quot;&gt;Q &amp; A&#39;s \xC3\xA9&lt;/a&gt;\n"));
    QCOMPARE(markupText("&amp;"), std::string("&amp;amp;"));
    QCOMPARE(markupText(""), std::string());
}

void TestBase::base64_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (int length = 0; length < 8; ++length)
        QTest::addRow("%d bytes", length) << QByteArray("\xff\x00zq\x7f-?", length);
}

void TestBase::base64()
{
    QFETCH(QByteArray, bytes);
    QCOMPARE(QByteArray::fromStdString(base64Encode(bytes.toStdString())), bytes.toBase64());
    QCOMPARE(QByteArray::fromStdString(base64Decode(bytes.toBase64().toStdString())), bytes);
}

void TestBase::everyErrorCodeHasANameAndExit()
{
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(ErrorCode::Internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        QCOMPARE(errorCodeFromName(errorCodeName(code)), code);
        QVERIFY(names.insert(errorCodeName(code)).second);
        QVERIFY(exitCode(code) > 0);
    }
    QCOMPARE(exitCode(ErrorCode::CorruptFile), 4);
    QCOMPARE(exitCode(ErrorCode::Unsupported), 8);
}

void TestBase::splitMixVectors()
{
    // Computed by an independent implementation: python3 tests/data/base/make_random.py
    QCOMPARE(counterRandom(0, RandomPurpose::Shuffle, 0, 0, 0), 0xf9ac6e337c2f0f1eULL);
    const std::uint64_t base = counterRandom(1, RandomPurpose::Shuffle, 2, 3, 4);
    QCOMPARE(base, 0xf3680714ce7606c0ULL);
    QVERIFY(counterRandom(2, RandomPurpose::Shuffle, 2, 3, 4) != base);
    QVERIFY(counterRandom(1, RandomPurpose::Augment, 2, 3, 4) != base);
    QVERIFY(counterRandom(1, RandomPurpose::Shuffle, 3, 3, 4) != base);
    QVERIFY(counterRandom(1, RandomPurpose::Shuffle, 2, 4, 4) != base);
    QVERIFY(counterRandom(1, RandomPurpose::Shuffle, 2, 3, 5) != base);
}

void TestBase::uniformIsUniform()
{
    CounterRandom random(42, RandomPurpose::Augment, 0, 0);
    double sum = 0;
    double squares = 0;
    constexpr int kCount = 100'000;
    for (int i = 0; i < kCount; ++i) {
        const double value = random.uniform();
        QVERIFY(value >= 0 && value < 1);
        sum += value;
        squares += value * value;
    }
    QVERIFY(std::abs(sum / kCount - 0.5) < 0.005);
    QVERIFY(std::abs(squares / kCount - 1.0 / 3.0) < 0.005);
}

void TestBase::belowIsUnbiased()
{
    CounterRandom random(7, RandomPurpose::Sample, 0, 0);
    std::array<int, 6> counts{};
    for (int i = 0; i < 60'000; ++i)
        ++counts[random.below(6)];
    for (const int count : counts)
        QVERIFY2(std::abs(count - 10'000) < 500, qPrintable(QString::number(count)));
}

void TestBase::permutationHoldsEveryNumberOnce()
{
    const auto order = permutation(1000, 5, RandomPurpose::Shuffle, 0);
    auto sorted = order;
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint32_t> expected(1000);
    std::iota(expected.begin(), expected.end(), 0U);
    QVERIFY(sorted == expected);
    QVERIFY(order != expected);
    QVERIFY(permutation(1000, 5, RandomPurpose::Shuffle, 1) != order);
    QVERIFY(permutation(1000, 5, RandomPurpose::Shuffle, 0) == order);
}

void TestBase::utc()
{
    QCOMPARE(QString::fromStdString(utcText(1'700'000'000'123)), QStringLiteral("2023-11-14T22:13:20.123Z"));
    QCOMPARE(QString::fromStdString(utcFolderText(0)), QStringLiteral("1970-01-01T00-00-00"));
}

QTEST_APPLESS_MAIN(TestBase)
#include "tst_base.moc"
