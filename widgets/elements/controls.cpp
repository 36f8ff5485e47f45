// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/controls.h"

#include "widgets/bridge/text.h"

#include <QComboBox>
#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>
#include <QVariant>

namespace trainyard::widgets {

namespace {

constexpr const char* kAction = "action"; ///< properties of buttons
constexpr const char* kTip = "tipWithoutKeys";

} // namespace

QLabel* makeLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    if (role != nullptr)
        label->setObjectName(QLatin1String(role));
    return label;
}

QLabel* makeText(const QString& text, const char* role, QWidget* parent)
{
    QLabel* label = makeLabel(text, role, parent);
    label->setWordWrap(true);
    return label;
}

QPushButton* makeButton(const QString& text, const QIcon& icon, QWidget* parent)
{
    auto* button = new QPushButton(icon, text, parent);
    button->setAccessibleName(text);
    button->setAutoDefault(false);
    return button;
}

QPushButton* makePrimaryButton(const QString& text, const QIcon& icon, QWidget* parent)
{
    QPushButton* button = makeButton(text, icon, parent);
    button->setProperty("primary", true);
    return button;
}

QPushButton* makeFlatButton(const QString& text, const QIcon& icon, QWidget* parent)
{
    QPushButton* button = makeButton(text, icon, parent);
    button->setProperty("flat", true);
    return button;
}

QToolButton* makeIconButton(const QIcon& icon, const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setIcon(icon);
    button->setIconSize(QSize(18, 18));
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

void setActionOf(QAbstractButton& button, const QString& action)
{
    button.setProperty(kAction, action);
    button.setProperty(kTip, button.toolTip().isEmpty() ? button.text() : button.toolTip());
}

void showKeysOf(QWidget& parent, const std::function<QKeySequence(const QString& action)>& keys)
{
    for (QAbstractButton* button : parent.findChildren<QAbstractButton*>()) {
        const QString action = button->property(kAction).toString();
        if (action.isEmpty())
            continue;
        const QString tip = button->property(kTip).toString();
        const QString key = keys(action).toString(QKeySequence::NativeText);
        button->setToolTip(key.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, key));
    }
}

QComboBox* makeComboBox(const QString& accessibleName, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setAccessibleName(accessibleName);
    box->setToolTip(accessibleName);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return box;
}

QFrame* makeFrame(const char* role, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    frame->setObjectName(QLatin1String(role));
    return frame;
}

QScrollArea* makeScrollArea(QWidget* content, bool scrollsSideways)
{
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    if (!scrollsSideways)
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFrameShape(QFrame::NoFrame);
    content->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);
    return scroll;
}

QTreeView* makeTable(const QString& accessibleName, QWidget* parent)
{
    auto* table = new QTreeView(parent);
    table->setAccessibleName(accessibleName);
    table->setRootIsDecorated(false);
    table->setUniformRowHeights(true);
    table->setAllColumnsShowFocus(true);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTextElideMode(Qt::ElideMiddle);
    table->header()->setHighlightSections(false);
    table->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return table;
}

void chooseData(QComboBox& box, const QVariant& data)
{
    const QSignalBlocker quiet(box);
    box.setCurrentIndex(std::max(0, box.findData(data)));
}

std::filesystem::path droppedFolder(const QMimeData& mime)
{
    for (const QUrl& url : mime.urls()) {
        const std::filesystem::path path = toPath(url.toLocalFile());
        std::error_code error;
        if (url.isLocalFile() && std::filesystem::is_directory(path, error))
            return path;
    }
    return {};
}

void startOnce(QTimer& timer)
{
    if (!timer.isActive())
        timer.start();
}

} // namespace trainyard::widgets
