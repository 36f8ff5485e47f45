// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/statistics_panel.h"

#include "widgets/bridge/background.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/item_cells.h"
#include "widgets/plots/bar_chart.h"

#include <QLabel>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <map>

namespace trainyard::widgets {

namespace {

constexpr int kDelayMs = 250;

BarChart* makeChart(const QString& name)
{
    auto* chart = new BarChart;
    chart->setAccessibleName(name);
    return chart;
}

} // namespace

StatisticsPanel::StatisticsPanel(ProjectDocument& document, ViewState& view, const Theme& theme,
                                 QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_theme(theme), m_items(makeLabel({}, "figure")),
      m_parts(makeText({}, "muted")), m_classes(makeChart(tr("Pictures of each class"))),
      m_splits(makeChart(tr("Pictures of each split"))), m_sizes(makeChart(tr("Pictures of each size"))),
      m_bytes(makeText({}, "muted")), m_delay(new QTimer(this))
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(6);
    layout->addWidget(m_items);
    layout->addWidget(m_parts);
    for (const auto& [title, chart] : {std::pair{tr("Classes"), m_classes}, std::pair{tr("Splits"), m_splits},
                                       std::pair{tr("Sizes"), m_sizes}}) {
        layout->addSpacing(12);
        layout->addWidget(makeLabel(title, "heading"));
        layout->addWidget(chart);
    }
    layout->addWidget(m_bytes);
    layout->addStretch(1);
    QScrollArea* scroll = makeScrollArea(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    m_classes->setEmptyText(tr("No class yet"));
    m_splits->setEmptyText(tr("No split yet"));
    m_sizes->setEmptyText(tr("No sizes yet"));
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(m_delay, &QTimer::timeout, this, [this] {
        update();
        countLabels();
    });
    connect(&document, &ProjectDocument::changed, this, &StatisticsPanel::take);
    connect(&theme, &Theme::changed, this, &StatisticsPanel::update);
    connect(m_classes, &BarChart::activated, this, [this](int index) { showBar(*m_classes, index); });
    connect(m_splits, &BarChart::activated, this, [this](int index) { showBar(*m_splits, index); });
    update();
    QTimer::singleShot(kDelayMs, this, &StatisticsPanel::countLabels); // the window itself comes first
}

void StatisticsPanel::take(const Change& change)
{
    if (changesItems(change) || isChange<ClassesChanged>(change))
        startOnce(*m_delay);
}

void StatisticsPanel::update()
{
    std::int64_t total = 0;
    std::int64_t excluded = 0;
    std::int64_t problems = 0;
    std::int64_t perSplit[4] = {};
    std::int64_t unlabelled = 0;
    std::map<ClassId, std::int64_t> perClass;
    for (const ItemColumns& item : m_document.project().columns()) {
        ++total;
        if (item.isExcluded) {
            ++excluded;
            continue;
        }
        problems += item.fileState != FileState::Ok ? 1 : 0;
        unlabelled += item.reviewState == ReviewState::Unlabelled ? 1 : 0;
        ++perClass[item.classId];
        ++perSplit[static_cast<std::size_t>(item.split)];
    }
    m_items->setText(tr("%1 pictures").arg(countText(total)));
    std::int64_t shapes = 0;
    for (const ClassCount& count : m_counts)
        shapes += count.shapes;
    QStringList parts;
    if (shapes > 0) {
        parts << tr("%1 shapes").arg(countText(shapes)) << tr("%1 unlabelled").arg(countText(unlabelled));
        perClass.clear();
        for (const ClassCount& count : m_counts)
            perClass[count.classId] = count.tags + count.shapes;
    } else {
        parts << tr("%1 without a class").arg(countText(perClass[0]));
    }
    m_classes->setAccessibleName(shapes > 0 ? tr("Labels of each class") : tr("Pictures of each class"));
    if (excluded > 0)
        parts << tr("%1 left out").arg(countText(excluded));
    if (problems > 0)
        parts << tr("%1 with a file problem").arg(countText(problems));
    m_parts->setText(parts.join(QStringLiteral(" · ")));
    std::vector<Bar> bars;
    m_classIds.clear();
    for (const ItemClass& itemClass : m_document.project().classes()) {
        const std::int64_t count = perClass[itemClass.id];
        bars.push_back({shown(itemClass.name), static_cast<double>(count), countText(count),
                        m_theme.classColour(itemClass)});
        m_classIds.push_back(itemClass.id);
    }
    m_classes->setBars(std::move(bars));
    bars.clear();
    m_splitRows.clear();
    for (const Split split : {Split::Train, Split::Validation, Split::Test, Split::None}) {
        const std::int64_t count = perSplit[static_cast<std::size_t>(split)];
        if (count == 0)
            continue;
        const std::string_view token = splitName(split);
        bars.push_back({split == Split::None ? tr("no split") : splitText(split), static_cast<double>(count),
                        countText(count),
                        m_theme.colour(split == Split::None ? "textDisabled" : std::string(token).c_str())});
        m_splitRows.push_back(split);
    }
    m_splits->setBars(std::move(bars));
    if (total != m_sizedItems)
        QTimer::singleShot(kDelayMs, this, &StatisticsPanel::updateSizes); // the window itself comes first
}

void StatisticsPanel::countLabels()
{
    m_countsAgain = m_isCounting;
    if (m_isCounting)
        return;
    m_isCounting = true;
    runInBackground(
        this, [folder = m_document.folder()] { return countClassLabels(folder); },
        [this](const Result<std::vector<ClassCount>>& counts) {
            m_isCounting = false;
            if (counts && *counts != m_counts) {
                m_counts = *counts;
                update();
            }
            if (m_countsAgain)
                startOnce(*m_delay);
        });
}

void StatisticsPanel::updateSizes()
{
    if (m_isReadingSizes)
        return;
    m_isReadingSizes = true;
    m_sizedItems = static_cast<std::int64_t>(m_document.project().columns().size());
    runInBackground(
        this, [folder = m_document.folder()] { return readSizeStatistics(folder); },
        [this](const SizeStatistics& statistics) {
            m_isReadingSizes = false;
            showSizes(statistics);
            if (m_sizedItems != static_cast<std::int64_t>(m_document.project().columns().size()))
                m_delay->start();
        });
}

void StatisticsPanel::showSizes(const SizeStatistics& statistics)
{
    std::vector<Bar> bars;
    for (const auto& [size, count] : statistics.sizes)
        bars.push_back({size, static_cast<double>(count), countText(count), m_theme.colour("lineStrong")});
    m_sizes->setBars(std::move(bars));
    m_bytes->setText(statistics.bytes > 0 ? tr("%1 on the disk").arg(bytesText(statistics.bytes))
                                          : QString());
}

void StatisticsPanel::showBar(BarChart& chart, int index)
{
    ItemFilter filter;
    if (&chart == m_classes)
        filter.classId = m_classIds[static_cast<std::size_t>(index)];
    else
        filter.split = m_splitRows[static_cast<std::size_t>(index)];
    m_view.showItems(filter);
}

} // namespace trainyard::widgets
