// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/project_document.h"
#include "widgets/elements/notice.h"

namespace trainyard::widgets {

/// Says that changes wait in memory because the disk does not take them: how many, why, and a button to try
/// again. Comes and goes by itself. The document must outlive it; GUI thread.
class SavingNotice : public QWidget
{
    Q_OBJECT
public:
    SavingNotice(ProjectDocument& document, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] Notice* notice() const { return m_notice; }

signals:
    void told(const QString& sentence); ///< they are saved now

private:
    void take(const Change& change);

    ProjectDocument& m_document;
    Notice* m_notice;
    bool m_isFailing = false;
};

/// "3 changes are not saved": for questions as well.
QString unsavedText(const ProjectDocument& document);

} // namespace trainyard::widgets
