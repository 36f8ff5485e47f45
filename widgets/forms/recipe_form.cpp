// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kEditorWidth = 190;

QString text(std::string_view bytes)
{
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

/// Help and range as plain text; tool tips take it escaped, screen readers as it is.
QString helpOf(const RecipeField& field)
{
    QString help = text(field.help);
    if (field.type == FieldType::Integer || field.type == FieldType::Real)
        help += RecipeForm::tr(" (%1 to %2)")
                    .arg(QString::number(field.minimum, 'g', 6), QString::number(field.maximum, 'g', 6));
    return help;
}

} // namespace

struct RecipeForm::Private
{
    struct Row
    {
        const RecipeField* field = nullptr;
        QWidget* editor = nullptr;
        QLabel* label = nullptr;
        QLabel* error = nullptr;
        QFormLayout* layout = nullptr;
        QWidget* cell = nullptr;
    };

    RecipeForm* q = nullptr;
    Recipe recipe;
    std::vector<Row> rows;
    QLabel* wholeError = nullptr;
    bool isFilling = false;

    [[nodiscard]] Row* rowOf(const QString& key);
    QFormLayout* addGroup(const QString& name, QVBoxLayout& outer);
    void addRow(const RecipeField& field, QFormLayout& layout);
    QWidget* makeEditor(const RecipeField& field);
    void fill();
    void edited(const RecipeField& field, const QString& value);
    void showError(Row& row, const QString& message);
    void updateDependents();
    void validateWhole();
};

RecipeForm::Private::Row* RecipeForm::Private::rowOf(const QString& key)
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return text(row.field->key) == key; });
    return found == rows.end() ? nullptr : &*found;
}

QFormLayout* RecipeForm::Private::addGroup(const QString& name, QVBoxLayout& outer)
{
    auto* heading = new QToolButton(q);
    heading->setObjectName(QStringLiteral("formHeading"));
    heading->setText(name);
    heading->setCheckable(true);
    heading->setChecked(true);
    heading->setArrowType(Qt::DownArrow);
    heading->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    heading->setAutoRaise(true);
    heading->setAccessibleName(name);
    QFont bold = heading->font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    auto* body = new QWidget(q);
    auto* layout = new QFormLayout(body);
    layout->setContentsMargins(8, 0, 0, 12);
    layout->setHorizontalSpacing(16);
    layout->setVerticalSpacing(8);
    layout->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    layout->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    layout->setRowWrapPolicy(QFormLayout::DontWrapRows);
    QObject::connect(heading, &QToolButton::toggled, body, [heading, body](bool isOpen) {
        heading->setArrowType(isOpen ? Qt::DownArrow : Qt::RightArrow);
        body->setVisible(isOpen);
    });
    outer.addWidget(heading);
    outer.addWidget(body);
    return layout;
}

QWidget* RecipeForm::Private::makeEditor(const RecipeField& field)
{
    if (field.type == FieldType::Flag) {
        auto* box = new QCheckBox(q);
        QObject::connect(box, &QCheckBox::toggled, q, [this, &field](bool on) {
            edited(field, on ? QStringLiteral("true") : QStringLiteral("false"));
        });
        return box;
    }
    if (field.type == FieldType::Choice) {
        auto* box = new QComboBox(q);
        for (const std::string& choice : field.choices)
            box->addItem(text(choice));
        box->setFixedWidth(kEditorWidth);
        QObject::connect(box, &QComboBox::currentTextChanged, q,
                         [this, &field](const QString& value) { edited(field, value); });
        return box;
    }
    auto* line = new QLineEdit(q);
    line->setFixedWidth(kEditorWidth);
    line->setInputMethodHints(Qt::ImhFormattedNumbersOnly);
    QObject::connect(line, &QLineEdit::textEdited, q,
                     [this, &field](const QString& value) { edited(field, value.trimmed()); });
    return line;
}

void RecipeForm::Private::addRow(const RecipeField& field, QFormLayout& layout)
{
    Row row;
    row.field = &field;
    row.layout = &layout;
    row.editor = makeEditor(field);
    row.editor->setObjectName(text(field.key));
    row.editor->setAccessibleName(text(field.label));
    row.editor->setAccessibleDescription(helpOf(field));
    row.editor->setToolTip(helpOf(field).toHtmlEscaped());
    row.editor->setFocusPolicy(Qt::StrongFocus);
    row.editor->installEventFilter(q);
    row.cell = new QWidget(q);
    auto* cell = new QVBoxLayout(row.cell);
    cell->setContentsMargins(0, 0, 0, 0);
    cell->setSpacing(2);
    cell->addWidget(row.editor);
    row.error = new QLabel(row.cell);
    row.error->setObjectName(QStringLiteral("bad"));
    row.error->setTextFormat(Qt::PlainText);
    row.error->setWordWrap(true);
    row.error->setFixedWidth(kEditorWidth + 60);
    row.error->hide();
    cell->addWidget(row.error);
    row.label = new QLabel(text(field.label), q);
    row.label->setTextFormat(Qt::PlainText);
    row.label->setToolTip(helpOf(field).toHtmlEscaped());
    row.label->setBuddy(row.editor);
    layout.addRow(row.label, row.cell);
    rows.push_back(row);
}

void RecipeForm::Private::fill()
{
    isFilling = true;
    for (Row& row : rows) {
        const QString value = text(recipeValue(recipe, row.field->key));
        if (auto* box = qobject_cast<QCheckBox*>(row.editor))
            box->setChecked(value == QLatin1String("true"));
        else if (auto* list = qobject_cast<QComboBox*>(row.editor))
            list->setCurrentIndex(list->findText(value));
        else if (auto* line = qobject_cast<QLineEdit*>(row.editor))
            line->setText(value);
        showError(row, {});
    }
    isFilling = false;
    updateDependents();
    validateWhole();
}

void RecipeForm::Private::edited(const RecipeField& field, const QString& value)
{
    if (isFilling)
        return;
    Row* row = rowOf(text(field.key));
    if (row == nullptr)
        return;
    const Result<void> set = setRecipeValue(recipe, field.key, value.toUtf8().toStdString());
    showError(*row, set ? QString() : text(set.error().message));
    updateDependents();
    validateWhole();
    emit q->changed();
}

void RecipeForm::Private::showError(Row& row, const QString& message)
{
    row.error->setText(message);
    row.error->setVisible(!message.isEmpty());
    row.editor->setAccessibleDescription(message.isEmpty() ? helpOf(*row.field) : message);
}

/// Rows without effect are out of the way, and what was wrong in them does not count.
void RecipeForm::Private::updateDependents()
{
    for (Row& row : rows)
        row.layout->setRowVisible(row.cell, isRecipeFieldUsed(recipe, row.field->key));
}

/// What is wrong with the fields together, though each is fine.
void RecipeForm::Private::validateWhole()
{
    const bool hasFieldError =
        std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.error->text().isEmpty(); });
    const Result<void> whole = validateRecipe(recipe);
    wholeError->setText(hasFieldError || whole ? QString() : text(whole.error().message));
    wholeError->setVisible(!wholeError->text().isEmpty());
}

RecipeForm::RecipeForm(QWidget* parent) : QWidget(parent), m_d(std::make_unique<Private>())
{
    m_d->q = this;
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(4);
    m_d->wholeError = new QLabel(this);
    m_d->wholeError->setObjectName(QStringLiteral("bad"));
    m_d->wholeError->setTextFormat(Qt::PlainText);
    m_d->wholeError->setWordWrap(true);
    outer->addWidget(m_d->wholeError);
    m_d->rows.reserve(recipeFields().size());
    std::vector<std::pair<std::string, QFormLayout*>> groups;
    for (const RecipeField& field : recipeFields()) {
        auto group = std::find_if(groups.begin(), groups.end(),
                                  [&](const auto& entry) { return entry.first == field.group; });
        if (group == groups.end())
            group = groups.insert(groups.end(), {field.group, m_d->addGroup(text(field.group), *outer)});
        m_d->addRow(field, *group->second);
    }
    outer->addStretch(1);
    int widest = 0; // one column of editors through all groups
    for (const Private::Row& row : m_d->rows)
        widest = std::max(widest, row.label->sizeHint().width());
    for (const Private::Row& row : m_d->rows)
        row.label->setMinimumWidth(widest);
    m_d->fill();
}

RecipeForm::~RecipeForm() = default;

void RecipeForm::setRecipe(const Recipe& recipe)
{
    m_d->recipe = recipe;
    m_d->fill();
}

const Recipe& RecipeForm::recipe() const
{
    return m_d->recipe;
}

bool RecipeForm::isValid() const
{
    const bool hasFieldError =
        std::any_of(m_d->rows.begin(), m_d->rows.end(), [this](const Private::Row& row) {
            return !row.error->text().isEmpty() && isRecipeFieldUsed(m_d->recipe, row.field->key);
        });
    return !hasFieldError && validateRecipe(m_d->recipe).has_value();
}

void RecipeForm::setReadOnly(bool on)
{
    for (Private::Row& row : m_d->rows)
        row.editor->setEnabled(!on);
}

QWidget* RecipeForm::editor(const QString& key) const
{
    const Private::Row* row = m_d->rowOf(key);
    return row == nullptr ? nullptr : row->editor;
}

QString RecipeForm::errorText(const QString& key) const
{
    const Private::Row* row = m_d->rowOf(key);
    return row == nullptr ? QString() : row->error->text();
}

/// Scrolling the form must not change a value that the wheel happens to pass over.
bool RecipeForm::eventFilter(QObject* watched, QEvent* event)
{
    const auto* editor = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && editor != nullptr && !editor->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace trainyard::widgets
