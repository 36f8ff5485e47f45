// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/session.h"

#include <QString>
#include <QWidget>
#include <filesystem>

namespace trainyard::studio {
class Application;
}
class QLineEdit;
class QPushButton;

namespace trainyard::test {

/// What tests of the window share: programs of the build, a user of their own, and hands.

/// Time that a job may take on a loaded machine, in milliseconds.
inline constexpr int kJobMs = 240'000;

/// Settings, state and sockets below `folder`, for this process and those that it starts.
void makeUser(const std::filesystem::path& folder);
studio::Programs builtPrograms();

/// Opens a project and waits until its window has it; false where that did not come.
bool openProjectIn(studio::Application& application, const std::filesystem::path& folder);

/// A PPM picture of 32 x 32 pixels of noise around a colour, another one for every seed.
void writePicture(const std::filesystem::path& file, int red, int green, int blue, unsigned seed);

/// The first one of this accessible name below a widget; null for none.
template <typename Widget>
Widget* named(const QWidget& parent, const QString& accessibleName)
{
    for (Widget* widget : parent.findChildren<Widget*>())
        if (widget->accessibleName() == accessibleName)
            return widget;
    return nullptr;
}
/// The button that can be seen and whose text begins so; null for none.
QPushButton* button(const QWidget& parent, const QString& beginning);
/// Waits until the button can be pressed and presses it with the mouse; false where that never came.
bool press(const QWidget& parent, const QString& beginning, int patienceMs = 10'000);
/// Types over what the field holds.
void fill(QLineEdit& field, const QString& text);
/// Drags a file or folder over the middle of the widget and drops it; false where it was refused.
bool drop(QWidget& target, const std::filesystem::path& path);
/// The next dialog for a folder is answered with this one, by typing it. Returns at once.
void answerFolderDialog(const std::filesystem::path& folder);

} // namespace trainyard::test
