// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"
#include "widgets/bridge/project_document.h"
#include "widgets/elements/notice.h"

class QTimer;

namespace trainyard::studio {

/// Says which folder's pictures are gone, with the way to say where they are now. Looks at the start and a
/// second after the project's items or roots changed, or lookSoon(). GUI thread.
class MissingPictures : public widgets::Notice
{
    Q_OBJECT
public:
    MissingPictures(widgets::ProjectDocument& document, const widgets::Theme& theme);

    void lookSoon(); ///< something of a folder could not be read

signals:
    /// The pictures were found elsewhere: how many.
    void told(const QString& sentence);

private:
    void look();
    void locate();

    widgets::ProjectDocument& m_document;
    QTimer* m_timer;
    RootId m_root = 0; ///< whose folder is not there
};

} // namespace trainyard::studio
