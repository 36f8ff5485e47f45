// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/package_files.h"
#include "core/storage/hash.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <limits>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

namespace {

const char* kNames[] = {"card.md",    "golden.safetensors", "labels.txt",  "lineage.json",
                        "model.onnx", "model.safetensors",  "network.json"};

int entries(const fs::path& folder)
{
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// Rewrites one file of a package and its line of the manifest, as a careful forger would.
void forge(const fs::path& package, const std::string& name, const std::string& bytes)
{
    Manifest manifest = parseManifest(readTestFile(package / kManifestName), "manifest").value();
    writeTestFile(package / name, bytes);
    manifest[name] = {sha256(bytes), bytes.size()};
    writeTestFile(package / kManifestName, manifestText(manifest));
}

} // namespace

class TestPackage : public QObject
{
    Q_OBJECT

private slots:
    void survivesWritingAndReading();
    void sameContentsSameBytes();
    void neverOverwrites();
    void wrongLogitsAreNotPackaged();
    void weightsThatDoNotFitAreNotPackaged();
    void goldenSamplesMustFit();
    void everyChangeOfAFileIsFound();
    void linksAndFoldersAreRefused();
    void hostileManifestsAreRefused_data();
    void hostileManifestsAreRefused();
    void forgedContentsAreRefused_data();
    void forgedContentsAreRefused();
    void everyFaultLeavesNothingOrAll();
    void powerLossLeavesNothingOrAll();

private:
    bool m_isGood = true;
};

void TestPackage::survivesWritingAndReading()
{
    const TemporaryFolder folder;
    const PackageContents written = tinyPackage(1);
    const auto parity = writePackage(folder / "deep/er/tiny", written);
    QVERIFY2(parity.has_value(), parity ? "" : parity.error().message.c_str());
    QVERIFY(parity->largestDifference < 2e-6);
    QVERIFY2(parity->openCv.starts_with("checked"), parity->openCv.c_str());
    QCOMPARE(entries(folder / "deep/er"), 1); // nothing is left of the staging
    QCOMPARE(entries(folder / "deep/er/tiny"), 8);
    QVERIFY(verifyPackageFiles(folder / "deep/er/tiny").has_value());

    const auto read = readPackage(folder / "deep/er/tiny");
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QVERIFY(read->network == written.network);
    QCOMPARE(read->golden.count, written.golden.count);
    QCOMPARE(read->golden.pixels, written.golden.pixels);
    QCOMPARE(read->golden.logits, written.golden.logits);
    QVERIFY(read->lineage == written.lineage);
    QVERIFY(read->card.find("red fox") != std::string::npos);
    QCOMPARE(read->weights.tensors.size(), written.weights.tensors.size());
    for (const NamedTensor& tensor : written.weights.tensors)
        QVERIFY(read->weights.find(tensor.name) != nullptr && *read->weights.find(tensor.name) == tensor);
    QCOMPARE(readTestFile(folder / "deep/er/tiny/labels.txt"), std::string("cat\ndog\nred fox\n"));
    QCOMPARE(packageDigest(folder / "deep/er/tiny").value(),
             sha256(readTestFile(folder / "deep/er/tiny/manifest.json")));
}

void TestPackage::sameContentsSameBytes()
{
    const TemporaryFolder folder;
    QVERIFY(writePackage(folder / "a", tinyPackage(1)).has_value());
    QVERIFY(writePackage(folder / "b/", tinyPackage(1)).has_value());
    QVERIFY(writePackage(folder / "c", tinyPackage(2)).has_value());
    QCOMPARE(packageDigest(folder / "a").value(), packageDigest(folder / "b").value());
    QVERIFY(packageDigest(folder / "a").value() != packageDigest(folder / "c").value());
}

void TestPackage::neverOverwrites()
{
    const TemporaryFolder folder;
    writeTestFile(folder / "file", "mine");
    fs::create_directory(folder / "empty");
    fs::create_symlink("nowhere", folder / "link");
    for (const char* name : {"file", "empty", "link", ".", ".."}) {
        const auto written = writePackage(folder / name, tinyPackage(1));
        QVERIFY2(!written.has_value(), name);
    }
    QCOMPARE(writePackage(folder / "file", tinyPackage(1)).error().code, ErrorCode::Refused);
    QCOMPARE(entries(folder.path()), 3);
    QCOMPARE(readTestFile(folder / "file"), std::string("mine"));
}

void TestPackage::wrongLogitsAreNotPackaged()
{
    const TemporaryFolder folder;
    for (const float change :
         {2e-4F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        PackageContents contents = tinyPackage(1);
        contents.golden.logits[7] += change;
        const auto written = writePackage(folder / "tiny", contents);
        QVERIFY(!written.has_value());
        QCOMPARE(written.error().code, ErrorCode::NumericalFailure);
        QVERIFY2(written.error().message.find("allowed is 1e-04") != std::string::npos,
                 written.error().message.c_str());
        QCOMPARE(entries(folder.path()), 0);
    }
}

void TestPackage::weightsThatDoNotFitAreNotPackaged()
{
    const TemporaryFolder folder;
    const PackageContents tiny = tinyPackage(1);
    for (std::size_t i = 0; i < tiny.weights.tensors.size(); ++i) {
        PackageContents missing = tiny;
        missing.weights.tensors.erase(missing.weights.tensors.begin() + static_cast<std::ptrdiff_t>(i));
        PackageContents renamed = tiny;
        renamed.weights.tensors[i].name += "x";
        PackageContents reshaped = tiny;
        reshaped.weights.tensors[i].shape.insert(reshaped.weights.tensors[i].shape.begin(), 1);
        for (const PackageContents* contents : {&missing, &renamed, &reshaped}) {
            const auto written = writePackage(folder / "tiny", *contents);
            QVERIFY(!written.has_value());
            QCOMPARE(written.error().code, ErrorCode::CorruptFile);
            QVERIFY(written.error().message.find(tiny.weights.tensors[i].name) != std::string::npos);
        }
        PackageContents infinite = tiny;
        std::vector<float> values = infinite.weights.tensors[i].toFloats();
        values.back() = std::numeric_limits<float>::quiet_NaN();
        infinite.weights.tensors[i] =
            NamedTensor::fromFloats(tiny.weights.tensors[i].name, tiny.weights.tensors[i].shape, values);
        QCOMPARE(writePackage(folder / "tiny", infinite).error().code, ErrorCode::NumericalFailure);
    }
    PackageContents extra = tiny;
    extra.weights.tensors.push_back(NamedTensor::fromFloats("extra", {1}, {0}));
    QCOMPARE(writePackage(folder / "tiny", extra).error().code, ErrorCode::CorruptFile);
    QCOMPARE(entries(folder.path()), 0);
}

void TestPackage::goldenSamplesMustFit()
{
    const TemporaryFolder folder;
    PackageContents none = tinyPackage(1);
    none.golden = {};
    PackageContents fewPixels = tinyPackage(1);
    fewPixels.golden.pixels.pop_back();
    PackageContents fewLogits = tinyPackage(1);
    fewLogits.golden.logits.pop_back();
    PackageContents negative = tinyPackage(1);
    negative.golden.count = -1;
    for (const PackageContents* contents : {&none, &fewPixels, &fewLogits, &negative})
        QCOMPARE(writePackage(folder / "tiny", *contents).error().code, ErrorCode::InvalidArgument);
    PackageContents noLabels = tinyPackage(1);
    noLabels.network.labels.clear();
    QCOMPARE(writePackage(folder / "tiny", noLabels).error().code, ErrorCode::Unsupported);
    QCOMPARE(entries(folder.path()), 0);
}

void TestPackage::everyChangeOfAFileIsFound()
{
    const TemporaryFolder folder;
    const fs::path package = folder / "tiny";
    QVERIFY(writePackage(package, tinyPackage(1)).has_value());
    const auto found = [&](const std::string& name) {
        const auto verified = verifyPackageFiles(package);
        const auto read = readPackage(package);
        return !verified && !read && verified.error().code == ErrorCode::CorruptFile &&
               verified.error().message.find(name) != std::string::npos &&
               read.error().message.find(name) != std::string::npos;
    };
    for (const std::string name : kNames) {
        const std::string bytes = readTestFile(package / name);
        std::string flipped = bytes;
        flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
        writeTestFile(package / name, flipped);
        QVERIFY2(found(name), name.c_str());
        writeTestFile(package / name, bytes.substr(1));
        QVERIFY2(found(name), name.c_str());
        fs::remove(package / name);
        QVERIFY2(found(name), name.c_str());
        writeTestFile(package / (name + "2"), bytes);
        QVERIFY2(found(name + "2"), name.c_str());
        fs::remove(package / (name + "2"));
        writeTestFile(package / name, bytes);
        QVERIFY(verifyPackageFiles(package).has_value());
    }
    writeTestFile(package / ".hidden", "x");
    QVERIFY(found(".hidden"));
    fs::remove(package / ".hidden");
    fs::remove(package / "manifest.json");
    QVERIFY(!verifyPackageFiles(package).has_value() && !readPackage(package).has_value());
}

void TestPackage::linksAndFoldersAreRefused()
{
    const TemporaryFolder folder;
    const fs::path package = folder / "tiny";
    QVERIFY(writePackage(package, tinyPackage(1)).has_value());
    for (const std::string name : {"card.md", "model.safetensors", "manifest.json"}) {
        fs::rename(package / name, folder / "outside");
        fs::create_symlink(folder / "outside", package / name);
        QVERIFY2(!verifyPackageFiles(package).has_value() && !readPackage(package).has_value(), name.c_str());
        fs::remove(package / name);
        fs::create_hard_link(folder / "outside", package / name);
        QVERIFY2(!verifyPackageFiles(package).has_value() && !readPackage(package).has_value(), name.c_str());
        fs::remove(package / name);
        fs::create_directory(package / name);
        QVERIFY2(!verifyPackageFiles(package).has_value() && !readPackage(package).has_value(), name.c_str());
        fs::remove(package / name);
        fs::rename(folder / "outside", package / name);
        QVERIFY(verifyPackageFiles(package).has_value());
    }
    fs::create_directory(package / "more");
    QVERIFY(!verifyPackageFiles(package).has_value());
}

void TestPackage::hostileManifestsAreRefused_data()
{
    QTest::addColumn<QString>("find");
    QTest::addColumn<QString>("replacement");
    QTest::addColumn<int>("code");
    const int corrupt = static_cast<int>(ErrorCode::CorruptFile);
    QTest::newRow("newer version") << R"("version": 1)"
                                   << R"("version": 2)" << static_cast<int>(ErrorCode::Unsupported);
    QTest::newRow("version 0") << R"("version": 1)"
                               << R"("version": 0)" << corrupt;
    QTest::newRow("other format") << "trainyard-package"
                                  << "other" << corrupt;
    QTest::newRow("parent folder") << R"("card.md")"
                                   << R"("../card.md")" << corrupt;
    QTest::newRow("absolute") << R"("card.md")"
                              << R"("/etc/passwd")" << corrupt;
    QTest::newRow("subfolder") << R"("card.md")"
                               << R"("a/card.md")" << corrupt;
    QTest::newRow("other name") << R"("card.md")"
                                << R"("run.sh")" << corrupt;
    QTest::newRow("itself") << R"("card.md")"
                            << R"("manifest.json")" << corrupt;
    QTest::newRow("empty name") << R"("card.md")"
                                << R"("")" << corrupt;
    QTest::newRow("no files") << R"("files")"
                              << R"("fails")" << corrupt;
    QTest::newRow("negative size") << R"("bytes": )"
                                   << R"("bytes": -)" << corrupt;
    QTest::newRow("size as text") << R"("bytes": )"
                                  << R"("bytes": "1", "b": )" << corrupt;
    QTest::newRow("hash too short") << R"("sha256": ")"
                                    << R"("sha256": "", "s": ")" << corrupt;
    QTest::newRow("not JSON") << "{"
                              << "[" << corrupt;
}

void TestPackage::hostileManifestsAreRefused()
{
    QFETCH(QString, find);
    QFETCH(QString, replacement);
    QFETCH(int, code);
    const TemporaryFolder folder;
    QVERIFY(writePackage(folder / "tiny", tinyPackage(1)).has_value());
    std::string text = readTestFile(folder / "tiny/manifest.json");
    const std::size_t place = text.find(find.toStdString());
    QVERIFY(place != std::string::npos);
    text.replace(place, find.toStdString().size(), replacement.toStdString());
    writeTestFile(folder / "tiny/manifest.json", text);
    const auto verified = verifyPackageFiles(folder / "tiny");
    QVERIFY(!verified.has_value());
    QCOMPARE(static_cast<int>(verified.error().code), code);
    QVERIFY(!readPackage(folder / "tiny").has_value());
    QVERIFY(!packageDigest(folder / "tiny").has_value());
}

void TestPackage::forgedContentsAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("labels") << "labels.txt" << QByteArray("cat\nwolf\nred fox\n");
    QTest::newRow("network") << "network.json" << QByteArray("{}");
    QTest::newRow("network, no JSON") << "network.json" << QByteArray("x");
    QTest::newRow("lineage") << "lineage.json" << QByteArray("[");
    QTest::newRow("weights") << "model.safetensors" << QByteArray(8, '\0');
    QTest::newRow("weights of nothing")
        << "model.safetensors" << QByteArray("\x08\0\0\0\0\0\0\0{}      ", 16);
    QTest::newRow("golden of nothing")
        << "golden.safetensors" << QByteArray("\x08\0\0\0\0\0\0\0{}      ", 16);
}

void TestPackage::forgedContentsAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, bytes);
    const TemporaryFolder folder;
    QVERIFY(writePackage(folder / "tiny", tinyPackage(1)).has_value());
    forge(folder / "tiny", name.toStdString(), bytes.toStdString());
    QVERIFY(verifyPackageFiles(folder / "tiny").has_value()); // the hashes are right
    const auto read = readPackage(folder / "tiny");
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, ErrorCode::CorruptFile);
    QVERIFY2(read.error().message.find(name.toStdString()) != std::string::npos,
             read.error().message.c_str());
}

void TestPackage::everyFaultLeavesNothingOrAll()
{
    const PackageContents contents = tinyPackage(1);
    const int runs = forEveryFault([&](FaultyIoEnv& env, const FaultCase& fault) {
        const TemporaryFolder folder;
        writeTestFile(folder / "neighbour", "old");
        const auto written = writePackage(folder / "out/tiny", contents, env);
        const bool exists = fs::exists(folder / "out/tiny");
        const bool isWhole = exists && verifyPackageFiles(folder / "out/tiny").has_value();
        const bool isFalseSuccess = written && (env.wasReached() || !isWhole);
        // A disk that goes on failing keeps the staging folder, whose name nobody reads.
        const bool isClean =
            fault.isForEver || !fs::exists(folder / "out") || entries(folder / "out") == (exists ? 1 : 0);
        m_isGood = !isFalseSuccess && (!exists || isWhole) && isClean &&
                   readTestFile(folder / "neighbour") == "old" &&
                   (written || !written.error().message.empty());
        if (!m_isGood)
            QWARN((fault.text() + ": " + (written ? "success" : written.error().message)).c_str());
        return m_isGood;
    });
    QVERIFY(m_isGood);
    QVERIFY2(runs > 12 * 30, qPrintable(QString::number(runs)));
}

void TestPackage::powerLossLeavesNothingOrAll()
{
    const PackageContents contents = tinyPackage(1);
    int states = 0;
    for (int call = 1;; ++call) {
        const TemporaryFolder folder;
        FaultyIoEnv env(folder.path());
        env.failAt(call, Fault::Crash, true);
        const bool isAcknowledged = writePackage(folder / "tiny", contents, env).has_value();
        for (std::uint64_t seed = 0; seed < 6; ++seed, ++states) {
            const TemporaryFolder after;
            env.model().materialise(
                after.path(), seed < 1 ? PowerLossModel::Loss::Drop : PowerLossModel::Loss::Random, seed);
            const bool exists = fs::exists(after / "tiny");
            QVERIFY2(exists || !isAcknowledged, qPrintable(QString("call %1, seed %2").arg(call).arg(seed)));
            if (exists)
                QVERIFY2(verifyPackageFiles(after / "tiny").has_value(),
                         qPrintable(QString("call %1").arg(call)));
        }
        if (!env.wasReached())
            break;
    }
    QVERIFY(states > 150);
}

QTEST_APPLESS_MAIN(TestPackage)
#include "tst_package.moc"
