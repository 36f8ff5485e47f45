// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/report_html.h"

#include "core/base/markup.h"
#include "core/base/path_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace trainyard {

namespace {

constexpr std::size_t kWidestMatrix =
    40; ///< classes; beyond that the commonest confusions are listed instead
constexpr std::size_t kListedConfusions = 40;
constexpr std::size_t kShownMistakes = 48;
constexpr std::size_t kListedRows = 200;

constexpr const char* kHead = R"(<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>
:root{color-scheme:light dark;--ground:#fff;--text:#1c1e21;--quiet:#5c6370;--line:#d9dce1;--panel:#f5f6f8;
--right:30,110,200;--wrong:200,70,20}
@media (prefers-color-scheme:dark){:root{--ground:#1b1d20;--text:#e6e8eb;--quiet:#a2a9b4;--line:#3a3f46;--panel:#25282c;
--right:90,160,245;--wrong:240,120,60}}
*{box-sizing:border-box}
body{margin:0 auto;padding:32px 24px;max-width:1120px;background:var(--ground);color:var(--text);
font:14px/1.5 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}h2{font-size:17px;margin:36px 0 8px}
p{margin:4px 0 8px;max-width:76ch}.quiet{color:var(--quiet)}
.figures{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0 8px}
.figure{background:var(--panel);border-radius:8px;padding:12px 16px;min-width:200px}
.figure b{display:block;font-size:24px;line-height:1.3}.figure span{color:var(--quiet);font-size:13px}
.wide{overflow-x:auto}
table{border-collapse:collapse;margin:4px 0}th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line)}
th{font-weight:600}th.name,td.name{text-align:left}thead th{vertical-align:bottom}
table.matrix td{min-width:44px;border:1px solid var(--line)}table.matrix td.hit{outline:2px solid rgb(var(--right));
outline-offset:-2px}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(164px,1fr));gap:16px}
figure{margin:0;break-inside:avoid}figure img,figure .none{width:100%;height:148px;object-fit:contain;
background:var(--panel);border-radius:6px;display:block}
figure .none{line-height:148px;text-align:center;color:var(--quiet)}
figcaption{font-size:13px;line-height:1.4;margin-top:4px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:8px 0}dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
@media print{body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}tr{break-inside:avoid}
td{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
</style>
)";

std::string escaped(std::string_view bytes)
{
    return markupText(displayText(bytes));
}

std::string printed(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string percent(double share)
{
    return printed("%.1f", share * 100) + "&#8239;%";
}

std::string percent(const std::optional<double>& share)
{
    return share ? percent(*share) : "n/a";
}

std::string range(const Interval& interval)
{
    return printed("%.1f", interval.low * 100) + "&#8211;" + percent(interval.high);
}

std::string decimal(double value)
{
    return std::isfinite(value) ? printed("%.4f", value) : "infinite";
}

std::string counted(std::int64_t count, const char* one, const char* many)
{
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

void addFigure(std::string& html, const char* name, const std::string& value, const std::string& below)
{
    html += "<div class=\"figure\"><span>" + std::string(name) + "</span><b>" + value + "</b><span>" + below +
            "</span></div>\n";
}

void addFigures(std::string& html, const ClassificationReport& report)
{
    html += "<div class=\"figures\">\n";
    addFigure(html, "Accuracy", percent(report.accuracy),
              "95&#8239;% interval " + range(report.accuracyInterval) + ", " +
                  std::to_string(report.correct) + " of " + std::to_string(report.n));
    const std::int64_t withLoss = report.n - static_cast<std::int64_t>(report.malformed.size());
    addFigure(html, "Mean loss", withLoss == 0 ? "n/a" : decimal(report.meanLoss),
              std::isfinite(report.meanLossInterval.high)
                  ? "95&#8239;% interval " + decimal(report.meanLossInterval.low) + "&#8211;" +
                        decimal(report.meanLossInterval.high) + ", n = " + std::to_string(withLoss)
                  : "no interval, n = " + std::to_string(withLoss));
    const auto classes = static_cast<std::int64_t>(report.classes.size());
    addFigure(html, "Macro F1", percent(report.macroF1),
              "mean over " + counted(classes - report.undefinedClasses, "class", "classes") + ", " +
                  std::to_string(report.undefinedClasses) + " n/a");
    const std::int64_t withoutItems =
        std::count_if(report.classes.begin(), report.classes.end(),
                      [](const ClassFigures& figures) { return figures.support == 0; });
    addFigure(html, "Balanced accuracy", percent(report.balancedAccuracy),
              "mean recall over " + counted(classes - withoutItems, "class", "classes") + ", " +
                  std::to_string(withoutItems) + " n/a");
    html += "</div>\n<p class=\"quiet\">";
    if (report.isClustered)
        html +=
            std::string(
                "Items that belong together (one source picture, one group) are no independent evidence: ") +
            counted(report.n, "item", "items") + " stand in " + counted(report.groups, "group", "groups") +
            ", which is worth " + printed("%.1f", report.effectiveN) +
            " independent items. The intervals say so.";
    else
        html += "Intervals: Wilson at 95&#8239;%, each item on its own.";
    html += "</p>\n";
    if (report.correct == report.n && report.n > 0)
        html += std::string("<p>No mistake among ") + counted(report.n, "item", "items") +
                ": the error rate is at most " + percent(1 - report.accuracyInterval.low) +
                " (95&#8239;%).</p>\n";
}

void addConservation(std::string& html, const ClassificationReport& report, const Predictions& predictions)
{
    html += std::string("<p>") +
            counted(static_cast<std::int64_t>(predictions.rows.size()), "prediction", "predictions") +
            " came in: " + counted(report.n, "item", "items") + " scored, " +
            counted(static_cast<std::int64_t>(report.malformed.size()),
                    "of them malformed and counted as wrong", "of them malformed and counted as wrong") +
            "; " + counted(static_cast<std::int64_t>(report.repeated.size()), "repetition", "repetitions") +
            " of an item left out.</p>\n";
}

void addMatrix(std::string& html, const ClassificationReport& report)
{
    html +=
        "<h2>Confusion matrix</h2>\n<p class=\"quiet\">Rows: the truth. Columns: the model's answer. The "
        "shade is "
        "the share of the row; right answers are framed.</p>\n<div class=\"wide\"><table class=\"matrix\">"
        "<thead><tr><th class=\"name\">truth \\ answer</th>";
    for (const ClassFigures& figures : report.classes)
        html += std::string("<th>") + escaped(figures.name) + "</th>";
    html += "<th>items</th></tr></thead>\n<tbody>\n";
    for (std::size_t truth = 0; truth < report.classes.size(); ++truth) {
        const std::int64_t support = report.classes[truth].support;
        html += std::string("<tr><th class=\"name\">") + escaped(report.classes[truth].name) + "</th>";
        for (std::size_t answer = 0; answer < report.classes.size(); ++answer) {
            const std::int64_t count = report.confusion[truth][answer];
            const double share = support == 0 ? 0 : static_cast<double>(count) / static_cast<double>(support);
            html += truth == answer ? "<td class=\"hit\"" : "<td";
            if (count > 0)
                html += std::string(" style=\"background:rgba(var(--") +
                        (truth == answer ? "right" : "wrong") + ")," + printed("%.2f", 0.08 + 0.42 * share) +
                        ")\"";
            html += std::string(">") + std::to_string(count) + "</td>";
        }
        html += std::string("<td>") + std::to_string(support) + "</td></tr>\n";
    }
    html += "</tbody></table></div>\n";
}

void addConfusionList(std::string& html, const ClassificationReport& report)
{
    struct Cell
    {
        std::int64_t count;
        std::size_t truth;
        std::size_t answer;
    };
    std::vector<Cell> cells;
    for (std::size_t truth = 0; truth < report.classes.size(); ++truth)
        for (std::size_t answer = 0; answer < report.classes.size(); ++answer)
            if (truth != answer && report.confusion[truth][answer] > 0)
                cells.push_back({report.confusion[truth][answer], truth, answer});
    std::stable_sort(cells.begin(), cells.end(),
                     [](const Cell& a, const Cell& b) { return a.count > b.count; });
    const std::size_t shown = std::min(cells.size(), kListedConfusions);
    html += std::string("<h2>Commonest confusions</h2>\n<p class=\"quiet\">") +
            std::to_string(report.classes.size()) + " classes are too many for a matrix on a page; the " +
            std::to_string(shown) + " commonest of " + std::to_string(cells.size()) +
            " confusions. The whole matrix is in report.json.</p>\n"
            "<table><thead><tr><th class=\"name\">truth</th><th "
            "class=\"name\">answer</th><th>items</th><th>of</th>"
            "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < shown; ++i)
        html += std::string("<tr><td class=\"name\">") + escaped(report.classes[cells[i].truth].name) +
                "</td><td class=\"name\">" + escaped(report.classes[cells[i].answer].name) + "</td><td>" +
                std::to_string(cells[i].count) + "</td><td>" +
                std::to_string(report.classes[cells[i].truth].support) + "</td></tr>\n";
    html += "</tbody></table>\n";
}

void addClasses(std::string& html, const ClassificationReport& report)
{
    html +=
        "<h2>Classes</h2>\n<div class=\"wide\"><table><thead><tr><th class=\"name\">class</th><th>items</th>"
        "<th>answers</th><th>right</th><th>precision</th><th>95&#8239;%</th><th>recall</th><th>95&#8239;%</"
        "th>"
        "<th>F1</th></tr></thead>\n<tbody>\n";
    for (const ClassFigures& figures : report.classes) {
        html += std::string("<tr><td class=\"name\">") + escaped(figures.name) + "</td><td>" +
                std::to_string(figures.support) + "</td><td>" + std::to_string(figures.predicted) +
                "</td><td>" + std::to_string(figures.correct) + "</td><td>" + percent(figures.precision) +
                "</td><td class=\"quiet\">" + (figures.precision ? range(figures.precisionInterval) : "n/a") +
                "</td><td>" + percent(figures.recall) + "</td><td class=\"quiet\">" +
                (figures.recall ? range(figures.recallInterval) : "n/a") + "</td><td>" + percent(figures.f1) +
                "</td></tr>\n";
    }
    html += "</tbody></table></div>\n";
}

/// The JPEG as a data URI; nothing for bytes that do not begin as one.
std::string dataUri(const std::string& jpeg)
{
    if (jpeg.compare(0, 3, "\xFF\xD8\xFF") != 0)
        return {};
    return "data:image/jpeg;base64," + base64Encode(jpeg);
}

void addMistakes(std::string& html, const ClassificationReport& report, const Predictions& predictions,
                 const PictureSource& pictures)
{
    const std::size_t shown = std::min(report.mistakes.size(), kShownMistakes);
    html += "<h2>Worst mistakes</h2>\n<p class=\"quiet\">";
    if (shown == 0)
        html += "There are none.</p>\n";
    else
        html += std::string("The wrong answers of which the model was surest, ") + std::to_string(shown) +
                " of " + std::to_string(report.mistakes.size()) + ".</p>\n<div class=\"pictures\">\n";
    for (std::size_t i = 0; i < shown; ++i) {
        const Mistake& mistake = report.mistakes[i];
        const Prediction& row = predictions.rows[static_cast<std::size_t>(mistake.row)];
        const std::string uri = pictures ? dataUri(pictures(row)) : std::string();
        const std::string name = escaped(row.path.substr(row.path.find_last_of('/') + 1));
        html += "<figure>";
        html += uri.empty() ? "<div class=\"none\">no picture</div>"
                            : "<img alt=\"" + name + "\" src=\"" + uri + "\">";
        html += std::string("<figcaption><b>") +
                escaped(predictions.labels[static_cast<std::size_t>(mistake.answer)]) + "</b> " +
                percent(mistake.confidence) +
                "<br>truth: " + escaped(predictions.labels[static_cast<std::size_t>(mistake.truth)]) +
                "<br><span class=\"quiet\">#" + std::to_string(row.item) + ' ' + name +
                "</span></figcaption></figure>\n";
    }
    if (shown > 0)
        html += "</div>\n";
}

void addRows(std::string& html, const char* heading, const std::vector<MalformedRow>& rows,
             const Predictions& predictions)
{
    if (rows.empty())
        return;
    std::vector<std::pair<ItemId, std::string>> sorted;
    for (const MalformedRow& row : rows)
        sorted.emplace_back(predictions.rows[static_cast<std::size_t>(row.row)].item, row.reason);
    std::sort(sorted.begin(), sorted.end());
    const std::size_t shown = std::min(sorted.size(), kListedRows);
    html += "<h2>" + std::string(heading) + "</h2>\n<p class=\"quiet\">" + std::to_string(shown) + " of " +
            std::to_string(sorted.size()) + ".</p>\n<ul>\n";
    for (std::size_t i = 0; i < shown; ++i)
        html += std::string("<li>#") + std::to_string(sorted[i].first) + ' ' + escaped(sorted[i].second) +
                "</li>\n";
    html += "</ul>\n";
}

void addOrigin(std::string& html, const Predictions& predictions)
{
    html += std::string("<h2>Where this comes from</h2>\n<dl><dt>Model</dt><dd>") +
            escaped(predictions.runId) + "</dd><dt>Dataset</dt><dd>" + escaped(predictions.datasetHash) +
            "</dd><dt>Split</dt><dd>" + escaped(predictions.split) + "</dd></dl>\n";
}

} // namespace

std::string reportHtml(const ClassificationReport& report, const Predictions& predictions,
                       const std::string& title, const PictureSource& pictures)
{
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n";
    html += kHead;
    html += std::string("<title>") + escaped(title) + "</title>\n</head>\n<body>\n<h1>" + escaped(title) +
            "</h1>\n<p class=\"quiet\">Evaluation on the split " + escaped(predictions.split) + ", " +
            counted(report.n, "item", "items") + ", " +
            counted(static_cast<std::int64_t>(report.classes.size()), "class", "classes") + "</p>\n";
    addFigures(html, report);
    addConservation(html, report, predictions);
    if (report.classes.size() <= kWidestMatrix)
        addMatrix(html, report);
    else
        addConfusionList(html, report);
    addClasses(html, report);
    addMistakes(html, report, predictions, pictures);
    addRows(html, "Malformed predictions", report.malformed, predictions);
    addRows(html, "Repeated items", report.repeated, predictions);
    addOrigin(html, predictions);
    html += "</body>\n</html>\n";
    return html;
}

} // namespace trainyard
