// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item_details.h"
#include "widgets/bridge/project_document.h"

#include <QObject>
#include <memory>

class QTimer;

namespace trainyard::widgets {

/// The ItemDetails of a document, read on a thread of the pool and again after items appeared, went or moved.
///
/// The document must outlive it. GUI thread. Reading begins with want(); until the first reading
/// is done, and where it fails (the reason is logged), details() is null.
class ItemDetailsSource : public QObject
{
    Q_OBJECT
public:
    explicit ItemDetailsSource(ProjectDocument& document, QObject* parent = nullptr);

    /// Null while there are none; a later reading replaces the pointer and not what it points to.
    [[nodiscard]] std::shared_ptr<const ItemDetails> details() const { return m_details; }
    /// The same, and begins to read where nothing was read yet: changed() follows.
    std::shared_ptr<const ItemDetails> want();

signals:
    void changed();

private:
    void take(const Change& change);
    void read();

    ProjectDocument& m_document;
    std::shared_ptr<const ItemDetails> m_details;
    QTimer* m_again;
    bool m_isReading = false;
    bool m_isStale = true;
};

} // namespace trainyard::widgets
