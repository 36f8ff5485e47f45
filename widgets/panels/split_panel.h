// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/splitting.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace trainyard::widgets {

class Notice;
class Theme;

/// Divides the pictures into train, val and test: shares, what would come out, and the button that does it.
class SplitPanel : public QWidget
{
    Q_OBJECT
public:
    SplitPanel(ProjectDocument& document, ViewState& view, const Theme& theme, QWidget* parent = nullptr);

    void refreshPreview();

signals:
    void closed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    [[nodiscard]] SplitRequest request() const;
    void split();

    ProjectDocument& m_document;
    ViewState& m_view;
    Notice* m_notice;
    QSpinBox* m_shares[3];
    QCheckBox* m_stratify;
    QCheckBox* m_reassign;
    QLabel* m_preview;
    QPushButton* m_apply;
};

} // namespace trainyard::widgets
