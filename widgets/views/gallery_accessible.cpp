// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_accessible.h"

#include "widgets/views/gallery_view.h"

#include <QAccessibleWidget>
#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

class GalleryAccessible : public QAccessibleWidget
{
public:
    explicit GalleryAccessible(GalleryView* view) : QAccessibleWidget(view, QAccessible::List), m_view(view)
    {
    }

    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Name && QAccessibleWidget::text(kind).isEmpty())
            return QCoreApplication::translate("GalleryView", "Pictures");
        if (kind == QAccessible::Description)
            return QCoreApplication::translate("GalleryView", "%1 items, %2 selected")
                .arg(m_view->items().size())
                .arg(m_view->selectedCount());
        if (kind == QAccessible::Value)
            return m_view->currentText();
        return QAccessibleWidget::text(kind);
    }

private:
    GalleryView* m_view;
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object)
{
    auto* view = qobject_cast<GalleryView*>(object);
    return view == nullptr ? nullptr : new GalleryAccessible(view);
}

} // namespace

void installGalleryAccessibility()
{
    static const bool isInstalled = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    static_cast<void>(isInstalled);
}

} // namespace trainyard::widgets
