// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/worker.h"

#include "app/engine/model_source.h"
#include "app/engine/model_suggesting.h"
#include "app/engine/predicting.h"
#include "app/engine/project_embeddings.h"
#include "app/engine/request.h"
#include "app/engine/suggesting.h"
#include "app/engine/worker_queue.h"
#include "core/base/log.h"
#include "core/engine/network_runner.h"
#include "core/release/registry.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

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

/// Suggestions for one project.
struct OpenProject
{
    std::filesystem::path folder;
    std::unique_ptr<ProjectEmbeddings> embeddings;
    std::unique_ptr<Suggester> suggester;
};

class Worker
{
public:
    explicit Worker(WorkerQueue& queue) : m_queue(queue) {}

    void run()
    {
        while (!m_queue.isOver()) {
            keepSometimes();
            if (auto request = m_queue.take(kIdleWait))
                serve(std::move(*request));
        }
        keep();
    }

    static int priorityOf(const Json& request)
    {
        const auto verb = jsonValue<std::string>(request, "verb", "");
        if (verb == "embed")
            return 0;
        if (verb == "suggest" && request.contains("model"))
            return 1;
        return verb == "order" ? 2 : 3;
    }

    void write(const Json& line)
    {
        const std::lock_guard lock(m_output);
        std::cout << jsonLine(line) << std::endl;
        if (!std::cout)
            std::_Exit(0); // nobody listens any more
    }

    void writeError(const Json& id, const Error& error)
    {
        write({{"id", id}, {"error", {{"code", errorCodeName(error.code)}, {"message", error.message}}}});
    }

private:
    void serve(WorkerRequest request)
    {
        const Json id = jsonValue(request.json, "id", Json());
        Result<std::optional<Json>> result = fail(ErrorCode::Cancelled, "cancelled");
        if (!request.cancellation.isCancelled()) {
            result = std::optional<Json>();
            if (!request.step) {
                if (auto step = begin(request))
                    request.step = std::move(*step);
                else
                    result = fail(step.error());
            }
            if (result)
                result = request.step();
        }
        if (result && !*result)
            return m_queue.putBack(std::move(request));
        m_queue.done(request.number);
        if (!result)
            return writeError(id, result.error());
        Json reply{{"id", id}};
        reply.update(**result);
        write(reply);
    }

    Result<WorkerStep> begin(const WorkerRequest& request)
    {
        const auto verb = jsonValue<std::string>(request.json, "verb", "");
        if (verb == "predict")
            return once([this, json = request.json] { return predict(json); });
        if (verb == "doctor")
            return once([]() -> Result<Json> { return describeEngine(); });
        if (verb == "embed")
            return embed(request);
        if (verb == "suggest")
            return request.json.contains("model") ? suggestWithModel(request) : suggest(request);
        if (verb == "order")
            return order(request);
        return fail(ErrorCode::Unsupported, "'" + verb + "' is no verb of a worker");
    }

    template <typename Work>
    static WorkerStep once(Work work)
    {
        return [work]() -> Result<std::optional<Json>> {
            TRAINYARD_TRY(Json json, work());
            return std::optional<Json>(std::move(json));
        };
    }

    /// Progress lines of a request, at most five a second.
    std::function<void(const Json&)> progressOf(const WorkerRequest& request)
    {
        return [this, id = jsonValue(request.json, "id", Json()),
                last = std::chrono::steady_clock::time_point()](const Json& progress) mutable {
            const auto now = std::chrono::steady_clock::now();
            if (now - last < kProgressPause)
                return;
            last = now;
            write({{"id", id}, {"progress", progress}});
        };
    }

    Result<Json> predict(const Json& request)
    {
        TRAINYARD_TRY(const auto model, loaded(request));
        std::vector<std::string> paths;
        for (const Json& path : jsonValue(request, "paths", Json(Json::array())))
            paths.push_back(bytesFromJson(path));
        TRAINYARD_TRY(const Answers answers, predictFiles(model->model(), model->runner(), paths,
                                                          jsonValue<std::int64_t>(request, "top", 3),
                                                          *m_decoders, Cancellation(), {}));
        return Json{{"model", model->model().name},
                    {"predictions", answers.predictions},
                    {"rejected", answers.rejected}};
    }

    /// The model of the request; a step that works with it keeps it, whatever is asked in between.
    Result<std::shared_ptr<LoadedModel>> loaded(const Json& request)
    {
        if (m_loaded.use_count() > 1)
            m_loaded = std::make_shared<LoadedModel>();
        TRAINYARD_CHECK(m_loaded->load(requestText(request, "project"), requestText(request, "model")));
        return m_loaded;
    }

    /// The project of the request, with what other processes changed in it.
    Result<std::shared_ptr<OpenProject>> projectOf(const Json& request)
    {
        const std::filesystem::path folder = requestText(request, "project");
        if (folder.empty())
            return fail(ErrorCode::InvalidArgument, "request: field 'project' is missing");
        if (m_project == nullptr || m_project->folder != folder) {
            keep();
            m_project.reset();
            auto opened = std::make_shared<OpenProject>();
            opened->folder = folder;
            TRAINYARD_TRY(opened->embeddings, ProjectEmbeddings::open(folder, *m_decoders));
            opened->suggester = std::make_unique<Suggester>(*opened->embeddings);
            m_project = std::move(opened);
        } else {
            TRAINYARD_CHECK(m_project->embeddings->refresh());
        }
        return m_project;
    }

    Result<WorkerStep> embed(const WorkerRequest& request)
    {
        TRAINYARD_TRY(const auto project, projectOf(request.json));
        const auto progress = progressOf(request);
        return WorkerStep([project, progress,
                           cancellation = request.cancellation]() mutable -> Result<std::optional<Json>> {
            ProjectEmbeddings& embeddings = *project->embeddings;
            TRAINYARD_TRY(const bool isDone, embeddings.measureSome(cancellation));
            Json state{{"measured", embeddings.measured()},
                       {"total", embeddings.total()},
                       {"unreadable", embeddings.unreadable()}};
            if (isDone)
                return std::optional<Json>(std::move(state));
            progress(state);
            return std::optional<Json>();
        });
    }

    Result<WorkerStep> suggest(const WorkerRequest& request)
    {
        TRAINYARD_TRY(const auto project, projectOf(request.json));
        TRAINYARD_CHECK(project->suggester->takeLabels(request.json));
        return once([project] { return project->suggester->suggest(); });
    }

    Result<WorkerStep> order(const WorkerRequest& request)
    {
        TRAINYARD_TRY(const auto project, projectOf(request.json));
        TRAINYARD_TRY(const WorkerStep step, project->suggester->order(request.json));
        return WorkerStep([project, step] { return step(); });
    }

    Result<WorkerStep> suggestWithModel(const WorkerRequest& request)
    {
        TRAINYARD_TRY(const auto model, loaded(request.json));
        TRAINYARD_TRY(auto opened, Project::open(requestText(request.json, "project"),
                                                 Project::OpenMode::ReadOnly, authorName("worker")));
        const std::shared_ptr<Project> project = std::move(opened);
        TRAINYARD_TRY(const WorkerStep step,
                      suggestByModel(*project, model->model(), model->runner(), *m_decoders,
                                     request.cancellation, progressOf(request)));
        return WorkerStep([model, project, step] { return step(); });
    }

    void keepSometimes()
    {
        const auto now = std::chrono::steady_clock::now();
        if (m_project == nullptr || !m_project->suggester->isUnkept() || now - m_kept < kLongestUnkept)
            return;
        m_kept = now;
        keep();
    }

    void keep()
    {
        if (m_project == nullptr || !m_project->suggester->isUnkept())
            return;
        if (const auto kept = m_project->suggester->keep(); !kept)
            logLine(LogLevel::Warning, "suggestions were not kept: " + kept.error().message);
    }

    static constexpr std::chrono::milliseconds kIdleWait{1000};
    static constexpr std::chrono::milliseconds kProgressPause{200};
    static constexpr std::chrono::seconds kLongestUnkept{5};

    WorkerQueue& m_queue;
    std::mutex m_output;
    std::unique_ptr<DecoderPool> m_decoders = makeDecoders();
    std::shared_ptr<LoadedModel> m_loaded = std::make_shared<LoadedModel>();
    std::shared_ptr<OpenProject> m_project;
    std::chrono::steady_clock::time_point m_kept = std::chrono::steady_clock::now();
};

/// Puts requests into the queue as they come; a cancellation is carried out at once.
void readRequests(WorkerQueue& queue, Worker& worker)
{
    std::string line;
    while (std::getline(std::cin, line)) {
        auto request = parseJson(line, "request");
        if (!request) {
            worker.writeError(nullptr, request.error());
            continue;
        }
        if (jsonValue<std::string>(*request, "verb", "") == "cancel") {
            const bool isFound = queue.cancel(jsonValue(*request, "of", Json()));
            worker.write({{"id", jsonValue(*request, "id", Json())}, {"cancelled", isFound}});
            continue;
        }
        if (jsonValue<std::string>(*request, "verb", "") == "quit")
            return queue.quit();
        const int priority = Worker::priorityOf(*request);
        queue.add(std::move(*request), priority);
    }
    queue.close();
}

} // namespace

int runWorker()
{
    WorkerQueue queue;
    Worker worker(queue);
    std::thread reader([&] { readRequests(queue, worker); });
    worker.run();
    reader.join();
    return 0;
}

} // namespace trainyard::engine
