// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_folder.h"

#include <QObject>
#include <QString>
#include <optional>
#include <vector>

namespace trainyard::widgets {

/// The figures of one evaluation as its report.json gives them.
struct EvaluationSummary
{
    std::filesystem::path folder;
    std::string run;
    std::string split;
    std::int64_t n = 0;
    double accuracy = 0;
    double low = 0;
    double high = 1;
};

/// One run as lists show it.
struct RunEntry
{
    RunStatus status;
    Recipe recipe;                           ///< as it was given
    std::optional<EvaluationSummary> newest; ///< evaluation on the test split

    [[nodiscard]] QString id() const { return QString::fromStdString(status.id); }
    /// "23 Nov 10:15 · efficientnet-lite0 · a1b2"
    [[nodiscard]] QString name() const;
    [[nodiscard]] bool isLive() const { return status.state == "running" || status.state == "queued"; }
    /// It has a checkpoint that can be evaluated and packaged.
    [[nodiscard]] bool hasModel() const;
};

/// The runs of a project and their newest evaluations, read from their folders on a pool thread. GUI thread.
class RunList : public QObject
{
    Q_OBJECT
public:
    explicit RunList(std::filesystem::path projectFolder, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<RunEntry>& runs() const { return m_runs; } ///< newest first
    [[nodiscard]] const RunEntry* run(const QString& id) const;
    [[nodiscard]] bool isLoaded() const { return m_isLoaded; }
    /// Reads again; calls while a reading is under way become one more reading.
    void reload();

signals:
    void changed();

private:
    std::filesystem::path m_folder;
    std::vector<RunEntry> m_runs;
    bool m_isReading = false;
    bool m_isWanted = false;
    bool m_isLoaded = false;
};

/// All evaluations of a project, newest first.
std::vector<EvaluationSummary> listEvaluations(const std::filesystem::path& projectFolder);

} // namespace trainyard::widgets
