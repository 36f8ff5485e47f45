// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/elided_label.h"

#include <QPainter>
#include <QStyle>

namespace trainyard::widgets {

ElidedLabel::ElidedLabel(const char* role, QWidget* parent) : QLabel(parent)
{
    setObjectName(QLatin1String(role));
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect area = contentsRect();
    style()->drawItemText(&painter, area, static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter), palette(),
                          isEnabled(), fontMetrics().elidedText(text(), Qt::ElideMiddle, area.width()),
                          foregroundRole());
}

} // namespace trainyard::widgets
