// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/filter_row.h"

#include "widgets/elements/controls.h"
#include "widgets/elements/item_cells.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace trainyard::widgets {

namespace {

constexpr qlonglong kAny = -1;
constexpr int kBoxLetters = 7;

struct StateWords
{
    ItemFilter::State state;
    const char* text;
};

constexpr StateWords kStates[] = {
    {ItemFilter::State::Included, QT_TRANSLATE_NOOP("filter", "In use")},
    {ItemFilter::State::Labelled, QT_TRANSLATE_NOOP("filter", "Labelled")},
    {ItemFilter::State::Unlabelled, QT_TRANSLATE_NOOP("filter", "Not labelled")},
    {ItemFilter::State::InWork, QT_TRANSLATE_NOOP("filter", "In work")},
    {ItemFilter::State::Reviewed, QT_TRANSLATE_NOOP("filter", "Reviewed")},
    {ItemFilter::State::Rejected, QT_TRANSLATE_NOOP("filter", "Rejected")},
    {ItemFilter::State::Problem, QT_TRANSLATE_NOOP("filter", "File has a problem")},
    {ItemFilter::State::Excluded, QT_TRANSLATE_NOOP("filter", "Left out")},
    {ItemFilter::State::All, QT_TRANSLATE_NOOP("filter", "Everything")},
};

template <typename Value>
std::optional<Value> chosen(const QComboBox& box)
{
    const qlonglong value = box.count() == 0 ? kAny : box.currentData().toLongLong();
    return value == kAny ? std::nullopt : std::optional(static_cast<Value>(value));
}

template <typename Value>
qlonglong dataOf(const std::optional<Value>& value)
{
    return value ? static_cast<qlonglong>(*value) : kAny;
}

} // namespace

FilterRow::FilterRow(QWidget* parent)
    : QWidget(parent), m_text(new QLineEdit), m_class(makeComboBox(tr("Show one class"))),
      m_split(makeComboBox(tr("Show one split"))), m_state(makeComboBox(tr("Show one state"))),
      m_edge(makeComboBox(tr("Show one size, by the long edge")))
{
    m_text->setPlaceholderText(tr("File name"));
    m_text->setAccessibleName(tr("Search file names"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(96);
    m_text->setMaximumWidth(240);
    m_split->addItem(tr("Any split"), kAny);
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        m_split->addItem(splitText(split), static_cast<qlonglong>(split));
    m_split->addItem(tr("Without a split"), static_cast<qlonglong>(Split::None));
    for (const StateWords& words : kStates)
        m_state->addItem(QCoreApplication::translate("filter", words.text),
                         static_cast<qlonglong>(words.state));
    setClasses({});
    setEdges({});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text, 1);
    for (QComboBox* box : {m_class, m_split, m_state, m_edge}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(kBoxLetters);
        layout->addWidget(box);
        connect(box, &QComboBox::currentIndexChanged, this, &FilterRow::changed);
    }
    connect(m_text, &QLineEdit::textChanged, this, &FilterRow::changed);
}

ItemFilter FilterRow::filter() const
{
    ItemFilter filter;
    filter.classId = chosen<ClassId>(*m_class);
    filter.split = chosen<Split>(*m_split);
    filter.state = static_cast<ItemFilter::State>(m_state->currentData().toLongLong());
    filter.text = m_text->text();
    filter.edge = chosen<int>(*m_edge);
    return filter;
}

void FilterRow::setFilter(const ItemFilter& filter)
{
    const QSignalBlocker quiet(m_text);
    m_text->setText(filter.text);
    chooseData(*m_class, dataOf(filter.classId));
    chooseData(*m_split, dataOf(filter.split));
    chooseData(*m_state, static_cast<qlonglong>(filter.state));
    chooseData(*m_edge, dataOf(filter.edge));
}

void FilterRow::setClasses(std::span<const ClassEntry> classes)
{
    const qlonglong before = dataOf(chosen<ClassId>(*m_class));
    const QSignalBlocker quiet(m_class);
    m_class->clear();
    m_class->addItem(tr("Any class"), kAny);
    for (const ClassEntry& entry : classes)
        m_class->addItem(entry.chip, entry.name, static_cast<qlonglong>(entry.id));
    m_class->addItem(tr("Without a class"), qlonglong(0));
    chooseData(*m_class, before);
}

void FilterRow::setEdges(std::span<const int> edges)
{
    const std::optional<int> before = chosen<int>(*m_edge);
    const QSignalBlocker quiet(m_edge);
    m_edge->clear();
    m_edge->addItem(tr("Any size"), kAny);
    for (const int edge : edges)
        m_edge->addItem(edgeStepText(edge), qlonglong(edge));
    chooseData(*m_edge, dataOf(before));
    m_edge->setVisible(!edges.empty());
}

void FilterRow::focusSearch()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

} // namespace trainyard::widgets
