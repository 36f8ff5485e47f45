// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/card.h"
#include "tests/core/release/release_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestCard : public QObject
{
    Q_OBJECT

private slots:
    void saysWhatThereIs();
    void saysWhatIsMissing();
    void starterWeightsBringTheirLicence();
    void hostileTextStaysText();
    void longClassListsAreCut();
};

void TestCard::saysWhatThereIs()
{
    const PackageContents tiny = tinyPackage(1);
    const std::string card =
        packageCard(tiny.network, tiny.lineage, {2.5e-7, "checked, largest difference 3.0e-07"}, 5);
    QVERIFY(has(card, "# tiny\n"));
    QVERIFY(has(card, "3 classes"));
    // 6*3*9 + 6*9 weights of convolutions, two norms of 2*6, 6*3 + 3 of the head.
    QVERIFY(has(card, "261 parameters"));
    QVERIFY(has(card, "| 2 | red fox |"));
    QVERIFY(has(card, "8 x 8 pixels"));
    QVERIFY(has(card, "| accuracy | 0.91 | 0.885 to 0.931 | 600 |"));
    QVERIFY(has(card, "On the split test."));
    QVERIFY(has(card, std::string(64, 'a')));
    QVERIFY(has(card, "| run | run\\-1 |"));
    QVERIFY(has(card, "on 5 golden samples"));
    QVERIFY(has(card, "2.5e-07"));
    QVERIFY(has(card, "checked, largest difference 3.0e\\-07"));
    QVERIFY(has(card, "no foreign weights"));
}

void TestCard::saysWhatIsMissing()
{
    const std::string card = packageCard(tinyClassifier(), Json::object(), {}, 1);
    QVERIFY(has(card, "No figures were computed"));
    QVERIFY(has(card, "Nothing is recorded"));
    const std::string odd = packageCard(tinyClassifier(), {{"metrics", "good"}, {"run", nullptr}}, {}, 1);
    QVERIFY(has(odd, "No figures were computed"));
    const std::string partly =
        packageCard(tinyClassifier(), {{"metrics", {{{"name", "f1"}, {"value", 0.5}}, 3}}}, {}, 1);
    QVERIFY(has(partly, "| f1 | 0.5 | not computed | not stated |"));
}

void TestCard::starterWeightsBringTheirLicence()
{
    const std::string card =
        packageCard(tinyClassifier(), {{"starter_weights", "EfficientNet-Lite0"}}, {}, 1);
    QVERIFY(has(card, "Apache License 2.0"));
    QVERIFY(has(card, "EfficientNet\\-Lite0"));
    QVERIFY(!has(card, "no foreign weights"));
}

void TestCard::hostileTextStaysText()
{
    NetworkSpec network = tinyClassifier();
    network.labels = {"<script>alert(1)</script>", "a|b", "[x](javascript:y)"};
    const Json lineage{{"run", "line\nbreak\x1b[31m"}, {"title", "# <b>"}, {"recipe", {{"key", "`<img>`"}}}};
    const std::string card = packageCard(network, lineage, {}, 1);
    QVERIFY(!has(card, "<script>") && !has(card, "<b>") && !has(card, "<img>"));
    QVERIFY(has(card, "\\<script\\>alert\\(1\\)"));
    QVERIFY(has(card, "a\\|b"));
    QVERIFY(has(card, "\\[x\\]\\(javascript:y\\)"));
    QVERIFY(!has(card, "\x1b") && !has(card, "line\nbreak"));
}

void TestCard::longClassListsAreCut()
{
    NetworkSpec network = tinyClassifier();
    network.labels = numberedLabels(1000);
    const std::string card = packageCard(network, Json::object(), {}, 1);
    QVERIFY(has(card, "| 199 | class 199 |") && !has(card, "| 200 |"));
    QVERIFY(has(card, "and 800 more in `labels.txt`"));
}

QTEST_APPLESS_MAIN(TestCard)
#include "tst_card.moc"
