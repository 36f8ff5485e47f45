// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>

namespace trainyard::widgets {

/// How long the person at this window needs for a label: for that person alone.
///
/// Counts the seconds between gestures; a pause of more than 30 seconds is rest and counts nothing. Kept by
/// day and kind of label in $XDG_STATE_HOME/trainyard/label-times, never in the project, and sent nowhere.
/// Saved at most every half minute and at the end; what cannot be read or written only makes the figures
/// shorter. GUI thread.
class LabelTimer : public QObject
{
    Q_OBJECT
public:
    using Clock = std::function<std::chrono::milliseconds()>; ///< since any moment; never goes back

    /// `today` as "2026-11-24"; both for tests.
    explicit LabelTimer(const std::filesystem::path& project, QObject* parent = nullptr);
    LabelTimer(const std::filesystem::path& project, Clock clock, const QString& today,
               QObject* parent = nullptr);
    ~LabelTimer() override;

    /// Something was done that belongs to labelling: the mouse went down, a key was pressed, a picture came.
    void gesture();
    /// A label of this kind ("box", "class", ...) was finished by a gesture.
    void labelled(const QString& kind, int count = 1);

    [[nodiscard]] int labelsToday(const QString& kind) const;
    [[nodiscard]] double secondsPerLabel(const QString& kind) const; ///< of today; 0 where there is none
    /// "4.2 s a box, 126 today"; empty before the first one.
    [[nodiscard]] QString line(const QString& kind) const;
    /// "14 labels, 3.1 s each" of all kinds together; empty before the first one of the day.
    [[nodiscard]] QString dayLine() const;
    /// One line() for each kind of the day.
    [[nodiscard]] QString dayDetails() const;
    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    void save();

signals:
    void changed();

private:
    struct Figures
    {
        int labels = 0;
        double seconds = 0;
    };
    void read();

    Clock m_clock;
    QString m_today;
    std::filesystem::path m_file;
    std::string m_project;
    std::map<QString, std::map<QString, Figures>> m_days; ///< by day, then kind
    std::chrono::milliseconds m_last{-1};                 ///< the gesture before; -1: none
    std::chrono::milliseconds m_active{0};                ///< since the label before
    std::chrono::milliseconds m_savedAt{0};
};

} // namespace trainyard::widgets
