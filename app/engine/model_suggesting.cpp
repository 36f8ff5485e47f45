// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/model_suggesting.h"

#include "app/engine/pictures.h"
#include "app/engine/suggesting.h"
#include "core/dataset/predictions.h"
#include "core/labels/facts.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::engine {

namespace {

constexpr std::size_t kSlice = 32;
constexpr std::size_t kRowsOfShard = 2'048;

class ModelWork
{
public:
    ModelWork(Project& project, const Model& model, NetworkRunner& runner, DecoderPool& decoders,
              Cancellation cancellation, std::function<void(const Json&)> progress)
        : m_project(project), m_model(model), m_runner(runner), m_decoders(decoders),
          m_cancellation(std::move(cancellation)), m_progress(std::move(progress)),
          m_facts(suggestionFacts(project.folder(), model.name))
    {
    }

    Result<void> prepare()
    {
        bool isAnyKnown = false;
        for (const std::string& label : m_model.network.labels) {
            const ItemClass* itemClass = m_project.classByName(label);
            m_classes.push_back(itemClass == nullptr ? 0 : itemClass->id);
            isAnyKnown = isAnyKnown || itemClass != nullptr;
        }
        if (!isAnyKnown)
            return fail(ErrorCode::Refused,
                        "the project has none of the classes that the model knows; add them first");
        TRAINYARD_TRY(auto rows, m_facts.readAll());
        for (FactRow& row : rows)
            m_answers.emplace(row.item, std::move(row));
        for (const ItemColumns& item : m_project.columns()) {
            if (item.classId != 0 || item.isExcluded || item.fileState == FileState::Missing ||
                item.fileState == FileState::Damaged)
                continue;
            m_wanted.push_back(item.id);
            const auto known = m_answers.find(item.id);
            if (known == m_answers.end() || known->second.contentHash != item.contentHash)
                m_missing.push_back(item.id);
        }
        return {};
    }

    Result<std::optional<Json>> advance()
    {
        if (m_done >= m_missing.size()) {
            TRAINYARD_CHECK(keep());
            return std::optional<Json>(answer());
        }
        const std::size_t end = std::min(m_done + kSlice, m_missing.size());
        std::vector<Item> items;
        std::vector<std::string> paths;
        for (; m_done < end; ++m_done) {
            TRAINYARD_TRY(Item item, m_project.item(m_missing[m_done]));
            paths.push_back(m_project.itemPath(item).string());
            items.push_back(std::move(item));
        }
        TRAINYARD_CHECK(ask(items, paths));
        if (m_fresh.size() >= kRowsOfShard)
            TRAINYARD_CHECK(keep());
        m_progress(Json{{"done", m_done}, {"total", m_missing.size()}});
        return std::optional<Json>();
    }

private:
    Result<void> ask(const std::vector<Item>& items, const std::vector<std::string>& paths)
    {
        TRAINYARD_TRY(const auto pictures,
                      preparePictures(paths, m_model.network.preprocess, m_decoders, m_cancellation, {}));
        std::vector<std::uint8_t> pixels;
        std::vector<const Item*> readable;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            if (pictures[i].pixels.empty())
                continue;
            pixels.insert(pixels.end(), pictures[i].pixels.begin(), pictures[i].pixels.end());
            readable.push_back(&items[i]);
        }
        if (readable.empty())
            return {};
        TRAINYARD_TRY(const auto rows,
                      m_runner.run(pixels.data(), static_cast<std::int64_t>(readable.size()), "logits"));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            std::vector<double> p = probabilities(rows[i]);
            const auto best = std::max_element(p.begin(), p.end());
            const auto place = static_cast<std::size_t>(best - p.begin());
            const double highest = *best;
            *best = 0;
            const double second = *std::max_element(p.begin(), p.end());
            FactRow row{readable[i]->id,
                        readable[i]->contentHash,
                        m_classes[place],
                        {static_cast<float>(highest), static_cast<float>(highest - second)}};
            if (row.integer != 0)
                m_fresh.push_back(row);
            m_answers[row.item] = std::move(row);
        }
        return {};
    }

    Result<void> keep()
    {
        TRAINYARD_CHECK(m_facts.append(m_fresh));
        m_fresh.clear();
        return {};
    }

    [[nodiscard]] Json answer() const
    {
        std::vector<ItemId> items;
        std::vector<ClassId> classes;
        std::vector<float> values;
        for (const ItemId item : m_wanted) {
            const auto row = m_answers.find(item);
            if (row == m_answers.end() || row->second.integer == 0 || row->second.values.empty())
                continue;
            items.push_back(item);
            classes.push_back(row->second.integer);
            values.push_back(row->second.values[0]);
        }
        Json json{{"model", m_model.name}, {"ready", true}, {"total", m_wanted.size()}};
        json.update(suggestionLists(items, classes, values));
        return json;
    }

    Project& m_project;
    const Model& m_model;
    NetworkRunner& m_runner;
    DecoderPool& m_decoders;
    Cancellation m_cancellation;
    std::function<void(const Json&)> m_progress;
    FactStore m_facts;
    std::vector<ClassId> m_classes; ///< by the model's label; 0: the project has none of that name
    std::vector<ItemId> m_wanted;
    std::vector<ItemId> m_missing;
    std::size_t m_done = 0;
    std::unordered_map<ItemId, FactRow> m_answers;
    std::vector<FactRow> m_fresh;
};

} // namespace

Result<WorkerStep> suggestByModel(Project& project, const Model& model, NetworkRunner& runner,
                                  DecoderPool& decoders, const Cancellation& cancellation,
                                  std::function<void(const Json&)> progress)
{
    auto work =
        std::make_shared<ModelWork>(project, model, runner, decoders, cancellation, std::move(progress));
    TRAINYARD_CHECK(work->prepare());
    return WorkerStep([work] { return work->advance(); });
}

} // namespace trainyard::engine
