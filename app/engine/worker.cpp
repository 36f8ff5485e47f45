// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/worker.h"

#include "app/engine/model_source.h"
#include "app/engine/predicting.h"
#include "app/engine/request.h"
#include "core/engine/network_runner.h"
#include "core/release/registry.h"

#include <iostream>

namespace trainyard::engine {

namespace {

/// The model asked last, ready to run.
class LoadedModel
{
public:
    /// An alias that moved gives the model where it points now.
    Result<void> load(const std::string& project, const std::string& reference)
    {
        std::string identity = project + '\n' + reference;
        if (reference.find('@') != std::string::npos && !project.empty()) {
            TRAINYARD_TRY(const Registry registry,
                          Registry::open(std::filesystem::path(project) / "registry"));
            TRAINYARD_TRY(const RegistryVersion version, registry.resolve(reference));
            identity += '\n' + version.packageDigest;
        }
        if (m_runner != nullptr && identity == m_identity)
            return {};
        m_runner.reset();
        TRAINYARD_TRY(m_model, loadModel(project, reference));
        TRAINYARD_TRY(m_runner, makeRunner(m_model));
        m_identity = std::move(identity);
        return {};
    }
    [[nodiscard]] const Model& model() const { return m_model; }
    [[nodiscard]] NetworkRunner& runner() const { return *m_runner; }

private:
    std::string m_identity;
    Model m_model;
    std::unique_ptr<NetworkRunner> m_runner;
};

class Worker
{
public:
    Json answer(const Json& request)
    {
        Json reply{{"id", jsonValue(request, "id", Json())}};
        const auto verb = jsonValue<std::string>(request, "verb", "");
        Result<Json> result = fail(ErrorCode::Unsupported, "'" + verb + "' is no verb of a worker");
        if (verb == "predict")
            result = predict(request);
        if (verb == "doctor")
            result = describeEngine();
        if (result)
            reply.update(*result);
        else
            reply["error"] = {{"code", errorCodeName(result.error().code)},
                              {"message", result.error().message}};
        return reply;
    }

private:
    Result<Json> predict(const Json& request)
    {
        TRAINYARD_CHECK(m_loaded.load(requestText(request, "project"), requestText(request, "model")));
        std::vector<std::string> paths;
        for (const Json& path : jsonValue(request, "paths", Json(Json::array())))
            paths.push_back(bytesFromJson(path));
        TRAINYARD_TRY(const Answers answers, predictFiles(m_loaded.model(), m_loaded.runner(), paths,
                                                          jsonValue<std::int64_t>(request, "top", 3),
                                                          *m_decoders, Cancellation(), {}));
        return Json{{"model", m_loaded.model().name},
                    {"predictions", answers.predictions},
                    {"rejected", answers.rejected}};
    }

    LoadedModel m_loaded;
    std::unique_ptr<DecoderPool> m_decoders = makeDecoders();
};

} // namespace

int runWorker()
{
    Worker worker;
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto request = parseJson(line, "request");
        const Json reply = request ? worker.answer(*request)
                                   : Json{{"id", nullptr},
                                          {"error",
                                           {{"code", errorCodeName(request.error().code)},
                                            {"message", request.error().message}}}};
        std::cout << jsonLine(reply) << std::endl;
    }
    return 0;
}

} // namespace trainyard::engine
