// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/class_counts.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"
#include "widgets/forms/class_form.h"

#include <QWidget>

class QComboBox;
class QPushButton;
class QTimer;

namespace trainyard::widgets {

class ClassTree;
class Notice;
class ThumbnailSource;

/// The classes of the project: rename, order, merge, delete, and what each one says of itself.
///
/// What reaches all labels of a class runs as a job (trainyard classes ...), so that labelling goes on.
class ClassPanel : public QWidget
{
    Q_OBJECT
public:
    ClassPanel(ProjectDocument& document, ViewState& view, JobList& jobs, ThumbnailSource& thumbnails,
               ClassForm::Chosen chosen, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] ClassTree* tree() const { return m_tree; }
    [[nodiscard]] Notice* notice() const { return m_notice; }

signals:
    void closed();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeDeleteRow();
    void fill();
    void fillRemap();
    void count();
    void report(const Error& error);
    void apply(Result<Edit> edit);
    void addClass();
    void askMerge(ClassId from, ClassId into);
    void deleteCurrent();
    void start(const JobRequest& job);
    void showStrays();
    [[nodiscard]] QString nameOf(ClassId classId) const;

    ProjectDocument& m_document;
    ViewState& m_view;
    JobList& m_jobs;
    const Theme& m_theme;
    ClassTree* m_tree;
    ClassForm* m_form;
    Notice* m_notice;
    Notice* m_strays;
    QComboBox* m_remap = nullptr;
    QPushButton* m_delete = nullptr;
    QTimer* m_delay;
    std::vector<ClassCount> m_counts;
    bool m_isCounting = false;
    std::function<void()> m_confirmed; ///< what the button of the notice does
};

} // namespace trainyard::widgets
