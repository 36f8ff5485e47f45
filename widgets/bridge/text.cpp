// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/text.h"

#include "core/base/path_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

QString shown(std::string_view bytes)
{
    return QString::fromStdString(displayText(bytes));
}

QString shownPath(const std::filesystem::path& path)
{
    return shown(path.native());
}

QString shortPath(const std::filesystem::path& path, int characters)
{
    QString text = shownPath(path);
    const QString home = QDir::homePath();
    if (text == home || text.startsWith(home + QLatin1Char('/')))
        text = QLatin1Char('~') + text.mid(home.size());
    if (text.size() > characters) {
        const qsizetype head = characters / 3;
        text = text.left(head) + QStringLiteral("…") + text.right(characters - head - 1);
    }
    return text;
}

std::string toUtf8(const QString& text)
{
    return text.toStdString();
}

std::filesystem::path toPath(const QString& text)
{
    return {text.toStdString()};
}

QString shellCommand(const std::vector<std::string>& argv)
{
    QStringList words;
    for (const std::string& argument : argv) {
        const bool isPlain = !argument.empty() && std::all_of(argument.begin(), argument.end(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                   std::string_view("_-./=:@,+%").find(c) != std::string_view::npos;
        });
        if (isPlain) {
            words << QString::fromStdString(argument);
            continue;
        }
        QString quoted = QString::fromStdString(argument);
        quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
        words << QLatin1Char('\'') + quoted + QLatin1Char('\'');
    }
    return words.join(QLatin1Char(' '));
}

QString countText(std::int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString percentText(double share, int decimals)
{
    return QLocale().toString(share * 100.0, 'f', decimals) + QStringLiteral(" %");
}

QString bytesText(std::int64_t bytes)
{
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

QString durationText(double seconds)
{
    const auto whole = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
    if (whole < 60)
        return QCoreApplication::translate("duration", "%1 s").arg(whole);
    if (whole < 600)
        return QCoreApplication::translate("duration", "%1 min %2 s").arg(whole / 60).arg(whole % 60);
    if (whole < 3600)
        return QCoreApplication::translate("duration", "%1 min").arg((whole + 30) / 60);
    return QCoreApplication::translate("duration", "%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

QString timeText(std::int64_t utcMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(utcMs);
    const bool isToday = time.date() == QDate::currentDate();
    return QLocale().toString(time, isToday ? QStringLiteral("HH:mm:ss") : QStringLiteral("d MMM HH:mm"));
}

} // namespace trainyard::widgets
