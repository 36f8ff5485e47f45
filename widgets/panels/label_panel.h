// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/picture_loader.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace trainyard::widgets {

class EmptyState;
class Notice;
class PictureView;
class ThumbnailSource;

/// One picture and the classes with their keys: a key gives the class and goes to the next picture without
/// one.
class LabelPanel : public QWidget
{
    Q_OBJECT
public:
    LabelPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
               PictureLoader& pictures, const Theme& theme, QWidget* parent = nullptr);

    void giveClassByKey(const QString& key);
    void takeClassAway();
    void step(int by);
    void stepUnlabelled();
    void toggleExcluded();
    void focusNewClass();
    [[nodiscard]] QString statusText() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeToolRow();
    QWidget* makeSide();
    void take(const Change& change);
    void fillQueue();
    void fillClasses();
    void showItem();
    void showPicture();
    void updateStatus();
    void giveClass(ClassId classId);
    void addClass();
    void report(const Result<EditId>& result);
    [[nodiscard]] ItemId current() const;
    [[nodiscard]] std::vector<ItemId> neighbours() const;

    ProjectDocument& m_document;
    ViewState& m_view;
    ThumbnailSource& m_thumbnails;
    PictureLoader& m_pictures;
    const Theme& m_theme;
    std::vector<ItemId> m_queue;
    std::size_t m_position = 0;
    EditId m_lastEdit = 0;
    bool m_isSaved = false;
    Notice* m_notice = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    PictureView* m_picture = nullptr;
    QComboBox* m_queueKind = nullptr;
    QLabel* m_place = nullptr;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    QListWidget* m_classes = nullptr;
    QLineEdit* m_newClass = nullptr;
    QPushButton* m_exclude = nullptr;
    QLabel* m_status = nullptr;
};

} // namespace trainyard::widgets
