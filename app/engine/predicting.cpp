// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/predicting.h"

#include "app/engine/request.h"
#include "core/dataset/predictions.h"

#include <algorithm>
#include <numeric>

namespace trainyard::engine {

namespace {

constexpr std::size_t kFilesAtOnce = 256;

Json answerJson(const Model& model, const PreparedPicture& picture, const std::vector<float>& logits,
                std::int64_t top)
{
    const std::vector<double> probability = probabilities(logits);
    std::vector<std::size_t> order(probability.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return probability[a] > probability[b]; });
    order.resize(std::min(order.size(), static_cast<std::size_t>(std::max<std::int64_t>(top, 1))));
    Json surest = Json::object();
    for (const std::size_t label : order)
        surest[model.network.labels[label]] = probability[label];
    Json answer{{"path", bytesToJson(picture.path)},
                {"label", model.network.labels[order.front()]},
                {"probabilities", std::move(surest)}};
    if (!picture.damage.empty())
        answer["damage"] = picture.damage;
    return answer;
}

Result<void> predictSome(const Model& model, NetworkRunner& runner,
                         const std::vector<PreparedPicture>& pictures, std::int64_t top, Answers& answers)
{
    std::vector<std::uint8_t> pixels;
    std::vector<const PreparedPicture*> accepted;
    for (const PreparedPicture& picture : pictures) {
        if (picture.pixels.empty()) {
            answers.rejected.push_back({{"path", bytesToJson(picture.path)},
                                        {"code", errorCodeName(picture.rejection.code)},
                                        {"reason", picture.rejection.message}});
            continue;
        }
        pixels.insert(pixels.end(), picture.pixels.begin(), picture.pixels.end());
        accepted.push_back(&picture);
    }
    TRAINYARD_TRY(const auto rows,
                  runner.run(pixels.data(), static_cast<std::int64_t>(accepted.size()), "logits"));
    for (std::size_t i = 0; i < accepted.size(); ++i)
        answers.predictions.push_back(answerJson(model, *accepted[i], rows[i], top));
    return {};
}

} // namespace

Result<Answers> predictFiles(const Model& model, NetworkRunner& runner, const std::vector<std::string>& files,
                             std::int64_t top, DecoderPool& decoders, const Cancellation& cancellation,
                             const ProgressObserver& progress)
{
    Answers answers;
    for (std::size_t first = 0; first < files.size(); first += kFilesAtOnce) {
        const std::size_t end = std::min(first + kFilesAtOnce, files.size());
        const std::vector<std::string> some(files.begin() + static_cast<std::ptrdiff_t>(first),
                                            files.begin() + static_cast<std::ptrdiff_t>(end));
        TRAINYARD_TRY(const auto pictures,
                      preparePictures(some, model.network.preprocess, decoders, cancellation, {}));
        TRAINYARD_CHECK(predictSome(model, runner, pictures, top, answers));
        if (progress)
            progress({"predicting", static_cast<std::int64_t>(end), static_cast<std::int64_t>(files.size())});
    }
    return answers;
}

} // namespace trainyard::engine
