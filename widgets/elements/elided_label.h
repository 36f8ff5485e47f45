// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace trainyard::widgets {

/// A line of plain text that takes what room there is; what does not fit is left out in its middle.
class ElidedLabel : public QLabel
{
    Q_OBJECT
public:
    /// `role` as makeLabel() takes it.
    explicit ElidedLabel(const char* role, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace trainyard::widgets
