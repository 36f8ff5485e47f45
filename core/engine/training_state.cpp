// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/training_state.h"

#include <array>

namespace trainyard::detail {

namespace {

constexpr int kStateVersion = 1;
constexpr const char* kSource = "state.json";

struct IntegerField
{
    const char* key;
    std::int64_t TrainingState::*member;
};
constexpr std::array<IntegerField, 8> kIntegers{{
    {"step", &TrainingState::step},
    {"epoch", &TrainingState::epoch},
    {"position", &TrainingState::position},
    {"consumed", &TrainingState::consumed},
    {"bestStep", &TrainingState::bestStep},
    {"epochsWithoutBest", &TrainingState::epochsWithoutBest},
    {"epochCorrect", &TrainingState::epochCorrect},
    {"epochItems", &TrainingState::epochItems},
}};

struct RealField
{
    const char* key;
    double TrainingState::*member;
};
constexpr std::array<RealField, 3> kReals{{
    {"bestLoss", &TrainingState::bestLoss},
    {"bestAccuracy", &TrainingState::bestAccuracy},
    {"epochLoss", &TrainingState::epochLoss},
}};

} // namespace

Json trainingStateToJson(const TrainingState& state, const ResolvedRecipe& resolved)
{
    Json json{{"version", kStateVersion}};
    for (const IntegerField& field : kIntegers)
        json[field.key] = state.*field.member;
    for (const RealField& field : kReals)
        json[field.key] = state.*field.member;
    json["seed"] = state.seed;
    json["datasetHash"] = resolved.datasetHash;
    json["build"] = resolved.build;
    json["device"] = resolved.device;
    json["precision"] = resolved.precision;
    json["threads"] = resolved.threads;
    return json;
}

Result<TrainingState> trainingStateFromJson(const Json& json, const ResolvedRecipe& resolved)
{
    TRAINYARD_TRY(const int version, jsonField<int>(json, "version", kSource));
    if (version > kStateVersion)
        return fail(ErrorCode::Unsupported, "the checkpoint was written by a newer version of this program");
    TrainingState state;
    for (const IntegerField& field : kIntegers) {
        TRAINYARD_TRY(state.*field.member, jsonField<std::int64_t>(json, field.key, kSource));
    }
    for (const RealField& field : kReals) {
        TRAINYARD_TRY(state.*field.member, jsonField<double>(json, field.key, kSource));
    }
    TRAINYARD_TRY(state.seed, jsonField<std::uint64_t>(json, "seed", kSource));
    TRAINYARD_TRY(const auto dataset, jsonField<std::string>(json, "datasetHash", kSource));
    if (dataset != resolved.datasetHash)
        return fail(ErrorCode::Conflict, "the checkpoint was trained on the dataset " +
                                             dataset.substr(0, 12) + ", the run names " +
                                             resolved.datasetHash.substr(0, 12));
    if (state.step < 0 || state.epoch * resolved.stepsPerEpoch + state.position != state.step)
        return fail(ErrorCode::CorruptFile, "state.json: step, epoch and position do not agree");
    return state;
}

std::string machineDifference(const Json& json, const ResolvedRecipe& resolved, const std::string& build)
{
    std::string text;
    const auto compare = [&](const char* what, const std::string& before, const std::string& now) {
        if (before != now)
            text += (text.empty() ? "" : ", ") + std::string(what) + " " + before + " then, " + now + " now";
    };
    compare("build", jsonValue<std::string>(json, "build", ""), build);
    compare("device", jsonValue<std::string>(json, "device", ""), resolved.device);
    compare("precision", jsonValue<std::string>(json, "precision", ""), resolved.precision);
    compare("threads", std::to_string(jsonValue<std::int64_t>(json, "threads", 0)),
            std::to_string(resolved.threads));
    return text;
}

} // namespace trainyard::detail
