// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/class_form.h"

#include "core/project/class_edits.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme_icon.h"
#include "widgets/elements/class_guide.h"
#include "widgets/elements/controls.h"

#include <QColorDialog>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

enum Column { Name, Kind, Choices, Preset };
constexpr AttributeKind kKinds[] = {AttributeKind::Text, AttributeKind::Number, AttributeKind::Choice,
                                    AttributeKind::Flag};

QString kindText(AttributeKind kind)
{
    switch (kind) {
    case AttributeKind::Text:
        return ClassForm::tr("text");
    case AttributeKind::Number:
        return ClassForm::tr("number");
    case AttributeKind::Choice:
        return ClassForm::tr("choice");
    case AttributeKind::Flag:
        return ClassForm::tr("yes or no");
    }
    return {};
}

QStringList wordsOf(const QString& text)
{
    QStringList words;
    for (const QString& word : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!word.trimmed().isEmpty())
            words << word.trimmed();
    return words;
}

QString presetText(const AttributeSpec& spec)
{
    if (!spec.preset)
        return {};
    if (const bool* flag = std::get_if<bool>(&*spec.preset))
        return *flag ? ClassForm::tr("yes") : ClassForm::tr("no");
    if (const double* number = std::get_if<double>(&*spec.preset))
        return QLocale().toString(*number, 'g', 10);
    return QString::fromStdString(std::get<std::string>(*spec.preset));
}

std::optional<AttributeValue> presetFrom(AttributeKind kind, const QString& text)
{
    if (text.isEmpty())
        return std::nullopt;
    if (kind == AttributeKind::Flag)
        return AttributeValue(text.compare(ClassForm::tr("yes"), Qt::CaseInsensitive) == 0);
    bool isNumber = false;
    const double number = QLocale().toDouble(text, &isNumber);
    if (kind == AttributeKind::Number && isNumber)
        return AttributeValue(number);
    return AttributeValue(toUtf8(text)); // a number that does not read is refused by the Edit
}

} // namespace

Result<Skeleton> skeletonFromWords(const QString& keypoints, const QString& bones)
{
    Skeleton skeleton;
    const QStringList names = wordsOf(keypoints);
    for (const QString& name : names)
        skeleton.names.push_back(toUtf8(name));
    for (const QString& bone : wordsOf(bones)) {
        const QStringList ends = bone.split(QLatin1Char('-'));
        const auto from = ends.size() == 2 ? names.indexOf(ends[0].trimmed()) : -1;
        const auto to = ends.size() == 2 ? names.indexOf(ends[1].trimmed()) : -1;
        if (from < 0 || to < 0)
            return fail(ErrorCode::InvalidArgument,
                        toUtf8(ClassForm::tr("'%1': a line is two keypoints with a - between").arg(bone)));
        skeleton.bones.emplace_back(static_cast<int>(from), static_cast<int>(to));
    }
    return skeleton;
}

QString keypointWords(const Skeleton& skeleton)
{
    QStringList names;
    for (const std::string& name : skeleton.names)
        names << QString::fromStdString(name);
    return names.join(QStringLiteral(", "));
}

QString boneWords(const Skeleton& skeleton)
{
    QStringList bones;
    for (const auto& [from, to] : skeleton.bones)
        bones << QString::fromStdString(skeleton.names[static_cast<std::size_t>(from)]) +
                     QStringLiteral(" - ") +
                     QString::fromStdString(skeleton.names[static_cast<std::size_t>(to)]);
    return bones.join(QStringLiteral(", "));
}

ClassForm::ClassForm(ProjectDocument& document, ThumbnailSource& thumbnails, const Theme& theme,
                     Chosen chosen, QWidget* parent)
    : QWidget(parent), m_document(document), m_theme(theme), m_chosen(std::move(chosen)),
      m_guide(new QPlainTextEdit), m_examples(new ClassGuide(thumbnails, theme)), m_keypoints(new QLineEdit),
      m_bones(new QLineEdit)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(makeLook());
    layout->addWidget(makeLabel(tr("Guide"), "heading"));
    m_guide->setPlaceholderText(tr("What belongs to this class, and what does not"));
    m_guide->setAccessibleName(tr("Guide text"));
    m_guide->setTabChangesFocus(true);
    m_guide->setFixedHeight(72);
    layout->addWidget(m_guide);
    layout->addWidget(m_examples);
    QPushButton* examples = makeButton(tr("Use selected pictures"), theme.icon(QStringLiteral("picture")));
    layout->addWidget(examples);
    layout->addWidget(makeAttributes());
    layout->addWidget(makeLabel(tr("Skeleton"), "heading"));
    m_keypoints->setPlaceholderText(tr("Keypoints: nose, left eye, right eye"));
    m_keypoints->setAccessibleName(tr("Keypoints"));
    m_bones->setPlaceholderText(tr("Lines: nose - left eye, nose - right eye"));
    m_bones->setAccessibleName(tr("Lines between keypoints"));
    layout->addWidget(m_keypoints);
    layout->addWidget(m_bones);
    m_guide->installEventFilter(this);
    connect(examples, &QPushButton::clicked, this, &ClassForm::useChosenPictures);
    for (QLineEdit* line : {m_keypoints, m_bones})
        connect(line, &QLineEdit::editingFinished, this, &ClassForm::applySkeleton);
    setClass(0);
}

QWidget* ClassForm::makeLook()
{
    auto* look = new QWidget;
    auto* form = new QFormLayout(look);
    form->setContentsMargins(0, 0, 0, 0);
    m_colour = makeButton(tr("Colour…"));
    m_key = makeComboBox(tr("Key"));
    m_key->addItem(tr("none"), QString());
    for (int key = 1; key <= 9; ++key)
        m_key->addItem(QString::number(key), QString::number(key));
    m_parent = makeComboBox(tr("Broader class"));
    for (QComboBox* box : {m_key, m_parent}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
    }
    form->addRow(makeLabel(tr("Colour")), m_colour);
    form->addRow(makeLabel(tr("Key")), m_key);
    form->addRow(makeLabel(tr("Below")), m_parent);
    connect(m_colour, &QPushButton::clicked, this, &ClassForm::chooseColour);
    connect(m_key, &QComboBox::activated, this, [this] {
        apply(makeSetClassKey(m_document.project(), m_class, toUtf8(m_key->currentData().toString())));
    });
    connect(m_parent, &QComboBox::activated, this, [this] {
        apply(makeSetClassParent(m_document.project(), m_class, m_parent->currentData().toLongLong()));
    });
    return look;
}

QWidget* ClassForm::makeAttributes()
{
    auto* part = new QWidget;
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("Attributes"), "heading"), 1);
    QToolButton* add = makeIconButton(m_theme.icon(QStringLiteral("plus")), tr("Add an attribute"));
    QToolButton* remove = makeIconButton(m_theme.icon(QStringLiteral("trash")), tr("Remove the attribute"));
    row->addWidget(add);
    row->addWidget(remove);
    layout->addLayout(row);
    m_attributes = new QTableWidget(0, 4);
    m_attributes->setAccessibleName(tr("Attributes"));
    m_attributes->setHorizontalHeaderLabels({tr("Name"), tr("Kind"), tr("Choices"), tr("Preset")});
    m_attributes->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_attributes->verticalHeader()->hide();
    m_attributes->setFixedHeight(110);
    layout->addWidget(m_attributes);
    connect(add, &QToolButton::clicked, this, &ClassForm::addAttribute);
    connect(remove, &QToolButton::clicked, this, [this] {
        if (m_attributes->currentRow() < 0)
            return;
        m_attributes->removeRow(m_attributes->currentRow());
        applyAttributes();
    });
    // After the editor of the cell has closed: applying fills the table anew.
    connect(m_attributes, &QTableWidget::cellChanged, this, &ClassForm::applyAttributes,
            Qt::QueuedConnection);
    return part;
}

const ItemClass* ClassForm::current() const
{
    return m_document.project().classById(m_class);
}

void ClassForm::setClass(ClassId classId)
{
    const bool isSame = classId == m_class;
    m_class = classId;
    const ItemClass* itemClass = current();
    setEnabled(itemClass != nullptr && !m_document.isReadOnly());
    m_isFilling = true;
    const ItemClass shownClass = itemClass == nullptr ? ItemClass() : *itemClass;
    m_colour->setIcon(colourIcon(m_theme.classColour(shownClass)));
    chooseData(*m_key, QString::fromStdString(shownClass.key));
    m_parent->clear();
    m_parent->addItem(tr("nothing"), qlonglong(0));
    for (const ItemClass& other : m_document.project().classes())
        if (!isClassBelow(m_document.project(), other.id, m_class))
            m_parent->addItem(shown(other.name), static_cast<qlonglong>(other.id));
    chooseData(*m_parent, static_cast<qlonglong>(shownClass.parent));
    if (!isSame || !m_guide->hasFocus())
        m_guide->setPlainText(QString::fromStdString(shownClass.guide));
    ItemClass onlyPictures;
    onlyPictures.examples = shownClass.examples;
    m_examples->setClass(&onlyPictures);
    // What is being typed stays while the class is the same.
    if (!isSame || m_shownAttributes != shownClass.attributes)
        fillAttributes(shownClass.attributes);
    if (!isSame || !m_keypoints->hasFocus())
        m_keypoints->setText(keypointWords(shownClass.skeleton));
    if (!isSame || !m_bones->hasFocus())
        m_bones->setText(boneWords(shownClass.skeleton));
    m_isFilling = false;
}

void ClassForm::apply(Result<Edit> edit)
{
    if (const auto applied = m_document.apply(std::move(edit)); !applied) {
        emit failed(applied.error());
        m_shownAttributes.reset();
        setClass(m_class);
    }
}

void ClassForm::chooseColour()
{
    const ItemClass* itemClass = current();
    if (itemClass == nullptr)
        return;
    auto* dialog = new QColorDialog(QColor::fromRgb(itemClass->colour), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Colour of %1").arg(shown(itemClass->name)));
    connect(dialog, &QColorDialog::colorSelected, this, [this, classId = m_class](const QColor& colour) {
        apply(makeSetClassColour(m_document.project(), classId, colour.rgb() & 0xFFFFFFU));
    });
    dialog->open();
}

void ClassForm::useChosenPictures()
{
    const std::vector<ItemId> chosen = m_chosen ? m_chosen() : std::vector<ItemId>();
    if (chosen.empty())
        emit failed({ErrorCode::InvalidArgument, toUtf8(tr("Select pictures in the gallery first.")), {}});
    else
        applyGuide(chosen);
}

void ClassForm::applyGuide(std::vector<ItemId> examples)
{
    apply(makeSetClassGuide(m_document.project(), m_class, toUtf8(m_guide->toPlainText()), examples));
}

bool ClassForm::eventFilter(QObject* watched, QEvent* event)
{
    const ItemClass* itemClass = current();
    if (watched == m_guide && event->type() == QEvent::FocusOut && itemClass != nullptr && !m_isFilling &&
        toUtf8(m_guide->toPlainText()) != itemClass->guide)
        applyGuide(itemClass->examples);
    return QWidget::eventFilter(watched, event);
}

void ClassForm::fillAttributes(const std::vector<AttributeSpec>& attributes)
{
    m_shownAttributes = attributes;
    m_attributes->setRowCount(0);
    for (const AttributeSpec& spec : attributes)
        addAttributeRow(spec);
}

void ClassForm::addAttributeRow(const AttributeSpec& spec)
{
    const int row = m_attributes->rowCount();
    m_attributes->insertRow(row);
    QStringList choices;
    for (const std::string& choice : spec.choices)
        choices << QString::fromStdString(choice);
    m_attributes->setItem(row, Name, new QTableWidgetItem(QString::fromStdString(spec.name)));
    m_attributes->setItem(row, Choices, new QTableWidgetItem(choices.join(QStringLiteral(", "))));
    m_attributes->setItem(row, Preset, new QTableWidgetItem(presetText(spec)));
    QComboBox* kind = makeComboBox(tr("Kind of attribute"));
    for (const AttributeKind each : kKinds)
        kind->addItem(kindText(each), static_cast<int>(each));
    chooseData(*kind, static_cast<int>(spec.kind));
    m_attributes->setCellWidget(row, Kind, kind);
    connect(kind, &QComboBox::activated, this, &ClassForm::applyAttributes);
}

void ClassForm::addAttribute()
{
    if (current() == nullptr)
        return;
    m_isFilling = true; // a row without a name is not yet an attribute
    addAttributeRow({});
    m_isFilling = false;
    m_attributes->setCurrentCell(m_attributes->rowCount() - 1, Name);
    m_attributes->editItem(m_attributes->currentItem());
}

void ClassForm::applyAttributes()
{
    if (m_isFilling || current() == nullptr)
        return;
    std::vector<AttributeSpec> attributes;
    for (int row = 0; row < m_attributes->rowCount(); ++row) {
        const auto text = [&](int column) {
            const QTableWidgetItem* cell = m_attributes->item(row, column);
            return cell == nullptr ? QString() : cell->text().trimmed();
        };
        auto* kind = qobject_cast<QComboBox*>(m_attributes->cellWidget(row, Kind));
        if (kind == nullptr || text(Name).isEmpty())
            continue;
        AttributeSpec spec;
        spec.name = toUtf8(text(Name));
        spec.kind = static_cast<AttributeKind>(kind->currentData().toInt());
        if (spec.kind == AttributeKind::Choice) {
            for (const QString& choice : wordsOf(text(Choices)))
                spec.choices.push_back(toUtf8(choice));
            if (spec.choices.empty())
                return; // not complete yet
        }
        spec.preset = presetFrom(spec.kind, text(Preset));
        attributes.push_back(std::move(spec));
    }
    if (attributes != current()->attributes)
        apply(makeSetClassAttributes(m_document.project(), m_class, attributes));
}

void ClassForm::applySkeleton()
{
    const ItemClass* itemClass = current();
    if (m_isFilling || itemClass == nullptr)
        return;
    auto skeleton = skeletonFromWords(m_keypoints->text(), m_bones->text());
    if (!skeleton)
        emit failed(skeleton.error());
    else if (!(*skeleton == itemClass->skeleton))
        apply(makeSetClassSkeleton(m_document.project(), m_class, *skeleton));
}

} // namespace trainyard::widgets
