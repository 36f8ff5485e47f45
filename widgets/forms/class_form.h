// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"

#include <QWidget>
#include <functional>
#include <optional>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableWidget;

namespace trainyard::widgets {

class ClassGuide;
class ThumbnailSource;

/// Everything that one class says of itself: colour, key, broader class, guide with example pictures,
/// attributes, skeleton. Each change is an Edit at once; texts when the focus leaves them.
///
/// What it is given must outlive it. GUI thread.
class ClassForm : public QWidget
{
    Q_OBJECT
public:
    /// `chosen` gives the pictures that are selected in the gallery, for examples.
    using Chosen = std::function<std::vector<ItemId>()>;
    ClassForm(ProjectDocument& document, ThumbnailSource& thumbnails, const Theme& theme, Chosen chosen,
              QWidget* parent = nullptr);

    void setClass(ClassId classId); ///< 0: none, and everything is disabled
    void chooseColour();
    void addAttribute();
    void useChosenPictures();

signals:
    void failed(const trainyard::Error& error);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeLook();
    QWidget* makeAttributes();
    void apply(Result<Edit> edit);
    void applyGuide(std::vector<ItemId> examples);
    void applyAttributes();
    void applySkeleton();
    void fillAttributes(const std::vector<AttributeSpec>& attributes);
    void addAttributeRow(const AttributeSpec& spec);
    [[nodiscard]] const ItemClass* current() const;

    ProjectDocument& m_document;
    const Theme& m_theme;
    Chosen m_chosen;
    ClassId m_class = 0;
    bool m_isFilling = false;
    std::optional<std::vector<AttributeSpec>> m_shownAttributes; ///< what the table was filled from
    QPushButton* m_colour = nullptr;
    QComboBox* m_key = nullptr;
    QComboBox* m_parent = nullptr;
    QPlainTextEdit* m_guide = nullptr;
    ClassGuide* m_examples = nullptr;
    QTableWidget* m_attributes = nullptr;
    QLineEdit* m_keypoints = nullptr;
    QLineEdit* m_bones = nullptr;
};

/// "nose, left eye" and "nose - left eye" as a skeleton and back. InvalidArgument names what does not read.
Result<Skeleton> skeletonFromWords(const QString& keypoints, const QString& bones);
QString keypointWords(const Skeleton& skeleton);
QString boneWords(const Skeleton& skeleton);

} // namespace trainyard::widgets
