// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/machine.h"

#include "core/engine/network_runner.h"
#include "core/engine/trainer.h"
#include "core/network/builders.h"
#include "core/training/batches.h"

#include <ATen/Context.h>
#include <algorithm>
#include <charconv>
#include <dlfcn.h>
#include <fstream>
#include <new>
#include <sched.h>
#include <unistd.h>

namespace trainyard {

namespace detail {

namespace {

using SetThreads = void (*)(int);
using ConfigText = char* (*)();

/// OpenBLAS is found at run time: which BLAS answers for LibTorch is the system's choice.
template <typename Function>
Function openBlasFunction(const char* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

std::string blasText()
{
    if (const auto config = openBlasFunction<ConfigText>("openblas_get_config"))
        return config();
    return at::hasMKL() ? "MKL" : "generic";
}

bool isUsableCuda(std::int64_t index)
{
    return torch::cuda::is_available() && index < static_cast<std::int64_t>(torch::cuda::device_count());
}

} // namespace

Error torchError(const std::exception& exception)
{
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr)
        return {ErrorCode::OutOfMemory, "there is not enough memory; a smaller batch or input needs less",
                exception.what()};
    const auto* torchException = dynamic_cast<const c10::Error*>(&exception);
    const std::string text =
        torchException != nullptr ? torchException->what_without_backtrace() : exception.what();
    const bool isMemory = text.find("can't allocate memory") != std::string::npos ||
                          text.find("out of memory") != std::string::npos;
    if (isMemory)
        return {ErrorCode::OutOfMemory, "there is not enough memory; a smaller batch or input needs less",
                text};
    return {ErrorCode::Internal, "LibTorch: " + text.substr(0, text.find('\n')), text};
}

Result<at::Device> deviceFrom(const std::string& name)
{
    if (name == "cpu" || (name == "auto" && !torch::cuda::is_available()))
        return at::Device(at::kCPU);
    if (name == "auto" || name == "cuda")
        return deviceFrom("cuda:0");
    std::int64_t index = -1;
    const std::string number = name.starts_with("cuda:") ? name.substr(5) : "";
    const char* end = number.data() + number.size();
    if (number.empty() || std::from_chars(number.data(), end, index).ptr != end || index < 0)
        return fail(ErrorCode::InvalidArgument,
                    "'" + name + "' is no device; there are auto, cpu, cuda and cuda:N");
    if (!at::hasCUDA())
        return fail(ErrorCode::DeviceUnavailable,
                    name + ": this build computes on the CPU only (its LibTorch has no "
                           "CUDA); use --device cpu, or a build with a CUDA LibTorch");
    if (!isUsableCuda(index))
        return fail(ErrorCode::DeviceUnavailable,
                    name + ": there are " + std::to_string(torch::cuda::device_count()) +
                        " usable NVIDIA GPUs here; `trainyard doctor` shows them");
    return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

std::string deviceText(const at::Device& device)
{
    return device.is_cpu() ? "cpu" : "cuda:" + std::to_string(device.index());
}

bool hasFastBfloat16(const at::Device& device)
{
    return !device.is_cpu() || __builtin_cpu_supports("avx512bf16");
}

std::int64_t coreCount()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return std::max(CPU_COUNT(&set), 1);
    return std::max<std::int64_t>(sysconf(_SC_NPROCESSORS_ONLN), 1);
}

std::int64_t useThreads(std::int64_t threads)
{
    const std::int64_t count = threads > 0 ? threads : coreCount();
    at::set_num_threads(static_cast<int>(count));
    if (const auto setBlasThreads = openBlasFunction<SetThreads>("openblas_set_num_threads"))
        setBlasThreads(static_cast<int>(count));
    return count;
}

void makeDeterministic()
{
    at::globalContext().setDeterministicAlgorithms(true, true);
    at::globalContext().setBenchmarkCuDNN(false);
}

std::string torchVersion()
{
    return TORCH_VERSION;
}

std::int64_t residentBytes()
{
    std::ifstream file("/proc/self/statm");
    std::int64_t total = 0;
    std::int64_t resident = 0;
    file >> total >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

} // namespace detail

Json describeEngine()
{
    Json devices = Json::array({"cpu"});
    for (std::size_t i = 0;
         torch::cuda::is_available() && i < static_cast<std::size_t>(torch::cuda::device_count()); ++i)
        devices.push_back("cuda:" + std::to_string(i));
    return Json{{"libtorch", detail::torchVersion()},
                {"blas", detail::blasText()},
                {"onednn", at::hasMKLDNN()},
                {"cuda", at::hasCUDA()},
                {"devices", devices},
                {"bf16", detail::hasFastBfloat16(at::Device(at::kCPU))},
                {"threads", detail::coreCount()}};
}

Result<ResolvedRecipe> resolveRecipe(const Recipe& recipe, const Dataset& dataset)
{
    TRAINYARD_CHECK(validateRecipe(recipe));
    const NetworkKind* kind = networkKind(recipe.network);
    if (kind == nullptr)
        return fail(ErrorCode::InvalidArgument, "network: there is no network '" + recipe.network + "'");
    const auto items = static_cast<std::int64_t>(splitRows(dataset, Split::Train).size());
    if (items == 0)
        return fail(ErrorCode::Refused,
                    "no item is in the training split; `trainyard split` gives every item one");
    ResolvedRecipe resolved;
    resolved.recipe = recipe;
    if (resolved.recipe.inputEdge == 0)
        resolved.recipe.inputEdge = kind->defaultEdge;
    resolved.recipe.usesStarterWeights =
        recipe.usesStarterWeights && isRecipeFieldUsed(recipe, "starter-weights");
    resolved.recipe.isBackboneFrozen =
        recipe.isBackboneFrozen && isRecipeFieldUsed(recipe, "freeze-backbone");
    resolved.recipe.keepsStatistics = resolved.recipe.usesStarterWeights && recipe.keepsStatistics;
    TRAINYARD_TRY(const at::Device device, detail::deviceFrom(recipe.device));
    TRAINYARD_TRY(resolved.network,
                  buildNetwork(recipe.network, dataset.labels, static_cast<int>(resolved.recipe.inputEdge)));
    resolved.datasetHash = dataset.hash;
    resolved.device = detail::deviceText(device);
    resolved.precision = recipe.precision;
    if (recipe.precision == "auto")
        resolved.precision = detail::hasFastBfloat16(device) ? "bfloat16" : "float32";
    resolved.threads = recipe.threads > 0 ? recipe.threads : detail::coreCount();
    resolved.stepsPerEpoch = BatchPlan(items, recipe.batchSize, recipe.seed).stepsPerEpoch();
    resolved.totalSteps = resolved.stepsPerEpoch * recipe.epochs;
    resolved.build = "trainyard " TRAINYARD_VERSION ", libtorch " + detail::torchVersion();
    return resolved;
}

} // namespace trainyard
