// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/order_box.h"

#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <algorithm>

namespace trainyard::widgets {

namespace {

struct KeyText
{
    ItemOrder::Key key;
    const char* text;
};

constexpr KeyText kKeys[] = {
    {ItemOrder::Key::Added, QT_TRANSLATE_NOOP("order", "When added")},
    {ItemOrder::Key::Name, QT_TRANSLATE_NOOP("order", "File name")},
    {ItemOrder::Key::Class, QT_TRANSLATE_NOOP("order", "Class")},
    {ItemOrder::Key::State, QT_TRANSLATE_NOOP("order", "State")},
    {ItemOrder::Key::Split, QT_TRANSLATE_NOOP("order", "Split")},
    {ItemOrder::Key::FileSize, QT_TRANSLATE_NOOP("order", "File size")},
    {ItemOrder::Key::Dimensions, QT_TRANSLATE_NOOP("order", "Dimensions")},
    {ItemOrder::Key::Time, QT_TRANSLATE_NOOP("order", "File time")},
    {ItemOrder::Key::Problem, QT_TRANSLATE_NOOP("order", "Problems")},
};

/// What the box keeps for an entry: the name of a column, or a ranking's own with a colon before.
QString dataOf(ItemOrder::Key key)
{
    const std::string_view name = orderKeyName(key);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

QString dataOf(const QString& ranking)
{
    return QLatin1Char(':') + ranking;
}

constexpr const char* kDescending = " descending";

} // namespace

OrderBox::OrderBox(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_key(makeComboBox(tr("Order of the pictures"))),
      m_direction(makeIconButton({}, {}))
{
    for (const KeyText& key : kKeys)
        m_key->addItem(QCoreApplication::translate("order", key.text), dataOf(key.key));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_key);
    layout->addWidget(m_direction);
    setFocusProxy(m_key);
    setDescending(false);
    connect(m_key, &QComboBox::currentIndexChanged, this, &OrderBox::changed);
    connect(m_direction, &QToolButton::clicked, this, &OrderBox::reverse);
    connect(&theme, &Theme::changed, this, [this] { setDescending(m_isDescending); });
}

ItemOrder OrderBox::order() const
{
    const QString data = m_key->currentData().toString();
    for (const Ranking& ranking : m_rankings)
        if (data == dataOf(ranking.id))
            return {ItemOrder::Key::Ranking, m_isDescending, ranking.values};
    return {orderKeyFromName(toUtf8(data)).value_or(ItemOrder::Key::Added), m_isDescending, {}};
}

void OrderBox::setOrder(ItemOrder::Key key, bool isDescending)
{
    chooseData(*m_key, dataOf(key));
    setDescending(isDescending);
    emit changed();
}

void OrderBox::setRanking(const QString& id, const QString& label, std::shared_ptr<const ItemRanking> ranking)
{
    const auto known = std::find_if(m_rankings.begin(), m_rankings.end(),
                                    [&](const Ranking& other) { return other.id == id; });
    const int row = m_key->findData(dataOf(id));
    const bool isChosen = row >= 0 && m_key->currentIndex() == row;
    const QSignalBlocker quiet(m_key);
    if (ranking == nullptr) {
        if (known == m_rankings.end())
            return;
        m_rankings.erase(known);
        if (isChosen)
            m_key->setCurrentIndex(0);
        m_key->removeItem(row);
    } else if (known != m_rankings.end()) {
        known->values = std::move(ranking);
        m_key->setItemText(row, label);
    } else {
        m_rankings.push_back({id, std::move(ranking)});
        m_key->addItem(label, dataOf(id));
    }
    if (isChosen)
        emit changed();
}

bool OrderBox::chooseRanking(const QString& id, bool isDescending)
{
    if (m_key->findData(dataOf(id)) < 0)
        return false;
    chooseData(*m_key, dataOf(id));
    setDescending(isDescending);
    emit changed();
    return true;
}

QByteArray OrderBox::state() const
{
    const ItemOrder order = this->order();
    const auto key = order.key == ItemOrder::Key::Ranking ? ItemOrder::Key::Added : order.key;
    return dataOf(key).toLatin1() + (order.isDescending ? kDescending : "");
}

void OrderBox::restoreState(const QByteArray& state)
{
    const bool isDescending = state.endsWith(kDescending);
    const QByteArray name = isDescending ? state.chopped(qstrlen(kDescending)) : state;
    if (const auto key = orderKeyFromName(name.toStdString()); key && *key != ItemOrder::Key::Ranking)
        setOrder(*key, isDescending);
}

void OrderBox::open()
{
    m_key->setFocus(Qt::ShortcutFocusReason);
    m_key->showPopup();
}

void OrderBox::reverse()
{
    setDescending(!m_isDescending);
    emit changed();
}

void OrderBox::setDescending(bool on)
{
    m_isDescending = on;
    const QString name = on ? tr("Descending; press for ascending") : tr("Ascending; press for descending");
    m_direction->setIcon(m_theme.icon(on ? QStringLiteral("sort-down") : QStringLiteral("sort-up")));
    m_direction->setToolTip(name);
    m_direction->setAccessibleName(name);
}

} // namespace trainyard::widgets
