// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/registry.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

/// Packages and registries of every released version open for ever. tests/data/compat/v1/release was written
/// by `trainyard_release_samples compat` when the formats were introduced and is never written again.
class TestReleaseCompat : public QObject
{
    Q_OBJECT

private slots:
    void packageOfVersion1();
    void registryOfVersion1();

private:
    fs::path m_golden = sourceFolder() / "tests/data/compat/v1/release";
};

void TestReleaseCompat::packageOfVersion1()
{
    const auto package = readPackage(m_golden / "package");
    QVERIFY2(package.has_value(), package ? "" : package.error().message.c_str());
    QVERIFY((package->network.labels == std::vector<std::string>{"cat", "dog", "red fox"}));
    QCOMPARE(package->golden.count, 5);
    QVERIFY(package->lineage["run"] == "run-1");
    // What was trained then answers the same now, by the references and by the exported file.
    const std::string pixels(package->golden.pixels.begin(), package->golden.pixels.end());
    const ReferenceTensor input = preparedPixels(pixels, package->network, package->golden.count);
    const auto values =
        runReference(package->network, referenceTensors(package->weights), {{"input", input}});
    QVERIFY(values.has_value());
    QVERIFY(largestDifference(values->at("logits").values, doubles(package->golden.logits)) < 1e-6);
    const auto outputs =
        runOnnx(readTestFile(m_golden / "package/model.onnx"), {{"input", onnxTensor(input)}});
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    QVERIFY(largestDifference(doubles(outputs->at("logits").values), doubles(package->golden.logits)) < 1e-5);
}

void TestReleaseCompat::registryOfVersion1()
{
    const TemporaryFolder folder;
    fs::copy(m_golden / "registry", folder / "registry", fs::copy_options::recursive);
    auto registry = Registry::open(folder / "registry");
    QVERIFY2(registry.has_value(), registry ? "" : registry.error().message.c_str());
    QCOMPARE(registry->verify().value(), 8);
    const auto version = registry->resolve("tiny@production");
    QVERIFY2(version.has_value(), version ? "" : version.error().message.c_str());
    QCOMPARE(version->version, 1);
    QCOMPARE(version->author, std::string("somebody@somewhere"));
    QCOMPARE(version->packageDigest, packageDigest(m_golden / "package").value());
    QVERIFY(registry->checkOut(*version, folder / "out").has_value());
    QVERIFY(folderState(folder / "out") == folderState(m_golden / "package"));
}

QTEST_APPLESS_MAIN(TestReleaseCompat)
#include "tst_release_compat.moc"
