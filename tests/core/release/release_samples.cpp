// SPDX-License-Identifier: GPL-3.0-or-later
// trainyard_release_samples onnx FOLDER     ONNX files of the test networks, for
// tests/data/release/make_onnxruntime.py trainyard_release_samples compat FOLDER   a package and a registry
// of the present formats, for tests/data/compat trainyard_release_samples package FOLDER  a package of
// efficientnet-lite0 with the starter weights, for tests/peers
#include "core/network/builders.h"
#include "core/release/registry.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/test_folders.h"

#include <cstdio>
#include <cstdlib>

using namespace trainyard;
using namespace trainyard::test;

namespace {

template <typename T>
T need(Result<T> result)
{
    if (result)
        return std::move(*result);
    std::fprintf(stderr, "%s %s\n", result.error().message.c_str(), result.error().context.c_str());
    std::exit(1);
}

void writeOnnx(const std::filesystem::path& folder)
{
    const AttentionCase attention = attentionCase();
    writeTestFile(folder / "attention.onnx",
                  need(onnxBytes(attention.spec, tensorFile(attention.parameters))));
    const PackageContents tiny = tinyPackage(1);
    writeTestFile(folder / "tiny.onnx", need(onnxBytes(tiny.network, tiny.weights)));
    for (const OperationCase& one : operationCases())
        if (!one.spec.operations[0].isTrainOnly)
            writeTestFile(folder / (one.name + ".onnx"),
                          need(onnxBytes(one.spec, tensorFile(one.parameters))));
}

void writeCompat(const std::filesystem::path& folder)
{
    need(writePackage(folder / "package", tinyPackage(1)));
    Registry registry = need(Registry::open(folder / "registry"));
    const RegistryVersion version = need(registry.publish(folder / "package", "tiny", "somebody@somewhere"));
    if (auto moved = registry.setAlias("tiny", "production", version.version, "somebody@somewhere"); !moved)
        std::exit(1);
    std::filesystem::remove(folder / "registry/registry.lock");
}

/// The logits are the evaluator's own here: the peers compare with a real engine's file.
void writeStarterPackage(const std::filesystem::path& folder)
{
    PackageContents contents;
    contents.network = need(buildNetwork("efficientnet-lite0", numberedLabels(1000), 64));
    contents.weights =
        need(readSafetensors(sourceFolder() / "resources/backbones/efficientnet-lite0.fp16.safetensors"));
    const TensorFile golden =
        need(readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors"));
    const std::string& pixels = golden.find("pixels")->bytes;
    contents.golden.count = 1;
    contents.golden.pixels.assign(pixels.begin(), pixels.end());
    contents.golden.logits = golden.find("logits")->toFloats();
    contents.lineage = {{"starter_weights", "EfficientNet-Lite0"}};
    const ParityResult parity = need(writePackage(folder, contents));
    std::printf("largest difference %g, OpenCV: %s\n", parity.largestDifference, parity.openCv.c_str());
}

} // namespace

int main(int argc, char** argv)
{
    const std::string verb = argc == 3 ? argv[1] : "";
    if (verb == "onnx")
        writeOnnx(argv[2]);
    else if (verb == "compat")
        writeCompat(argv[2]);
    else if (verb == "package")
        writeStarterPackage(argv[2]);
    else
        return 2;
    return 0;
}
