// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <QTest>

namespace trainyard::test {

/// A row with its key in the column "format" for each format that is written; or for those that are read,
/// too.
inline void addFormatRows(bool areRead)
{
    QTest::addColumn<QString>("format");
    for (const FormatSpec& format : labelFormats())
        if (format.write != nullptr && (!areRead || format.read != nullptr)) {
            const std::string key(format.key);
            QTest::newRow(key.c_str()) << QString::fromStdString(key);
        }
}

} // namespace trainyard::test
