// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

class QTimer;

namespace trainyard::widgets {

/// The series of one run while it grows ("loss", "val/accuracy"), read from its metrics.log on a pool thread.
///
/// appended() carries only what is new; restarted() says that everything comes again, after a rewind. GUI
/// thread.
class RunSeries : public QObject
{
    Q_OBJECT
public:
    struct Points
    {
        std::vector<double> steps;
        std::vector<double> values;
    };
    using Batch = std::map<QString, Points>;

    explicit RunSeries(const std::filesystem::path& runFolder, QObject* parent = nullptr);
    ~RunSeries() override;

    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_folder; }
    /// While off, the log is read no more than every two seconds.
    void setLive(bool on);

signals:
    void restarted();
    void appended(const trainyard::widgets::RunSeries::Batch& points);

private:
    struct Reader;
    void poll();

    std::filesystem::path m_folder;
    std::shared_ptr<Reader> m_reader;
    QTimer* m_timer;
    bool m_isReading = false;
};

} // namespace trainyard::widgets
