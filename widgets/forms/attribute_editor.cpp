// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/attribute_editor.h"

#include "widgets/bridge/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

struct FlagSpec
{
    const char* key;
    const char* text;
    const char* tip;
    bool ShapeFlags::*flag;
};

constexpr FlagSpec kFlags[] = {
    {"occluded", QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "Occluded"),
     QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "Something hides a part of it"),
     &ShapeFlags::isOccluded},
    {"truncated", QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "Truncated"),
     QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "The picture's edge cuts it"),
     &ShapeFlags::isTruncated},
    {"crowd", QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "Crowd"),
     QT_TRANSLATE_NOOP("trainyard::widgets::AttributeEditor", "Several objects that were not told apart"),
     &ShapeFlags::isCrowd},
};

/// What all shapes say; nothing where they differ or say nothing.
std::optional<AttributeValue> commonValue(std::span<const Annotation> shapes, const std::string& name)
{
    std::optional<AttributeValue> common;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const auto found = shapes[i].attributes.find(name);
        const auto value = found == shapes[i].attributes.end() ? std::nullopt : std::optional(found->second);
        if (i > 0 && value != common)
            return std::nullopt;
        common = value;
    }
    return common;
}

} // namespace

AttributeEditor::AttributeEditor(QWidget* parent) : QWidget(parent), m_rows(nullptr), m_form(nullptr)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto* flags = new QHBoxLayout;
    flags->setSpacing(10);
    for (int i = 0; i < 3; ++i) {
        m_flags[i] = new QCheckBox(tr(kFlags[i].text));
        m_flags[i]->setToolTip(tr(kFlags[i].tip));
        m_flags[i]->setAccessibleName(tr(kFlags[i].text));
        flags->addWidget(m_flags[i]);
        connect(m_flags[i], &QCheckBox::clicked, this,
                [this, i](bool isOn) { emit flagEdited(QLatin1String(kFlags[i].key), isOn); });
    }
    flags->addStretch(1);
    layout->addLayout(flags);
}

void AttributeEditor::showShapes(std::span<const Annotation> shapes, const ItemClass* itemClass,
                                 bool isReadOnly)
{
    setEnabled(!shapes.empty() && !isReadOnly);
    for (int i = 0; i < 3; ++i) {
        const QSignalBlocker quiet(m_flags[i]);
        m_flags[i]->setChecked(!shapes.empty() &&
                               std::all_of(shapes.begin(), shapes.end(), [&](const Annotation& shape) {
                                   return shape.flags.*kFlags[i].flag;
                               }));
    }
    const std::vector<AttributeSpec> specs =
        itemClass != nullptr && !shapes.empty() ? itemClass->attributes : std::vector<AttributeSpec>();
    if (specs != m_specs)
        rebuild(specs);
    for (std::size_t i = 0; i < m_specs.size(); ++i)
        showValue(*m_fields[i], m_specs[i], commonValue(shapes, m_specs[i].name));
}

void AttributeEditor::rebuild(const std::vector<AttributeSpec>& specs)
{
    if (m_rows != nullptr)
        m_rows->deleteLater(); // its field may be the one that is telling of a change
    m_fields.clear();
    m_specs = specs;
    m_rows = new QWidget;
    m_form = new QFormLayout(m_rows);
    m_form->setContentsMargins(0, 0, 0, 0);
    for (const AttributeSpec& spec : specs)
        addRow(spec);
    layout()->addWidget(m_rows);
}

void AttributeEditor::addRow(const AttributeSpec& spec)
{
    const QString name = shown(spec.name);
    QWidget* field = nullptr;
    if (spec.kind == AttributeKind::Flag) {
        auto* box = new QCheckBox;
        connect(box, &QCheckBox::clicked, this,
                [this, name](bool isOn) { emit attributeEdited(name, AttributeValue(isOn)); });
        field = box;
    } else if (spec.kind == AttributeKind::Choice) {
        auto* box = new QComboBox;
        box->addItem(tr("(not said)"));
        for (const std::string& choice : spec.choices)
            box->addItem(shown(choice), QString::fromStdString(choice));
        connect(box, &QComboBox::activated, this, [this, name, box](int row) {
            emit attributeEdited(
                name, row == 0 ? std::nullopt
                               : std::optional(AttributeValue(toUtf8(box->currentData().toString()))));
        });
        field = box;
    } else {
        auto* line = new QLineEdit;
        const bool isNumber = spec.kind == AttributeKind::Number;
        connect(line, &QLineEdit::editingFinished, this, [this, name, line, isNumber] {
            if (!line->isModified())
                return;
            line->setModified(false);
            bool isRight = true;
            const double number = isNumber ? line->text().toDouble(&isRight) : 0;
            if (line->text().isEmpty())
                emit attributeEdited(name, std::nullopt);
            else if (!isNumber)
                emit attributeEdited(name, AttributeValue(toUtf8(line->text())));
            else if (isRight)
                emit attributeEdited(name, AttributeValue(number));
            else
                line->selectAll(); // not a number: it stays to be put right
        });
        field = line;
    }
    field->setAccessibleName(name);
    m_form->addRow(name, field);
    m_fields.push_back(field);
}

void AttributeEditor::showValue(QWidget& field, const AttributeSpec& spec,
                                const std::optional<AttributeValue>& value)
{
    const QSignalBlocker quiet(&field);
    if (auto* box = qobject_cast<QCheckBox*>(&field)) {
        const bool* flag = value ? std::get_if<bool>(&*value) : nullptr;
        box->setChecked(flag != nullptr && *flag);
    } else if (auto* choice = qobject_cast<QComboBox*>(&field)) {
        const std::string* text = value ? std::get_if<std::string>(&*value) : nullptr;
        choice->setCurrentIndex(
            text == nullptr ? 0 : std::max(0, choice->findData(QString::fromStdString(*text))));
    } else if (auto* line = qobject_cast<QLineEdit*>(&field); line != nullptr && !line->isModified()) {
        if (!value)
            line->clear();
        else if (spec.kind == AttributeKind::Number)
            line->setText(
                QString::number(std::holds_alternative<double>(*value) ? std::get<double>(*value) : 0));
        else if (const std::string* text = std::get_if<std::string>(&*value))
            line->setText(QString::fromStdString(*text));
    }
}

} // namespace trainyard::widgets
