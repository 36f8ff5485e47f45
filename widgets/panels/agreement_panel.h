// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/agreement.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QStackedWidget;
class QStandardItemModel;
class QTimer;
class QTreeView;

namespace trainyard::widgets {

class DifferencesModel;
class EmptyState;
class Notice;

/// How far two people agree who labelled the same pictures: figures, the classes that they confuse, and the
/// pictures on which they differ. Read anew while it is shown, whenever labels are written.
class AgreementPanel : public QWidget
{
    Q_OBJECT
public:
    AgreementPanel(ProjectDocument& document, ViewState& view, const Theme& theme, QWidget* parent = nullptr);

    void reload();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeFigures();
    QWidget* makeDifferences();
    void take(const Result<AgreementAnswer>& answer);
    void showPeople(const AgreementAnswer& answer);
    void showFigures(const AgreementAnswer& answer);
    void showConfusions(const Agreement& agreement);
    [[nodiscard]] AgreementQuestion question() const;
    [[nodiscard]] QString className(ClassId classId) const;
    [[nodiscard]] QString itemName(ItemId item) const;

    ProjectDocument& m_document;
    ViewState& m_view;
    bool m_isReading = false;
    bool m_isStale = false; ///< something changed since the reading began
    QTimer* m_delay;
    DifferencesModel* m_differences;
    QStandardItemModel* m_confusions;
    Notice* m_notice;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    QComboBox* m_first;
    QComboBox* m_second;
    QDoubleSpinBox* m_threshold;
    QLabel* m_items;
    QLabel* m_share;
    QLabel* m_shareText;
    QLabel* m_kappa;
    QLabel* m_shapes;
    QTreeView* m_confusionTable = nullptr;
    QTreeView* m_differenceTable = nullptr;
    QLabel* m_differenceTitle = nullptr;
};

} // namespace trainyard::widgets
