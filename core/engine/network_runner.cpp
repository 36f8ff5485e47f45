// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_runner.h"

#include "core/engine/detail/graph.h"
#include "core/engine/detail/machine.h"
#include "core/engine/detail/weights.h"

#include <algorithm>
#include <map>

namespace trainyard {

namespace {

using detail::Graph;

constexpr std::int64_t kPicturesAtOnce = 64;

class TorchRunner : public NetworkRunner
{
public:
    TorchRunner(Graph graph, std::int64_t threads) : m_graph(std::move(graph)), m_threads(threads) {}

    Result<std::vector<std::vector<float>>> run(const std::uint8_t* pixels, std::int64_t count,
                                                const std::string& output, bool usesBfloat16) override
    {
        using Rows = Result<std::vector<std::vector<float>>>;
        TRAINYARD_TRY(const Graph::Plan* plan, planFor(output));
        return detail::guarded([&]() -> Rows {
            const c10::InferenceMode inference;
            detail::useThreads(m_threads);
            std::vector<std::vector<float>> rows;
            rows.reserve(static_cast<std::size_t>(count));
            const Preprocess& size = m_graph.spec().preprocess;
            const std::int64_t pictureBytes = std::int64_t{3} * size.width * size.height;
            for (std::int64_t first = 0; first < count; first += kPicturesAtOnce) {
                const std::int64_t pictures = std::min(kPicturesAtOnce, count - first);
                const at::Tensor input = inputFrom(pixels + first * pictureBytes, pictures);
                appendRows(m_graph.run(*plan, {input}, {false, usesBfloat16, 0, 0, true}).front(), rows);
            }
            return rows;
        });
    }

private:
    Result<const Graph::Plan*> planFor(const std::string& output)
    {
        auto it = m_plans.find(output);
        if (it == m_plans.end()) {
            TRAINYARD_TRY(Graph::Plan plan, m_graph.plan({m_graph.spec().inputs.front().name}, {output}));
            it = m_plans.emplace(output, std::move(plan)).first;
        }
        return &it->second;
    }

    /// (value - mean) / scale, channels first in shape and last in memory.
    [[nodiscard]] at::Tensor inputFrom(const std::uint8_t* pixels, std::int64_t pictures) const
    {
        const Preprocess& preprocess = m_graph.spec().preprocess;
        const at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(pixels),
                                               {pictures, preprocess.height, preprocess.width, 3}, at::kByte);
        std::vector<float> mean(preprocess.mean.begin(), preprocess.mean.end());
        std::vector<float> scale(preprocess.scale.begin(), preprocess.scale.end());
        const at::Tensor values = bytes.to(at::kFloat).sub_(at::tensor(mean)).div_(at::tensor(scale));
        return values.permute({0, 3, 1, 2}).to(m_graph.device());
    }

    static void appendRows(const at::Tensor& output, std::vector<std::vector<float>>& rows)
    {
        const at::Tensor plain = output.to(at::kCPU, at::kFloat).flatten(1).contiguous();
        for (std::int64_t i = 0; i < plain.size(0); ++i) {
            const float* begin = plain.data_ptr<float>() + i * plain.size(1);
            rows.emplace_back(begin, begin + plain.size(1));
        }
    }

    Graph m_graph;
    std::int64_t m_threads;
    std::map<std::string, Graph::Plan> m_plans;
};

} // namespace

Result<std::unique_ptr<NetworkRunner>> NetworkRunner::create(const NetworkSpec& spec,
                                                             const TensorFile& weights,
                                                             const std::string& device, std::int64_t threads)
{
    using Created = Result<std::unique_ptr<NetworkRunner>>;
    TRAINYARD_TRY(const at::Device target, detail::deviceFrom(device));
    TRAINYARD_TRY(Graph graph, Graph::create(spec, target));
    return detail::guarded([&]() -> Created {
        detail::makeDeterministic();
        TRAINYARD_CHECK(detail::loadWeights(graph, weights));
        return std::make_unique<TorchRunner>(std::move(graph), threads);
    });
}

} // namespace trainyard
