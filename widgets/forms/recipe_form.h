// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/recipe.h"

#include <QWidget>
#include <memory>

namespace trainyard::widgets {

/// A form for a recipe, built from the table recipeFields(): groups that fold, one editor for each field with
/// its help and range, fields that depend on another one shown only while they count.
///
/// A value that the recipe refuses stays in its editor with the reason under it; recipe() keeps the last good
/// one. GUI thread.
class RecipeForm : public QWidget
{
    Q_OBJECT
public:
    explicit RecipeForm(QWidget* parent = nullptr);
    ~RecipeForm() override;

    void setRecipe(const Recipe& recipe); ///< does not emit changed()
    [[nodiscard]] const Recipe& recipe() const;
    [[nodiscard]] bool isValid() const; ///< no editor holds a refused value
    void setReadOnly(bool on);

    /// The editor of a field: QLineEdit, QCheckBox or QComboBox; null for an unknown key.
    [[nodiscard]] QWidget* editor(const QString& key) const;
    /// The sentence under a field; empty where its value is fine.
    [[nodiscard]] QString errorText(const QString& key) const;

signals:
    void changed(); ///< a person changed a field, to a good value or a refused one

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

} // namespace trainyard::widgets
