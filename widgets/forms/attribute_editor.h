// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/annotation.h"
#include "core/project/item.h"

#include <QString>
#include <QWidget>
#include <optional>
#include <span>
#include <vector>

class QCheckBox;
class QFormLayout;

namespace trainyard::widgets {

/// What is said of the selected shapes beside their class: occluded, truncated, crowd, and the questions that
/// their class asks (a text, a number, a choice, a flag). Shapes of several classes show the flags alone;
/// values that differ are shown as none. Tells what a person changed and changes nothing itself. GUI thread.
class AttributeEditor : public QWidget
{
    Q_OBJECT
public:
    explicit AttributeEditor(QWidget* parent = nullptr);

    /// `itemClass` is null where the shapes are of several classes.
    void showShapes(std::span<const Annotation> shapes, const ItemClass* itemClass, bool isReadOnly);

signals:
    void flagEdited(const QString& flag, bool isOn); ///< "occluded", "truncated", "crowd"
    /// Nothing: the answer was taken away.
    void attributeEdited(const QString& name, const std::optional<trainyard::AttributeValue>& value);

private:
    void rebuild(const std::vector<AttributeSpec>& specs);
    void addRow(const AttributeSpec& spec);
    void showValue(QWidget& field, const AttributeSpec& spec, const std::optional<AttributeValue>& value);

    QCheckBox* m_flags[3];
    QWidget* m_rows;
    QFormLayout* m_form;
    std::vector<AttributeSpec> m_specs; ///< that there are fields for
    std::vector<QWidget*> m_fields;
};

} // namespace trainyard::widgets
