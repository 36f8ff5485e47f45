// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard::widgets {

/// Bytes from data or disk as they are shown: what could break a line or move a cursor is escaped.
QString shown(std::string_view bytes);
QString shownPath(const std::filesystem::path& path);
/// The same with the home folder as "~" and the middle left out where it is longer than `characters`.
QString shortPath(const std::filesystem::path& path, int characters = 60);

std::string toUtf8(const QString& text);
std::filesystem::path toPath(const QString& text);

/// A command line as a person would type it, each argument quoted where a shell needs it.
QString shellCommand(const std::vector<std::string>& argv);

QString countText(std::int64_t count);               ///< "12,345" in the user's locale
QString percentText(double share, int decimals = 1); ///< "92.3 %"
QString bytesText(std::int64_t bytes);               ///< "12.4 MB"
QString durationText(double seconds);                ///< "3 min 20 s"
QString timeText(std::int64_t utcMs);                ///< "14:05" today, else "23 Nov 14:05"

} // namespace trainyard::widgets
