// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/item_details_source.h"

#include "core/base/log.h"
#include "widgets/bridge/background.h"

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kShortestPauseMs = 500;
constexpr int kPauseFactor = 4; ///< while an import goes on, at most a fifth of the time is spent on reading

} // namespace

ItemDetailsSource::ItemDetailsSource(ProjectDocument& document, QObject* parent)
    : QObject(parent), m_document(document), m_again(new QTimer(this))
{
    m_again->setSingleShot(true);
    m_again->setInterval(kShortestPauseMs);
    connect(m_again, &QTimer::timeout, this, &ItemDetailsSource::read);
    connect(&document, &ProjectDocument::changed, this, &ItemDetailsSource::take);
}

std::shared_ptr<const ItemDetails> ItemDetailsSource::want()
{
    if (m_details == nullptr && !m_isReading)
        read();
    return m_details;
}

void ItemDetailsSource::take(const Change& change)
{
    if (!isChange<ItemsReset>(change))
        return;
    m_isStale = true;
    if (m_details != nullptr && !m_isReading && !m_again->isActive())
        m_again->start();
}

void ItemDetailsSource::read()
{
    if (m_isReading || !m_isStale)
        return;
    m_isReading = true;
    m_isStale = false;
    QElapsedTimer timer;
    timer.start();
    runInBackground(
        this, [folder = m_document.folder()] { return ItemDetails::read(folder); },
        [this, timer](Result<ItemDetails> details) {
            m_isReading = false;
            m_again->setInterval(
                std::max(kShortestPauseMs, kPauseFactor * static_cast<int>(timer.elapsed())));
            if (details)
                m_details = std::make_shared<const ItemDetails>(std::move(*details));
            else
                logLine(LogLevel::Warning, details.error().message);
            if (m_isStale || !details) {
                m_isStale = true;
                m_again->start();
            }
            if (details)
                emit changed();
        });
}

} // namespace trainyard::widgets
