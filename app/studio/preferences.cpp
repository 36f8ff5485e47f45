// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/preferences.h"

#include "app/studio/actions.h"
#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/jobs/job.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"
#include "widgets/bridge/text.h"

#include <QDir>
#include <algorithm>

namespace trainyard::studio {

namespace {

constexpr std::size_t kRecent = 10;
constexpr const char* kModes[] = {"system", "light", "dark"};

Json readObject(const std::filesystem::path& file)
{
    const auto text = readFile(file, 1U << 20);
    if (!text)
        return Json::object();
    const auto json = parseJson(*text, file.native());
    return json && json->is_object() ? *json : Json::object();
}

} // namespace

std::filesystem::path configFolder()
{
    // A relative value is invalid and to be ignored (XDG base directories).
    const char* folder = std::getenv("XDG_CONFIG_HOME");
    const std::filesystem::path base = folder != nullptr && *folder == '/'
                                           ? std::filesystem::path(folder)
                                           : widgets::toPath(QDir::homePath()) / ".config";
    return base / "trainyard";
}

Preferences::Preferences()
    : m_configFolder(configFolder()), m_preferences(readObject(m_configFolder / "preferences.json")),
      m_keys(readObject(m_configFolder / "keys.json")), m_state(readObject(stateFolder() / "window.json"))
{
}

void Preferences::save(const std::filesystem::path& file, const Json& json)
{
    auto result = makeFolders(posixIo(), file.parent_path());
    if (result)
        result = writeFileAtomically(posixIo(), file, std::string_view(jsonText(json)));
    if (!result)
        logLine(LogLevel::Warning, result.error().message);
}

widgets::Theme::Mode Preferences::themeMode() const
{
    const auto name = jsonValue<std::string>(m_preferences, "theme", kModes[0]);
    for (std::size_t i = 0; i < std::size(kModes); ++i)
        if (name == kModes[i])
            return static_cast<widgets::Theme::Mode>(i);
    return widgets::Theme::Mode::System;
}

void Preferences::setThemeMode(widgets::Theme::Mode mode)
{
    m_preferences["theme"] = kModes[static_cast<std::size_t>(mode)];
    save(m_configFolder / "preferences.json", m_preferences);
}

std::vector<std::filesystem::path> Preferences::recentProjects() const
{
    std::vector<std::filesystem::path> folders;
    const auto texts = jsonValue<std::vector<std::string>>(m_preferences, "recent", {});
    for (const std::string& text : texts) {
        std::filesystem::path folder = base64Decode(text);
        std::error_code error;
        if (std::filesystem::exists(folder / "project.trainyard", error))
            folders.push_back(std::move(folder));
    }
    return folders;
}

void Preferences::addRecent(const std::filesystem::path& project)
{
    std::vector<std::filesystem::path> folders = recentProjects();
    std::erase(folders, project);
    folders.insert(folders.begin(), project);
    folders.resize(std::min(folders.size(), kRecent));
    Json texts = Json::array();
    for (const std::filesystem::path& folder : folders)
        texts.push_back(base64Encode(folder.native())); // paths are bytes
    m_preferences["recent"] = std::move(texts);
    save(m_configFolder / "preferences.json", m_preferences);
}

QKeySequence Preferences::shortcut(const QString& action) const
{
    const std::string key = widgets::toUtf8(action);
    if (m_keys.contains(key))
        return QKeySequence::fromString(
            QString::fromStdString(jsonValue<std::string>(m_keys, key.c_str(), {})),
            QKeySequence::PortableText);
    const ActionSpec* spec = findAction(action);
    return spec == nullptr ? QKeySequence() : QKeySequence::fromString(QLatin1String(spec->shortcut));
}

void Preferences::setShortcut(const QString& action, const QKeySequence& shortcut)
{
    const ActionSpec* spec = findAction(action);
    const std::string key = widgets::toUtf8(action);
    if (spec != nullptr && shortcut == QKeySequence::fromString(QLatin1String(spec->shortcut)))
        m_keys.erase(key);
    else
        m_keys[key] = widgets::toUtf8(shortcut.toString(QKeySequence::PortableText));
    save(m_configFolder / "keys.json", m_keys);
}

QByteArray Preferences::state(const QString& name) const
{
    const std::string key = widgets::toUtf8(name);
    return QByteArray::fromStdString(base64Decode(jsonValue<std::string>(m_state, key.c_str(), {})));
}

void Preferences::setState(const QString& name, const QByteArray& value)
{
    m_state[widgets::toUtf8(name)] = base64Encode(value.toStdString());
}

void Preferences::saveState()
{
    save(stateFolder() / "window.json", m_state);
}

} // namespace trainyard::studio
