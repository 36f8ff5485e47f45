// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project_task.h"
#include "widgets/bridge/item_annotations.h"
#include "widgets/bridge/label_queue.h"
#include "widgets/bridge/picture_loader.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace trainyard::widgets {

class AnnotationCanvas;
class AttributeEditor;
class ClassList;
class DisplayForm;
class EmptyState;
class LabelAssist;
class Notice;
class OpinionBar;
class ShapeCommands;
class ShapeList;
class ShapeSuggestions;
class Suggestions;
class ThumbnailSource;
class ToolStrip;

/// One picture with its shapes, the tools for them, and the classes with their keys.
///
/// A class's key changes the selected shapes; with none selected it does what the project's task says: it
/// gives the picture its class and goes to the next one without, adds a tag or takes it away, or, where
/// shapes are drawn, it is the class of the next shape.
///
/// While a second person labels (ViewState::secondPerson()), what others said is hidden, and what is drawn or
/// keyed is that person's.
class LabelPanel : public QWidget
{
    Q_OBJECT
    static constexpr int kFirstOrder = 100; ///< in the box of queues: the orders of the worker from here on

public:
    LabelPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
               PictureLoader& pictures, Suggestions& suggestions, ShapeSuggestions& shapeSuggestions,
               const Theme& theme, QWidget* parent = nullptr);

    /// Does the work of a row "label.NAME" of the actions table; false where there is no such row.
    bool run(const QString& name);
    [[nodiscard]] AnnotationCanvas* canvas() const { return m_canvas; }
    [[nodiscard]] QString statusText() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeToolRow();
    QWidget* makeWork();
    QWidget* makeSide();
    void connectCanvas();
    void take(const Change& change);
    void takeTask();
    void showTask();
    void fillQueue();
    void fillQueueByOrder();
    void refillQueue();
    [[nodiscard]] bool isQueueOrdered() const; ///< by the worker
    [[nodiscard]] ItemFilter queueFilter() const;
    void connectAssist();
    void fillClasses();
    void showItem();
    void showPicture();
    [[nodiscard]] QString fileChange() const;
    void showAnnotations();
    void showSelection();
    void updateStatus();
    void updateView();
    void showTime();
    void open(ItemId item);
    void step(int by);
    void stepUnlabelled();
    void advance();
    void toggleExcluded();
    void giveClass(ClassId classId);
    void givePictureClass(ClassId classId);
    void takeClassAway();
    void toggleTag(ClassId classId);
    [[nodiscard]] std::vector<ClassId> pictureClasses(const Item& item) const;
    void giveClassByKey(const QString& key);
    ClassId addClass(const QString& name);
    void pickClass();
    void selectNeighbour(int by);
    void copySelected();
    void paste(bool toNextPicture);
    void interpolate();
    void report(const Result<EditId>& result);
    void reportError(const Error& error);
    void askForSecondPerson();
    void setSecondPerson(const QString& name);
    [[nodiscard]] bool isBlind() const; ///< a second person labels
    void toggleOpinionTag(ClassId classId);
    [[nodiscard]] bool labelsPictures() const; ///< a key gives the picture its class

    ProjectDocument& m_document;
    ViewState& m_view;
    ThumbnailSource& m_thumbnails;
    PictureLoader& m_pictures;
    Suggestions& m_suggestions;
    const Theme& m_theme;
    ProjectTask m_task;
    LabelQueue m_queue;
    ItemAnnotations m_annotations;
    EditId m_lastEdit = 0;
    bool m_isSaved = false;
    bool m_advances = false; ///< after each shape, to the next picture
    int m_queueChoice = 0; ///< rises with every choice of a queue; a late answer to an earlier one is dropped
    Notice* m_notice = nullptr;
    OpinionBar* m_opinionBar = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    AnnotationCanvas* m_canvas = nullptr;
    LabelAssist* m_assist = nullptr;
    ShapeCommands* m_commands = nullptr;
    ToolStrip* m_tools = nullptr;
    ShapeList* m_shapes = nullptr;
    AttributeEditor* m_attributes = nullptr;
    ClassList* m_classes = nullptr;
    DisplayForm* m_display = nullptr;
    QComboBox* m_queueKind = nullptr;
    QToolButton* m_displayButton = nullptr;
    QToolButton* m_advanceButton = nullptr;
    QLabel* m_place = nullptr;
    QLabel* m_name = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_keyText = nullptr; ///< what a class key does
    QLabel* m_time = nullptr;
    QLabel* m_zoom = nullptr;
    QLabel* m_facts = nullptr;
    QPushButton* m_exclude = nullptr;
    QLabel* m_status = nullptr;
};

} // namespace trainyard::widgets
