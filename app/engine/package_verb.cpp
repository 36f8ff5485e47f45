// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/packaging.h"
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/release/registry.h"

#include <cstdio>

namespace trainyard::engine {

namespace {

std::string differenceText(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", value);
    return text;
}

/// The package to publish: a folder as it is, or a run's own, made where it is absent.
Result<std::filesystem::path> packageToPublish(VerbContext& context, const std::string& source)
{
    std::error_code error;
    if (std::filesystem::is_regular_file(std::filesystem::path(source) / "manifest.json", error))
        return std::filesystem::path(source);
    if (context.job.project.empty())
        return fail(ErrorCode::NotFound, source + ": no package is there; runs need --project DIR");
    TRAINYARD_TRY(const RunStatus run, findRun(context.job.project, source));
    const auto folder = std::filesystem::path(context.job.project) / "packages" / run.id;
    if (std::filesystem::exists(folder / "manifest.json", error))
        return folder;
    TRAINYARD_CHECK(makeFolders(posixIo(), folder.parent_path()));
    if (const auto packaged = packageRun(run, folder, context); !packaged)
        return fail(packaged.error());
    return folder;
}

} // namespace

Result<VerbResult> workPackage(VerbContext& context)
{
    const Json& request = context.job.request;
    for (const std::string& format : jsonValue<std::vector<std::string>>(request, "formats", {})) {
        if (format != "safetensors" && format != "onnx")
            return fail(ErrorCode::Unsupported,
                        "--formats " + format + ": a package holds safetensors and onnx");
    }
    const std::filesystem::path out = requestText(request, "out");
    if (out.empty())
        return fail(ErrorCode::InvalidArgument, "package needs --out DIR");
    TRAINYARD_TRY(const RunStatus run, findRun(context.job.project, requestText(request, "run")));
    TRAINYARD_TRY(const ParityResult parity, packageRun(run, out, context));
    TRAINYARD_TRY(const std::string digest, packageDigest(out));
    VerbResult result;
    result.result = {
        {"run", run.id},
        {"package", bytesToJson(out.string())},
        {"digest", digest},
        {"parity", {{"largestDifference", parity.largestDifference}, {"openCv", parity.openCv}}}};
    result.text = "Packaged run " + run.id + " into " + out.string() +
                  ". The ONNX file differs from the engine by at most " +
                  differenceText(parity.largestDifference) + "; OpenCV DNN: " + parity.openCv + ".";
    return result;
}

Result<VerbResult> workPublish(VerbContext& context)
{
    const Json& request = context.job.request;
    const std::string name = requestText(request, "name");
    std::filesystem::path folder = requestText(request, "registry");
    if (folder.empty() && context.job.project.empty())
        return fail(ErrorCode::NotFound, "name a registry with --to DIR, or a project with --project DIR");
    if (folder.empty())
        folder = std::filesystem::path(context.job.project) / "registry";
    TRAINYARD_TRY(const auto package, packageToPublish(context, requestText(request, "source")));
    TRAINYARD_TRY(Registry registry, Registry::open(folder));
    TRAINYARD_TRY(const RegistryVersion version, registry.publish(package, name, context.job.author));
    const std::string alias = requestText(request, "alias");
    if (!alias.empty())
        TRAINYARD_CHECK(registry.setAlias(name, alias, version.version, context.job.author));
    VerbResult result;
    result.result = {{"name", name},
                     {"version", version.version},
                     {"alias", alias.empty() ? Json(nullptr) : Json(alias)},
                     {"digest", version.packageDigest},
                     {"package", bytesToJson(package.string())},
                     {"registry", bytesToJson(folder.string())}};
    result.text = "Published " + name + ":" + std::to_string(version.version) +
                  (alias.empty() ? std::string() : ", " + name + "@" + alias) + " in " + folder.string() +
                  ".";
    return result;
}

Result<VerbResult> workVerify(VerbContext& context)
{
    const std::filesystem::path folder = requestText(context.job.request, "package");
    TRAINYARD_CHECK(verifyPackageFiles(folder));
    TRAINYARD_TRY(Model model, loadPackageModel(folder));
    const GoldenSamples golden = std::move(*model.golden);
    model.golden.reset();
    TRAINYARD_TRY(const auto runner, makeRunner(model));
    TRAINYARD_TRY(const double difference, checkGolden(*runner, golden));
    VerbResult result;
    result.result = {{"package", bytesToJson(folder.string())},
                     {"digest", model.name},
                     {"goldenSamples", golden.count},
                     {"largestDifference", difference}};
    result.text = "The package is whole, and its " + std::to_string(golden.count) +
                  " golden samples are answered as before (largest difference " + differenceText(difference) +
                  ").";
    return result;
}

} // namespace trainyard::engine
