// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "widgets/bridge/theme.h"

#include <QByteArray>
#include <QKeySequence>
#include <QString>
#include <filesystem>
#include <vector>

namespace trainyard::studio {

/// What a person chose, kept per user: $XDG_CONFIG_HOME/trainyard/{preferences,keys}.json, and what the
/// windows remember by themselves in $XDG_STATE_HOME/trainyard/window.json. Unreadable files count as empty;
/// writing that fails is logged. GUI thread.
class Preferences
{
public:
    Preferences();

    [[nodiscard]] widgets::Theme::Mode themeMode() const;
    void setThemeMode(widgets::Theme::Mode mode);

    [[nodiscard]] std::vector<std::filesystem::path>
    recentProjects() const; ///< newest first, those that still exist
    void addRecent(const std::filesystem::path& project);

    /// The action's keys: the person's own, else the preset.
    [[nodiscard]] QKeySequence shortcut(const QString& action) const;
    void setShortcut(const QString& action, const QKeySequence& shortcut);

    [[nodiscard]] QByteArray state(const QString& name) const;
    void setState(const QString& name, const QByteArray& value); ///< kept until saveState()
    void saveState();

private:
    static void save(const std::filesystem::path& file, const Json& json);

    std::filesystem::path m_configFolder;
    Json m_preferences;
    Json m_keys;
    Json m_state;
};

/// $XDG_CONFIG_HOME/trainyard, else ~/.config/trainyard.
std::filesystem::path configFolder();

} // namespace trainyard::studio
