// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/confusion_view.h"

#include <QAbstractTableModel>
#include <QCoreApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kShareRole = Qt::UserRole;
constexpr int kSmallestCell = 44;
constexpr int kWidestHeader = 160;

QColor mixed(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

} // namespace

class ConfusionView::Model : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    void reset(const QStringList& labels, const std::vector<std::vector<std::int64_t>>& counts)
    {
        beginResetModel();
        m_labels = labels;
        m_counts = counts;
        m_sums.clear();
        for (const auto& row : counts) {
            std::int64_t sum = 0;
            for (const std::int64_t count : row)
                sum += count;
            m_sums.push_back(sum);
        }
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_counts.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override { return rowCount(parent); }
    [[nodiscard]] std::int64_t count(int truth, int answer) const
    {
        const bool isInside = truth >= 0 && answer >= 0 && truth < rowCount() && answer < rowCount();
        return isInside ? m_counts[static_cast<std::size_t>(truth)][static_cast<std::size_t>(answer)] : 0;
    }
    [[nodiscard]] double share(int truth, int answer) const
    {
        const std::int64_t sum = m_sums[static_cast<std::size_t>(truth)];
        return sum == 0 ? 0 : static_cast<double>(count(truth, answer)) / static_cast<double>(sum);
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid())
            return {};
        const int truth = index.row();
        const int answer = index.column();
        switch (role) {
        case Qt::DisplayRole:
            return QLocale().toString(static_cast<qlonglong>(count(truth, answer)));
        case Qt::TextAlignmentRole:
            return static_cast<int>(Qt::AlignCenter);
        case kShareRole:
            return share(truth, answer);
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return QCoreApplication::translate("ConfusionView",
                                               "%1 of %2 items of %3 were answered with %4 (%5 %)")
                .arg(QLocale().toString(static_cast<qlonglong>(count(truth, answer))),
                     QLocale().toString(static_cast<qlonglong>(m_sums[static_cast<std::size_t>(truth)])),
                     m_labels[truth], m_labels[answer], QString::number(100 * share(truth, answer), 'f', 1));
        default:
            return {};
        }
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (section < 0 || section >= m_labels.size())
            return {};
        if (role == Qt::DisplayRole)
            return m_labels[section];
        if (role == Qt::TextAlignmentRole)
            return static_cast<int>(orientation == Qt::Horizontal ? Qt::AlignCenter
                                                                  : Qt::AlignRight | Qt::AlignVCenter);
        if (role == Qt::ToolTipRole)
            return m_labels[section].toHtmlEscaped();
        return {};
    }

private:
    QStringList m_labels;
    std::vector<std::vector<std::int64_t>> m_counts;
    std::vector<std::int64_t> m_sums;
};

/// Shades a cell by its share of the row: the accent for right answers, a warm hue for mistakes; the number
/// stays readable because no shade goes beyond the half.
class ConfusionView::Delegate : public QStyledItemDelegate
{
public:
    explicit Delegate(const QWidget* view, QObject* parent) : QStyledItemDelegate(parent), m_view(view) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const bool isRight = index.row() == index.column();
        // Not the option's: a style sheet for tables may change its highlight.
        const QColor base = m_view->palette().color(QPalette::Base);
        const QColor accent = m_view->palette().color(QPalette::Highlight);
        const QColor warm = base.lightness() < 128 ? QColor(240, 120, 60) : QColor(210, 84, 24);
        const double share = index.data(kShareRole).toDouble();
        painter->save();
        painter->fillRect(option.rect,
                          share > 0 ? mixed(base, isRight ? accent : warm, 0.06 + 0.40 * share) : base);
        if (isRight) {
            painter->setPen(QPen(accent, 1));
            painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
        }
        if (option.state & QStyle::State_Selected) {
            painter->setPen(QPen(option.palette.color(QPalette::Text), 2));
            painter->drawRect(option.rect.adjusted(2, 2, -2, -2));
        }
        painter->setPen(option.palette.color(share > 0 ? QPalette::Text : QPalette::PlaceholderText));
        painter->drawText(option.rect, Qt::AlignCenter, index.data().toString());
        painter->restore();
    }

private:
    const QWidget* m_view;
};

ConfusionView::ConfusionView(QWidget* parent)
    : QWidget(parent), m_model(new Model(this)), m_table(new QTableView(this))
{
    m_table->setModel(m_model);
    m_table->setItemDelegate(new Delegate(this, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setAccessibleName(tr("Confusion matrix: rows are the truth, columns the answer"));
    m_table->setCornerButtonEnabled(false);
    m_table->setTabKeyNavigation(false);
    for (QHeaderView* header : {m_table->horizontalHeader(), m_table->verticalHeader()}) {
        header->setSectionsClickable(false);
        header->setHighlightSections(true);
        header->setTextElideMode(Qt::ElideMiddle);
    }
    m_table->verticalHeader()->setMaximumWidth(kWidestHeader);

    auto* caption = new QLabel(tr("Rows: truth · Columns: answer · Shade: share of the row"), this);
    caption->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(caption);
    layout->addWidget(m_table);
    setFocusProxy(m_table);

    const auto activate = [this](const QModelIndex& index) {
        emit cellActivated(index.row(), index.column());
    };
    connect(m_table, &QTableView::clicked, this, activate);
    m_table->installEventFilter(
        this); // Enter and Space; activated() would follow a click a second time in some styles
}

bool ConfusionView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const QModelIndex index = m_table->currentIndex();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Space) && index.isValid()) {
            emit cellActivated(index.row(), index.column());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ConfusionView::setMatrix(const QStringList& labels, const std::vector<std::vector<std::int64_t>>& counts)
{
    Q_ASSERT(static_cast<std::size_t>(labels.size()) == counts.size());
    m_model->reset(labels, counts);
    const QFontMetrics metrics(font());
    int widest = kSmallestCell;
    for (const QString& label : labels)
        widest = std::max(widest, std::min(metrics.horizontalAdvance(label) + 20, 120));
    for (const auto& row : counts)
        for (const std::int64_t count : row)
            widest = std::max(
                widest, metrics.horizontalAdvance(QLocale().toString(static_cast<qlonglong>(count))) + 20);
    m_table->horizontalHeader()->setDefaultSectionSize(widest);
    m_table->verticalHeader()->setDefaultSectionSize(std::max(32, metrics.height() + 16));
}

std::int64_t ConfusionView::count(int truth, int answer) const
{
    return m_model->count(truth, answer);
}

} // namespace trainyard::widgets
