// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_list.h"

#include <QFrame>
#include <map>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace trainyard::widgets {

class Theme;

/// One line for each job at work: what, how far, how long, and a stop. A finished one stays ten seconds with
/// its result, a failed one until it is closed.
class JobsBar : public QFrame
{
    Q_OBJECT
public:
    JobsBar(JobList& jobs, const Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] int shownJobs() const { return static_cast<int>(m_rows.size()); }

signals:
    void historyRequested();

private:
    struct Row
    {
        QWidget* widget = nullptr;
        QLabel* title = nullptr;
        QProgressBar* progress = nullptr;
        QLabel* text = nullptr;
        QPushButton* stop = nullptr;
        QPushButton* copy = nullptr;
        QToolButton* close = nullptr;
    };
    void take(const QString& id);
    Row& addRow(const JobView& job);
    void fill(Row& row, const JobView& job);
    void removeRow(const QString& id);
    void copyResult(const QString& id) const;

    JobList& m_jobs;
    const Theme& m_theme;
    std::map<QString, Row> m_rows;
    QVBoxLayout* m_layout;
};

} // namespace trainyard::widgets
