// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/view_state.h"

#include <QKeySequence>
#include <QString>
#include <optional>
#include <span>

namespace trainyard::studio {

/// One row of the table of everything that can be done by key, palette or menu.
struct ActionSpec
{
    const char* key;                         ///< stable: stored with a person's own keys
    const char* text;                        ///< for people, translated by actionText()
    const char* shortcut;                    ///< preset, portable text; empty: none
    std::optional<widgets::Workspace> where; ///< nothing: everywhere
};

/// The table. Menus, palette, keys page and shortcuts are made from it, and nothing else has shortcuts.
std::span<const ActionSpec> actionTable();
const ActionSpec* findAction(const QString& key);

QString actionText(const ActionSpec& action);
/// The workspace's name on the rail and in headings; "Everywhere" for nothing.
QString workspaceName(std::optional<widgets::Workspace> workspace);
/// Name of its icon in resources/icons.
QString workspaceIcon(widgets::Workspace workspace);

} // namespace trainyard::studio
