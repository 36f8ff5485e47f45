// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QKeySequence>
#include <QString>
#include <filesystem>
#include <functional>

class QAbstractButton;
class QBoxLayout;
class QComboBox;
class QFrame;
class QLabel;
class QMimeData;
class QPushButton;
class QScrollArea;
class QToolButton;
class QTimer;
class QTreeView;
class QVariant;
class QWidget;

namespace trainyard::widgets {

/// The few kinds of controls that every panel is made of, so that all look and speak alike. `role` is a name
/// of the style sheet: "heading", "muted", "title", "figure", "bad", "good".

QLabel* makeLabel(const QString& text, const char* role = nullptr, QWidget* parent = nullptr);
/// A label that breaks lines.
QLabel* makeText(const QString& text, const char* role = nullptr, QWidget* parent = nullptr);
QPushButton* makeButton(const QString& text, const QIcon& icon = {}, QWidget* parent = nullptr);
QPushButton* makePrimaryButton(const QString& text, const QIcon& icon = {}, QWidget* parent = nullptr);
QPushButton* makeFlatButton(const QString& text, const QIcon& icon = {}, QWidget* parent = nullptr);
/// An icon alone; `name` is its tool tip and its accessible name.
QToolButton* makeIconButton(const QIcon& icon, const QString& name, QWidget* parent = nullptr);
/// The button does the work of this row of the actions table ("label.next"): its tool tip is what it says now
/// and the keys that showKeysOf() last gave.
void setActionOf(QAbstractButton& button, const QString& action);
/// Puts the keys that a person has for each action into the tool tips of the buttons in `parent`.
void showKeysOf(QWidget& parent, const std::function<QKeySequence(const QString& action)>& keys);
QComboBox* makeComboBox(const QString& accessibleName, QWidget* parent = nullptr);
/// A frame of the style sheet by name ("card", "toolRow", "side") with a layout that has even margins.
QFrame* makeFrame(const char* role, QWidget* parent = nullptr);
/// Shows `content` at the area's width (unless it may scroll sideways, too), without a frame or a ground of
/// its own.
QScrollArea* makeScrollArea(QWidget* content, bool scrollsSideways = false);
/// A table whose rows are chosen whole.
QTreeView* makeTable(const QString& accessibleName, QWidget* parent = nullptr);

/// Chooses the entry with this user data without a signal; the first where there is none.
void chooseData(QComboBox& box, const QVariant& data);

/// The folder of a drop; empty where it is none.
std::filesystem::path droppedFolder(const QMimeData& mime);

/// Starts a single-shot timer that does not run yet: what keeps changing is shown after the delay, not only
/// once it rests.
void startOnce(QTimer& timer);

} // namespace trainyard::widgets
