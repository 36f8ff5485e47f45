// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/card.h"

#include "core/base/path_text.h"

#include <cstdio>

namespace trainyard {

namespace {

constexpr std::size_t kMostClasses = 200;

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// A lineage value on one line: texts as they are, everything else as JSON.
std::string plain(const Json& value)
{
    return markdownText(value.is_string() ? value.get<std::string>() : jsonLine(value));
}

std::string classList(const NetworkSpec& network)
{
    std::string text = "| index | class |\n|---|---|\n";
    for (std::size_t i = 0; i < network.labels.size() && i < kMostClasses; ++i)
        text += "| " + std::to_string(i) + " | " + markdownText(network.labels[i]) + " |\n";
    if (network.labels.size() > kMostClasses)
        text += "\nand " + std::to_string(network.labels.size() - kMostClasses) + " more in `labels.txt`.\n";
    return text;
}

std::string inputText(const Preprocess& preprocess)
{
    std::string text = "RGB pictures, " + std::to_string(preprocess.width) + " x " +
                       std::to_string(preprocess.height) + " pixels, ";
    text += preprocess.resize == ResizeRule::Stretch
                ? "stretched to that size"
                : "fitted into that size and padded with " + std::to_string(preprocess.fill);
    text += " (triangle filter with antialiasing, as Pillow's BILINEAR). Each channel becomes (value - mean) "
            "/ scale "
            "with value 0 to 255:\n\n| channel | mean | scale |\n|---|---|---|\n";
    const char* names[] = {"red", "green", "blue"};
    for (std::size_t i = 0; i < 3; ++i)
        text += std::string("| ") + names[i] + " | " + number(preprocess.mean[i]) + " | " +
                number(preprocess.scale[i]) + " |\n";
    return text;
}

std::string figures(const Json& lineage)
{
    const Json metrics = jsonValue(lineage, "metrics", Json(Json::array()));
    std::string rows;
    for (const Json& metric : metrics) {
        if (!metric.is_object() || !metric.contains("name") ||
            !jsonField<double>(metric, "value", "").has_value())
            continue;
        const auto low = jsonField<double>(metric, "low", "");
        const auto high = jsonField<double>(metric, "high", "");
        rows += "| " + plain(metric["name"]) + " | " + number(metric["value"].get<double>()) + " | ";
        rows += low && high ? number(*low) + " to " + number(*high) : std::string("not computed");
        rows += " | " + (metric.contains("n") ? plain(metric["n"]) : std::string("not stated")) + " |\n";
    }
    if (rows.empty())
        return "No figures were computed for this version. Evaluate it before you rely on it.\n";
    std::string where = jsonValue(lineage, "metrics_split", std::string());
    if (!where.empty())
        where = "On the split " + markdownText(where) + ". ";
    return where + "Intervals are 95 %.\n\n| figure | value | interval | pictures |\n|---|---|---|---|\n" +
           rows;
}

std::string origin(const Json& lineage)
{
    static constexpr std::pair<const char*, const char*> kRows[] = {
        {"run", "run"},       {"dataset_hash", "dataset (SHA-256)"},
        {"parent", "parent"}, {"trained_utc", "trained"},
        {"seed", "seed"},     {"device", "device"},
        {"build", "build"},   {"starter_weights", "starter weights"},
        {"recipe", "recipe"},
    };
    std::string rows;
    for (const auto& [key, title] : kRows) {
        if (lineage.is_object() && lineage.contains(key) && !lineage[key].is_null())
            rows += std::string("| ") + title + " | " + plain(lineage[key]) + " |\n";
    }
    return rows.empty() ? "Nothing is recorded about where this model comes from.\n"
                        : "| | |\n|---|---|\n" + rows;
}

std::string usage(const NetworkSpec& network)
{
    const std::string size =
        std::to_string(network.preprocess.width) + " x " + std::to_string(network.preprocess.height);
    return "With Trainyard: `trainyard predict PACKAGE picture.jpg`.\n\nWith onnxruntime (Python), for a "
           "picture that is "
           "already " +
           size +
           " pixels:\n\n```python\nimport json, numpy, onnxruntime\nfrom PIL import Image\n"
           "session = onnxruntime.InferenceSession(\"model.onnx\")\nmeta = "
           "session.get_modelmeta().custom_metadata_map\n"
           "prepare, labels = json.loads(meta[\"preprocess\"]), json.loads(meta[\"labels\"])\n"
           "pixels = numpy.asarray(Image.open(\"picture.png\").convert(\"RGB\"), numpy.float32)\n"
           "pixels = (pixels - prepare[\"mean\"]) / prepare[\"scale\"]\n"
           "batch = pixels.astype(numpy.float32).transpose(2, 0, 1)[None]\n"
           "logits = session.run([\"logits\"], {\"input\": "
           "batch})[0]\nprint(labels[logits[0].argmax()])\n```\n";
}

std::string licence(const Json& lineage)
{
    const std::string starter = jsonValue(lineage, "starter_weights", std::string());
    if (starter.empty())
        return "Trained from random values: no foreign weights are inside. The rights in the pictures that "
               "it learned "
               "from are yours to check.\n";
    return "Training started from " + markdownText(starter) +
           " (ImageNet-1k weights, Apache License 2.0, TensorFlow TPU models by Google; see "
           "https://www.apache.org/licenses/LICENSE-2.0). The weights in this package are changed from those "
           "by further "
           "training. Whoever passes the package on has to keep this notice. The rights in the pictures that "
           "it learned "
           "from are yours to check.\n";
}

} // namespace

std::string markdownText(std::string_view text)
{
    constexpr std::string_view kSpecial = "\\`*_{}[]()#+-!|<>&~";
    std::string escaped;
    for (const char c : displayText(text)) {
        if (kSpecial.find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string packageCard(const NetworkSpec& network, const Json& lineage, const ParityResult& parity,
                        std::int64_t goldenSamples)
{
    std::string text = "# " + markdownText(jsonValue(lineage, "title", network.name)) + "\n\n";
    text += "A picture classifier with " + std::to_string(network.labels.size()) + " classes (network " +
            markdownText(network.name);
    if (const auto counts = countNetwork(network))
        text += ", " + std::to_string(counts->parameters) + " parameters, " +
                std::to_string(counts->multiplyAdds) + " multiply-adds a picture";
    text += "), made with Trainyard " TRAINYARD_VERSION ".\n\n";
    text += "## Figures\n\n" + figures(lineage) + "\n";
    text += "## Input\n\n" + inputText(network.preprocess) + "\n";
    text += "## Use\n\n" + usage(network) + "\n";
    text += "## Classes\n\n" + classList(network) + "\n";
    text += "## Origin\n\n" + origin(lineage) + "\n";
    text += "## Checked\n\n`model.onnx` was run on " + std::to_string(goldenSamples) +
            " golden samples before this package got its name. Largest difference of a logit to the training "
            "engine's: " +
            number(parity.largestDifference) +
            " with Trainyard's evaluator; OpenCV DNN: " + markdownText(parity.openCv) + ".\n\n";
    text += "## Licence\n\n" + licence(lineage);
    return text;
}

} // namespace trainyard
