// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/predictions.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace trainyard;
using namespace trainyard::test;

namespace {

Predictions someRows()
{
    Predictions predictions;
    predictions.runId = "2026-11-23T10-15-02-cnn-a1b2";
    predictions.datasetHash = std::string(64, 'a');
    predictions.split = "test";
    predictions.labels = {"cat", "dog <b>", "caf\xE9"};
    predictions.rows = {{7, 0xFFFF'FFFF'FFFF'FFFFULL, 2, "unit", "/p/\xE9.png", {1.5F, -2.0F, 0.25F}},
                        {9, 1, 0, "item:9", "/p/b.png", {0, std::numeric_limits<float>::infinity(), -0.0F}}};
    return predictions;
}

} // namespace

class TestPredictions : public QObject
{
    Q_OBJECT
private slots:
    void comeBackAsTheyWere()
    {
        const TemporaryFolder folder;
        const Predictions saved = someRows();
        QVERIFY(savePredictions(folder / "predictions.h5", saved));
        const auto loaded = loadPredictions(folder / "predictions.h5");
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        QCOMPARE(loaded->runId, saved.runId);
        QCOMPARE(loaded->datasetHash, saved.datasetHash);
        QCOMPARE(loaded->split, saved.split);
        QVERIFY(loaded->labels == saved.labels);
        QVERIFY(loaded->rows == saved.rows);
    }

    void notANumberComesBack()
    {
        const TemporaryFolder folder;
        Predictions saved = someRows();
        saved.rows[0].logits[1] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(savePredictions(folder / "p.h5", saved));
        const auto loaded = loadPredictions(folder / "p.h5");
        QVERIFY(loaded && std::isnan(loaded->rows[0].logits[1]));
    }

    void rowsAreSavedByItem()
    {
        const TemporaryFolder folder;
        Predictions saved = someRows();
        std::swap(saved.rows[0], saved.rows[1]);
        QVERIFY(savePredictions(folder / "a.h5", saved));
        QVERIFY(savePredictions(folder / "b.h5", someRows()));
        QVERIFY(readTestFile(folder / "a.h5") == readTestFile(folder / "b.h5"));
    }

    void emptyIsAFile()
    {
        const TemporaryFolder folder;
        Predictions saved = someRows();
        saved.rows.clear();
        QVERIFY(savePredictions(folder / "p.h5", saved));
        const auto loaded = loadPredictions(folder / "p.h5");
        QVERIFY2(loaded, loaded ? "" : loaded.error().message.c_str());
        QVERIFY(loaded->rows.empty() && loaded->labels == saved.labels);
    }

    void wrongWidthIsRefused()
    {
        const TemporaryFolder folder;
        Predictions saved = someRows();
        saved.rows[1].logits.pop_back();
        const auto result = savePredictions(folder / "p.h5", saved);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
        QVERIFY(result.error().message.find("#9") != std::string::npos);
        QVERIFY(!std::filesystem::exists(folder / "p.h5"));
    }

    void everyFlippedByteIsNoticedOrHarmless()
    {
        const TemporaryFolder folder;
        const Predictions saved = someRows();
        QVERIFY(savePredictions(folder / "p.h5", saved));
        const std::string bytes = readTestFile(folder / "p.h5");
        int noticed = 0;
        for (std::size_t i = 0; i < bytes.size(); i += 7) {
            std::string damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
            writeTestFile(folder / "damaged.h5", damaged);
            const auto loaded = loadPredictions(folder / "damaged.h5");
            noticed += loaded ? 0 : 1;
            if (loaded) // padding of the format, or a name in an attribute: never another number
                QVERIFY(loaded->rows == saved.rows);
        }
        QVERIFY(noticed > 20);
    }

    void probabilitiesSumToOne()
    {
        const std::vector<double> even = probabilities({1.0F, 1.0F});
        QCOMPARE(even, (std::vector<double>{0.5, 0.5}));
        const std::vector<double> far = probabilities({1000.0F, 0.0F, -1000.0F});
        QCOMPARE(far[0], 1.0);
        QCOMPARE(far[2], 0.0);
        const std::vector<double> p = probabilities({0.0F, 1.0F, 2.0F});
        QVERIFY(std::abs(p[0] + p[1] + p[2] - 1) < 1e-15);
        QVERIFY(std::abs(p[2] / p[1] - std::exp(1.0)) < 1e-12);
        QVERIFY(probabilities({}).empty());
    }
};

QTEST_APPLESS_MAIN(TestPredictions)
#include "tst_predictions.moc"
