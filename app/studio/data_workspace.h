// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/session.h"
#include "widgets/bridge/theme.h"

#include <QWidget>

class QStackedWidget;
class QTabWidget;

namespace trainyard::widgets {
class ClassPanel;
class GalleryPanel;
class ImportPanel;
class RejectsPanel;
class SplitPanel;
} // namespace trainyard::widgets

namespace trainyard::studio {

/// The Data workspace: the gallery, and at its side the statistics, the rejects, or the import or split at
/// hand.
class DataWorkspace : public QWidget
{
    Q_OBJECT
public:
    DataWorkspace(Session& session, const widgets::Theme& theme, QWidget* parent = nullptr);

    /// Shows what an import of this folder would do; an empty path asks for the folder.
    void showImport(const std::filesystem::path& source);
    void showSplit();
    void showClasses();
    [[nodiscard]] widgets::GalleryPanel* gallery() const { return m_gallery; }

private:
    void chooseSource();
    template <typename Panel, typename... Parts>
    void showSide(Panel*& panel, Parts&... parts);

    Session& m_session;
    widgets::GalleryPanel* m_gallery;
    QTabWidget* m_tabs;
    widgets::RejectsPanel* m_rejects;
    QStackedWidget* m_side;
    const widgets::Theme& m_theme;
    widgets::ImportPanel* m_import = nullptr;
    widgets::SplitPanel* m_split = nullptr;
    widgets::ClassPanel* m_classes = nullptr;
};

} // namespace trainyard::studio
