// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <cstdint>
#include <vector>

class QTableView;

namespace trainyard::widgets {

/// A confusion matrix: one row for each true class, one column for each answer, every cell with its count and
/// a shade for its share of the row; right answers and mistakes have different hues, and the diagonal a
/// frame.
///
/// A click, Enter or Space on a cell emits cellActivated(). Screen readers see a table. GUI thread.
class ConfusionView : public QWidget
{
    Q_OBJECT
public:
    explicit ConfusionView(QWidget* parent = nullptr);

    /// `counts[truth][answer]`, square, as many rows as labels; an empty one clears the view.
    void setMatrix(const QStringList& labels, const std::vector<std::vector<std::int64_t>>& counts);
    [[nodiscard]] std::int64_t count(int truth, int answer) const;
    [[nodiscard]] QTableView* table() const { return m_table; }

signals:
    void cellActivated(int truth, int answer);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Model;
    class Delegate;
    Model* m_model;
    QTableView* m_table;
};

} // namespace trainyard::widgets
