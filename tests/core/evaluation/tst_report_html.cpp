// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/evaluation/report_html.h"
#include "tests/core/evaluation/evaluation_cases.h"

#include <QRegularExpression>
#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// What a browser would show for the text between two tags; ours are the only entities that occur.
QString unescaped(QString text)
{
    const std::pair<const char*, const char*> entities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto& [entity, character] : entities)
        text.replace(QLatin1String(entity), QLatin1String(character));
    return text;
}

QString pageOf(const Predictions& predictions, const std::string& title = "A run",
               const PictureSource& pictures = {})
{
    const auto report = evaluateClassification(predictions);
    return report ? QString::fromStdString(reportHtml(*report, predictions, title, pictures)) : QString();
}

QString bytes(const char* text)
{
    return QString::fromStdString(displayText(text));
}

} // namespace

class TestReportHtml : public QObject
{
    Q_OBJECT
private slots:
    void hostileNamesAreText_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::newRow("script") << QByteArray("<script>alert(1)</script>");
        QTest::newRow("attribute") << QByteArray("\" onmouseover='x()' a=\"");
        QTest::newRow("entity") << QByteArray("&lt;b&gt; & &#x3C;");
        QTest::newRow("comment") << QByteArray("--><!-- ]]>");
        QTest::newRow("not UTF-8") << QByteArray("caf\xE9");
        QTest::newRow("bidirectional") << QByteArray("abc\xE2\x80\xAE"
                                                     "def");
        QTest::newRow("line break") << QByteArray("a\nb");
        QTest::newRow("style") << QByteArray("</style><img src=x onerror=alert(1)>");
    }
    void hostileNamesAreText()
    {
        QFETCH(QByteArray, name);
        Predictions predictions = predictionsOf({0, 1, 0}, {0, 1, 1}, 2);
        predictions.labels[0] = name.toStdString();
        predictions.runId = name.toStdString();
        predictions.split = name.toStdString();
        predictions.rows[2].path = "/pictures/" + name.toStdString();
        const QString page = pageOf(predictions, name.toStdString());
        // Every tag of the page is one of ours: no name has made one.
        static const QRegularExpression tag(QStringLiteral("<(/?[A-Za-z!][^\\s>]*)"));
        static const QStringList ours{"!DOCTYPE",   "html",  "head", "meta", "style", "title",  "body",
                                      "h1",         "h2",    "p",    "div",  "span",  "b",      "table",
                                      "thead",      "tbody", "tr",   "th",   "td",    "figure", "img",
                                      "figcaption", "br",    "ul",   "li",   "dl",    "dt",     "dd"};
        auto tags = tag.globalMatch(page);
        while (tags.hasNext()) {
            QString found = tags.next().captured(1);
            found.remove('/');
            QVERIFY2(ours.contains(found), qPrintable(found));
        }
        static const QRegularExpression heading(QStringLiteral("<h1>(.*)</h1>"));
        QCOMPARE(unescaped(heading.match(page).captured(1)), bytes(name.constData()));
        static const QRegularExpression row(QStringLiteral("<tr><td class=\"name\">(.*?)</td>"));
        QCOMPARE(unescaped(row.match(page).captured(1)), bytes(name.constData()));
    }

    void loadsNothing()
    {
        const QString page = pageOf(predictionsOf({0, 1, 0}, {0, 1, 1}, 2), "A run", [](const Prediction&) {
            return std::string("\xFF\xD8\xFF\xE0 picture");
        });
        for (const char* word :
             {"<script", "javascript:", "http:", "https:", "url(", "@import", "<link", "<iframe", "onload"})
            QVERIFY2(!page.contains(QLatin1String(word)), word);
        static const QRegularExpression source(QStringLiteral("src=\"([^\"]*)\""));
        auto sources = source.globalMatch(page);
        int count = 0;
        while (sources.hasNext()) {
            const QString uri = sources.next().captured(1);
            QVERIFY(uri.startsWith("data:image/jpeg;base64,"));
            QCOMPARE(QByteArray::fromBase64(uri.mid(23).toLatin1()), QByteArray("\xFF\xD8\xFF\xE0 picture"));
            ++count;
        }
        QCOMPARE(count, 1);
        QVERIFY(page.contains("default-src 'none'"));
    }

    void foreignBytesAreNoPicture()
    {
        const QString page = pageOf(predictionsOf({0}, {1}, 2), "A run",
                                    [](const Prediction&) { return std::string("<svg onload=alert(1)>"); });
        QVERIFY(!page.contains("<img"));
        QVERIFY(page.contains("no picture"));
    }

    void figuresCarryTheirInterval()
    {
        std::vector<int> truths(100, 0), answers(100, 0);
        for (std::size_t i = 0; i < 100; ++i) {
            truths[i] = i % 2 ? 1 : 0;
            answers[i] = i < 10 ? 1 - truths[i] : truths[i];
        }
        const QString page = pageOf(predictionsOf(truths, answers, 2));
        QVERIFY(page.contains("90.0&#8239;%"));
        QVERIFY(page.contains("82.6&#8211;94.5&#8239;%")); // [0.825634, 0.944771]
        QVERIFY(page.contains("90 of 100"));
        QVERIFY(page.contains("prefers-color-scheme:dark") && page.contains("@media print"));
    }

    void undefinedIsNotAvailable()
    {
        const QString page = pageOf(predictionsOf({0, 0, 1}, {0, 1, 1}, 3));
        QVERIFY(
            page.contains("<tr><td class=\"name\">class-2</td><td>0</td><td>0</td><td>0</td><td>n/a</td>"));
        QVERIFY(page.contains("mean over 2 classes, 1 n/a"));
    }

    void groupsAreSaid()
    {
        Predictions predictions = predictionsOf({0, 1, 0, 1}, {0, 1, 1, 1}, 2);
        for (Prediction& row : predictions.rows)
            row.group = row.item < 3 ? "first" : "second";
        QVERIFY(pageOf(predictions).contains("4 items stand in 2 groups"));
    }

    void whatWasLeftOutIsSaid()
    {
        Predictions predictions = predictionsOf({0, 1, 0}, {0, 1, 0}, 2);
        predictions.rows[1].logits.clear();
        predictions.rows.push_back(predictions.rows[0]);
        const QString page = pageOf(predictions);
        QVERIFY(
            page.contains("4 predictions came in: 3 items scored, 1 of them malformed and counted as wrong; "
                          "1 repetition of an item left out."));
        QVERIFY(page.contains("#2 has 0 values for 2 classes"));
    }

    void manyClassesGiveAList()
    {
        std::vector<int> truths, answers;
        for (int i = 0; i < 120; ++i) {
            truths.push_back(i % 60);
            answers.push_back((i + (i % 5 == 0 ? 1 : 0)) % 60);
        }
        const QString page = pageOf(predictionsOf(truths, answers, 60));
        QVERIFY(!page.contains("table class=\"matrix\""));
        QVERIFY(page.contains("the 12 commonest of 12 confusions"));
    }

    void sameInputSameBytes()
    {
        Predictions predictions = randomPredictions(7);
        const QString once = pageOf(predictions);
        QCOMPARE(pageOf(predictions), once);
        std::reverse(predictions.rows.begin(), predictions.rows.end());
        QCOMPARE(pageOf(predictions), once);
    }
};

QTEST_APPLESS_MAIN(TestReportHtml)
#include "tst_report_html.moc"
