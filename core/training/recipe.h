// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// Everything a user can set about a training run. The table recipeFields() feeds the form, --set, TOML, JSON
/// and help.
struct Recipe
{
    std::string network = "efficientnet-lite0";
    std::int64_t inputEdge = 0; ///< pixels; 0: the network's own
    bool usesStarterWeights = true;
    bool isBackboneFrozen = false;
    bool keepsStatistics = true; ///< batch norms keep the means and variances of the starter weights
    std::int64_t epochs = 10;
    std::int64_t batchSize = 32;
    std::string optimizer = "adamw"; ///< adamw, sgd
    double learningRate = 1e-3;
    double weightDecay = 0.01;
    double momentum = 0.9;           ///< sgd
    bool usesNesterov = false;       ///< sgd
    std::string schedule = "cosine"; ///< cosine, one-cycle, constant
    double warmupShare = 0.1;        ///< share of all steps
    double labelSmoothing = 0.0;
    bool usesClassWeights = false; ///< inverse frequency
    bool flipsHorizontally = true;
    bool flipsVertically = false;
    double cropScale = 1.0; ///< smallest share of the area that a random crop keeps; 1: none
    std::int64_t cropPadding =
        0; ///< pixels of reflected border before a random crop of the full size (CIFAR style)
    double colourJitter = 0.0;        ///< brightness, contrast and saturation each by a factor 1 +- this
    std::int64_t earlyStopEpochs = 0; ///< without improvement of validation loss; 0: never
    std::string precision = "auto";   ///< auto, float32, bfloat16
    std::int64_t checkpointEpochs = 1;
    std::int64_t checkpointSteps = 0; ///< additionally every so many steps; 0: not
    std::int64_t keepCheckpoints = 2;
    std::int64_t threads = 0; ///< 0: all cores
    std::uint64_t seed = 0;
    std::string device = "auto";

    bool operator==(const Recipe&) const = default;
};

enum class FieldType { Integer, Real, Flag, Choice };

/// One row of the table: key ("learning-rate"), label, type, range, choices, help, what it depends on.
struct RecipeField
{
    std::string key;
    std::string label;
    std::string group; ///< heading in the form: "Network", "Schedule", "Augmentation", "Machine"
    FieldType type = FieldType::Real;
    double minimum = 0;
    double maximum = 0;
    std::vector<std::string> choices;
    std::string help;
    std::string dependsOn; ///< "optimizer=sgd": shown and used only then; empty: always
};
std::span<const RecipeField> recipeFields();

/// Nullptr for an unknown key.
const RecipeField* recipeField(std::string_view key);
/// Whether a field has any effect in this recipe: every field that it depends on has the value named.
bool isRecipeFieldUsed(const Recipe& recipe, std::string_view key);

/// The field's value as text ("0.001", "true", "adamw"); empty for an unknown key.
std::string recipeValue(const Recipe& recipe, std::string_view key);
/// Sets one field from text; InvalidArgument names key, value and range.
Result<void> setRecipeValue(Recipe& recipe, std::string_view key, std::string_view value);
Result<void> validateRecipe(const Recipe& recipe);

/// Named starting points: "transfer" (default), "cifar-quick", "linear-probe".
std::vector<std::string> recipeNames();
Result<Recipe> namedRecipe(std::string_view name);
std::string recipeToToml(const Recipe& recipe);
/// Keys that are absent keep their defaults; an unknown key or a bad value is InvalidFile with its line.
Result<Recipe> recipeFromToml(std::string_view text, std::string_view source);
Json recipeToJson(const Recipe& recipe);
Result<Recipe> recipeFromJson(const Json& json, std::string_view source);

/// Learning rate of the update with this number (from 0) of `totalSteps`.
///
/// cosine and constant: W = warmupShare * totalSteps rounded; update s < W takes (s + 1) / (W + 1) of the
/// rate, then cosine (Loshchilov and Hutter 2017) falls to 0 over the other steps. one-cycle: Smith and Topin
/// 2018 as PyTorch's OneCycleLR has it (cosine up from 1/25 over warmupShare, cosine down to 1/250000).
double learningRateAt(const Recipe& recipe, std::int64_t step, std::int64_t totalSteps);

} // namespace trainyard
