// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QWidget>

class QLabel;

namespace trainyard::widgets {

class Theme;
class ThumbnailSource;

/// What belongs to a class, in its own words, with pictures that show it. Hides itself where the class has
/// neither. Theme and thumbnails must outlive it. GUI thread.
class ClassGuide : public QWidget
{
    Q_OBJECT
public:
    ClassGuide(ThumbnailSource& thumbnails, const Theme& theme, QWidget* parent = nullptr);

    void setClass(const ItemClass* itemClass); ///< nullptr: none; copied

signals:
    void exampleClicked(trainyard::ItemId item);

private:
    class Pictures;

    QLabel* m_name;
    QLabel* m_text;
    Pictures* m_pictures;
};

} // namespace trainyard::widgets
