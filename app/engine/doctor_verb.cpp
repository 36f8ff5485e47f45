// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/engine/network_runner.h"
#include "core/training/starter_weights.h"

#include <filesystem>

namespace trainyard::engine {

namespace {

/// What a person should change about this machine.
std::vector<std::string> warnings(const Json& engine)
{
    std::vector<std::string> list;
    if (engine["blas"].get<std::string>().find("OpenBLAS") == std::string::npos &&
        engine["blas"].get<std::string>() != "MKL")
        list.emplace_back(
            "LibTorch uses a slow BLAS: install libopenblas0-pthread, matrix products are 20 to 40 times "
            "faster then");
    if (const auto weights = starterWeightsFile("efficientnet-lite0"); !weights)
        list.push_back(weights.error().message);
    std::error_code error;
    if (!std::filesystem::exists(helperProgram("trainyard-decode"), error))
        list.push_back(helperProgram("trainyard-decode").string() + " is missing: no picture can be read");
    return list;
}

} // namespace

Result<VerbResult> workDoctor(VerbContext&)
{
    VerbResult result;
    result.result = describeEngine();
    const std::vector<std::string> list = warnings(result.result);
    result.result["warnings"] = list;
    const Json& engine = result.result;
    result.text = "LibTorch " + engine["libtorch"].get<std::string>() + ", BLAS " +
                  engine["blas"].get<std::string>() + ", " +
                  std::to_string(engine["threads"].get<std::int64_t>()) + " threads, bfloat16 " +
                  (engine["bf16"].get<bool>() ? "fast" : "not fast") + ", devices";
    for (const Json& device : engine["devices"])
        result.text += " " + device.get<std::string>();
    for (const std::string& warning : list)
        result.text += "\nwarning: " + warning;
    if (list.empty())
        result.text += "\nEverything that was looked at is in order.";
    return result;
}

} // namespace trainyard::engine
