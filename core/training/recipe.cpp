// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include "core/network/builders.h"

#include <algorithm>
#include <charconv>
#include <variant>

namespace trainyard {

namespace {

using Member = std::variant<std::int64_t Recipe::*, std::uint64_t Recipe::*, double Recipe::*, bool Recipe::*,
                            std::string Recipe::*>;

/// A row of the table with the place of its value.
struct FieldRow
{
    RecipeField field;
    Member member;
};

FieldRow integer(const char* key, const char* label, const char* group, std::int64_t Recipe::*member,
                 double minimum, double maximum, const char* help, const char* dependsOn = "")
{
    return {{key, label, group, FieldType::Integer, minimum, maximum, {}, help, dependsOn}, member};
}

FieldRow real(const char* key, const char* label, const char* group, double Recipe::*member, double minimum,
              double maximum, const char* help, const char* dependsOn = "")
{
    return {{key, label, group, FieldType::Real, minimum, maximum, {}, help, dependsOn}, member};
}

FieldRow flag(const char* key, const char* label, const char* group, bool Recipe::*member, const char* help,
              const char* dependsOn = "")
{
    return {{key, label, group, FieldType::Flag, 0, 1, {}, help, dependsOn}, member};
}

FieldRow choice(const char* key, const char* label, const char* group, std::string Recipe::*member,
                std::vector<std::string> choices, const char* help, const char* dependsOn = "")
{
    return {{key, label, group, FieldType::Choice, 0, 0, std::move(choices), help, dependsOn}, member};
}

std::vector<std::string> networkNames(bool onlyWithWeights)
{
    std::vector<std::string> names;
    for (const NetworkKind& kind : networkKinds()) {
        if (!onlyWithWeights || kind.weights != nullptr)
            names.emplace_back(kind.name);
    }
    return names;
}

/// "network=a|b" for the networks that have starter weights.
std::string networksWithWeights()
{
    std::string text = "network=";
    for (const std::string& name : networkNames(true))
        text += (text.back() == '=' ? "" : "|") + name;
    return text;
}

std::vector<std::string> deviceNames()
{
    std::vector<std::string> names{"auto", "cpu", "cuda"};
    for (int i = 0; i < 16; ++i)
        names.push_back("cuda:" + std::to_string(i));
    return names;
}

constexpr double kLargestSeed = 9007199254740992.0; // 2^53: exact in JSON and TOML everywhere

void appendNetworkRows(std::vector<FieldRow>& rows)
{
    constexpr const char* kGroup = "Network";
    rows.push_back(choice("network", "Network", kGroup, &Recipe::network, networkNames(false),
                          "The architecture that is trained."));
    rows.push_back(integer("input-edge", "Input size", kGroup, &Recipe::inputEdge, 0, 1024,
                           "Width and height of the network's input in pixels; 0 takes the network's own."));
    rows.push_back(flag("starter-weights", "Start from trained weights", kGroup, &Recipe::usesStarterWeights,
                        "Start from weights trained on ImageNet instead of random ones.",
                        networksWithWeights().c_str()));
    rows.push_back(flag("freeze-backbone", "Train the last layer only", kGroup, &Recipe::isBackboneFrozen,
                        "Keep the trained weights and fit only the last layer: faster, for few pictures.",
                        "starter-weights=true"));
    rows.push_back(
        flag("keep-statistics", "Keep the trained statistics", kGroup, &Recipe::keepsStatistics,
             "Batch norms keep the means and variances of the trained weights: a short training cannot "
             "measure better ones.",
             "starter-weights=true"));
}

void appendScheduleRows(std::vector<FieldRow>& rows)
{
    constexpr const char* kGroup = "Schedule";
    rows.push_back(integer("epochs", "Epochs", kGroup, &Recipe::epochs, 1, 100000,
                           "How often every training picture is seen."));
    rows.push_back(
        integer("batch-size", "Batch size", kGroup, &Recipe::batchSize, 1, 65536, "Pictures in one step."));
    rows.push_back(choice("optimizer", "Optimizer", kGroup, &Recipe::optimizer, {"adamw", "sgd"},
                          "The rule that turns gradients into changes of the weights."));
    rows.push_back(real("learning-rate", "Learning rate", kGroup, &Recipe::learningRate, 1e-9, 100,
                        "The highest rate of the schedule."));
    rows.push_back(real("weight-decay", "Weight decay", kGroup, &Recipe::weightDecay, 0, 10,
                        "Pull towards zero: decoupled for adamw, L2 for sgd."));
    rows.push_back(real("momentum", "Momentum", kGroup, &Recipe::momentum, 0, 0.9999,
                        "Share of the last change that is kept.", "optimizer=sgd"));
    rows.push_back(flag("nesterov", "Nesterov momentum", kGroup, &Recipe::usesNesterov,
                        "Look ahead along the momentum.", "optimizer=sgd"));
    rows.push_back(choice("schedule", "Learning rate over time", kGroup, &Recipe::schedule,
                          {"cosine", "one-cycle", "constant"},
                          "How the learning rate changes during the run."));
    rows.push_back(real("warmup-share", "Warm-up", kGroup, &Recipe::warmupShare, 0, 0.9,
                        "Share of all steps in which the learning rate rises."));
    rows.push_back(real("label-smoothing", "Label smoothing", kGroup, &Recipe::labelSmoothing, 0, 0.9,
                        "Probability that is spread over all classes instead of the true one."));
    rows.push_back(flag("class-weights", "Weigh rare classes more", kGroup, &Recipe::usesClassWeights,
                        "Weigh the loss of each class by its inverse frequency."));
    rows.push_back(integer("early-stop-epochs", "Early stopping", kGroup, &Recipe::earlyStopEpochs, 0, 100000,
                           "Stop after so many epochs without a lower validation loss; 0 never stops."));
}

void appendAugmentationRows(std::vector<FieldRow>& rows)
{
    constexpr const char* kGroup = "Augmentation";
    rows.push_back(flag("flip-horizontal", "Flip left and right", kGroup, &Recipe::flipsHorizontally,
                        "Mirror half of the pictures."));
    rows.push_back(flag("flip-vertical", "Flip up and down", kGroup, &Recipe::flipsVertically,
                        "Turn half of the pictures upside down; for pictures without an up."));
    rows.push_back(real("crop-scale", "Random crop", kGroup, &Recipe::cropScale, 0.05, 1,
                        "Smallest share of the area that a random crop keeps; 1 does not crop."));
    rows.push_back(integer("crop-padding", "Random shift", kGroup, &Recipe::cropPadding, 0, 64,
                           "Pixels by which a picture may be shifted; the border is mirrored."));
    rows.push_back(
        real("colour-jitter", "Colour jitter", kGroup, &Recipe::colourJitter, 0, 1,
             "Brightness, contrast and saturation change by a factor of up to 1 plus or minus this."));
}

void appendMachineRows(std::vector<FieldRow>& rows)
{
    constexpr const char* kGroup = "Machine";
    rows.push_back(choice("device", "Device", kGroup, &Recipe::device, deviceNames(),
                          "Where to compute; auto takes a GPU where there is one."));
    rows.push_back(choice("precision", "Precision", kGroup, &Recipe::precision,
                          {"auto", "float32", "bfloat16"},
                          "auto takes bfloat16 where the processor has instructions for it."));
    rows.push_back(integer("threads", "Threads", kGroup, &Recipe::threads, 0, 1024, "0 takes all cores."));
    rows.push_back(integer("checkpoint-epochs", "Checkpoint every (epochs)", kGroup,
                           &Recipe::checkpointEpochs, 1, 100000, "Epochs between checkpoints."));
    rows.push_back(integer("checkpoint-steps", "Checkpoint every (steps)", kGroup, &Recipe::checkpointSteps,
                           0, 1e9, "Additional checkpoints every so many steps; 0 makes none."));
    rows.push_back(integer("keep-checkpoints", "Checkpoints to keep", kGroup, &Recipe::keepCheckpoints, 2,
                           100000, "The newest so many are kept, and the best."));
    rows.push_back({{"seed",
                     "Seed",
                     kGroup,
                     FieldType::Integer,
                     0,
                     kLargestSeed,
                     {},
                     "Every random choice follows from it.",
                     ""},
                    &Recipe::seed});
}

const std::vector<FieldRow>& fieldRows()
{
    static const std::vector<FieldRow> rows = [] {
        std::vector<FieldRow> table;
        appendNetworkRows(table);
        appendScheduleRows(table);
        appendAugmentationRows(table);
        appendMachineRows(table);
        return table;
    }();
    return rows;
}

const FieldRow* findRow(std::string_view key)
{
    const auto& rows = fieldRows();
    const auto it =
        std::find_if(rows.begin(), rows.end(), [&](const FieldRow& row) { return row.field.key == key; });
    return it == rows.end() ? nullptr : &*it;
}

std::string numberText(double value)
{
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// What a field accepts, in words.
std::string rangeText(const RecipeField& field)
{
    switch (field.type) {
    case FieldType::Integer:
        return "a whole number from " + numberText(field.minimum) + " to " + numberText(field.maximum);
    case FieldType::Real:
        return "a number from " + numberText(field.minimum) + " to " + numberText(field.maximum);
    case FieldType::Flag:
        return "true or false";
    case FieldType::Choice:
        return "one of " + joined(field.choices);
    }
    return {};
}

tl::unexpected<Error> badValue(const RecipeField& field, std::string_view value)
{
    return fail(ErrorCode::InvalidArgument,
                field.key + ": '" + std::string(value) + "' is not accepted, it takes " + rangeText(field));
}

bool isOneOf(const std::vector<std::string>& choices, const std::string& value)
{
    return std::find(choices.begin(), choices.end(), value) != choices.end();
}

struct ValueText
{
    const Recipe& recipe;
    std::string operator()(std::int64_t Recipe::*m) const { return std::to_string(recipe.*m); }
    std::string operator()(std::uint64_t Recipe::*m) const { return std::to_string(recipe.*m); }
    std::string operator()(double Recipe::*m) const { return numberText(recipe.*m); }
    std::string operator()(bool Recipe::*m) const { return recipe.*m ? "true" : "false"; }
    std::string operator()(std::string Recipe::*m) const { return recipe.*m; }
};

/// Sets a value where the text is one that the field accepts.
struct SetText
{
    Recipe& recipe;
    const RecipeField& field;
    std::string_view text;

    template <typename T>
    bool parse(T& value) const
    {
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        return error == std::errc() && stop == end && static_cast<double>(value) >= field.minimum &&
               static_cast<double>(value) <= field.maximum;
    }
    template <typename T>
    bool operator()(T Recipe::*m) const
    {
        T value{};
        if (!parse(value))
            return false;
        recipe.*m = value;
        return true;
    }
    bool operator()(bool Recipe::*m) const
    {
        if (text != "true" && text != "false")
            return false;
        recipe.*m = text == "true";
        return true;
    }
    bool operator()(std::string Recipe::*m) const
    {
        std::string value(text);
        if (!isOneOf(field.choices, value))
            return false;
        recipe.*m = std::move(value);
        return true;
    }
};

} // namespace

std::span<const RecipeField> recipeFields()
{
    static const std::vector<RecipeField> fields = [] {
        std::vector<RecipeField> list;
        for (const FieldRow& row : fieldRows())
            list.push_back(row.field);
        return list;
    }();
    return fields;
}

const RecipeField* recipeField(std::string_view key)
{
    const FieldRow* row = findRow(key);
    return row == nullptr ? nullptr : &row->field;
}

bool isRecipeFieldUsed(const Recipe& recipe, std::string_view key)
{
    const FieldRow* row = findRow(key);
    if (row == nullptr)
        return false;
    const std::string& condition = row->field.dependsOn;
    if (condition.empty())
        return true;
    const std::size_t equals = condition.find('=');
    const std::string other = condition.substr(0, equals);
    const std::string accepted = "|" + condition.substr(equals + 1) + "|";
    return accepted.find("|" + recipeValue(recipe, other) + "|") != std::string::npos &&
           isRecipeFieldUsed(recipe, other);
}

std::string recipeValue(const Recipe& recipe, std::string_view key)
{
    const FieldRow* row = findRow(key);
    return row == nullptr ? std::string() : std::visit(ValueText{recipe}, row->member);
}

Result<void> setRecipeValue(Recipe& recipe, std::string_view key, std::string_view value)
{
    const FieldRow* row = findRow(key);
    if (row == nullptr) {
        std::vector<std::string> keys;
        for (const RecipeField& field : recipeFields())
            keys.push_back(field.key);
        return fail(ErrorCode::InvalidArgument,
                    "'" + std::string(key) + "' is not a field of a recipe; there are " + joined(keys));
    }
    if (!std::visit(SetText{recipe, row->field, value}, row->member))
        return badValue(row->field, value);
    return {};
}

Result<void> validateRecipe(const Recipe& recipe)
{
    Recipe copy;
    for (const RecipeField& field : recipeFields())
        TRAINYARD_CHECK(setRecipeValue(copy, field.key, recipeValue(recipe, field.key)));
    if (recipe.inputEdge != 0 && recipe.inputEdge < 16)
        return fail(ErrorCode::InvalidArgument, "input-edge: " + std::to_string(recipe.inputEdge) +
                                                    " is too small, it takes 0 or a whole number from 16");
    return {};
}

std::vector<std::string> recipeNames()
{
    return {"transfer", "cifar-quick", "linear-probe"};
}

Result<Recipe> namedRecipe(std::string_view name)
{
    Recipe recipe;
    if (name == "transfer") {
        recipe.inputEdge = 128;
        recipe.epochs = 8;
        recipe.batchSize = 32;
        recipe.flipsVertically = true;
        recipe.colourJitter = 0.1;
        return recipe;
    }
    if (name == "cifar-quick") {
        recipe.network = "resnet-small";
        recipe.inputEdge = 32;
        recipe.epochs = 10;
        recipe.batchSize = 128;
        recipe.optimizer = "sgd";
        recipe.learningRate = 0.2;
        recipe.weightDecay = 5e-4;
        recipe.usesNesterov = true;
        recipe.schedule = "one-cycle";
        recipe.warmupShare = 0.25;
        recipe.cropPadding = 4;
        return recipe;
    }
    if (name == "linear-probe") {
        recipe.inputEdge = 128;
        recipe.isBackboneFrozen = true;
        recipe.epochs = 60;
        recipe.batchSize = 64;
        recipe.learningRate = 3e-3;
        recipe.flipsHorizontally = false;
        return recipe;
    }
    return fail(ErrorCode::NotFound,
                "'" + std::string(name) + "' is not a recipe; there are " + joined(recipeNames()));
}

} // namespace trainyard
