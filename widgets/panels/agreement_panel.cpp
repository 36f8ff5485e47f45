// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/agreement_panel.h"

#include "core/evaluation/statistics.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/item_models/differences_model.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kDelayMs = 500;
constexpr int kClassWidth = 180;

QString figure(double value)
{
    return QLocale().toString(value, 'f', 2);
}

QString kappaText(const std::optional<double>& kappa)
{
    return kappa ? figure(*kappa) : AgreementPanel::tr("cannot be told, as there is one class only");
}

QStandardItem* cell(const QString& text)
{
    auto* item = new QStandardItem(text);
    item->setEditable(false);
    return item;
}

} // namespace

AgreementPanel::AgreementPanel(ProjectDocument& document, ViewState& view, const Theme& theme,
                               QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_delay(new QTimer(this)),
      m_differences(new DifferencesModel([this](ItemId item) { return itemName(item); },
                                         [this](ClassId classId) { return className(classId); }, this)),
      m_confusions(new QStandardItemModel(this)), m_notice(new Notice(theme)), m_stack(new QStackedWidget),
      m_empty(new EmptyState(theme.icon(QStringLiteral("label"), "textMuted"))),
      m_first(makeComboBox(tr("Whose labels are compared"))), m_second(makeComboBox(tr("The second person"))),
      m_threshold(new QDoubleSpinBox), m_items(makeText({}, "muted")), m_share(makeLabel({}, "figure")),
      m_shareText(makeText({}, "muted")), m_kappa(makeText({})), m_shapes(makeText({}))
{
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("agreementSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeFigures());
    splitter->addWidget(makeDifferences());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({720, 480});
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_empty);
    m_stack->setCurrentWidget(m_empty);
    m_empty->setMessage(tr("Nobody gave a second opinion yet"),
                        tr("Let somebody label some of the pictures again without seeing your labels. Then "
                           "you see here how far the two agree, and on which pictures they differ."),
                        document.isReadOnly() ? QString() : tr("Label as a second person…"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_notice);
    layout->addWidget(m_stack, 1);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(m_delay, &QTimer::timeout, this, &AgreementPanel::reload);
    connect(m_empty, &EmptyState::clicked, this,
            [this] { m_view.requestAction(QStringLiteral("label.secondPerson")); });
    for (const QComboBox* box : {m_first, m_second})
        connect(box, &QComboBox::currentIndexChanged, this, &AgreementPanel::reload);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, [this] { startOnce(*m_delay); });
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        const bool isWritten =
            isChange<Saved>(change) || changesItems(change) || isChange<ClassesChanged>(change);
        if (isWritten && isVisible())
            startOnce(*m_delay);
    });
}

QWidget* AgreementPanel::makeFigures()
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    m_threshold->setRange(0.05, 1);
    m_threshold->setSingleStep(0.05);
    m_threshold->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_threshold->setValue(0.5);
    m_threshold->setAccessibleName(tr("Overlap (IoU) from which on two shapes are one"));
    m_threshold->setToolTip(m_threshold->accessibleName());
    auto* people = new QHBoxLayout;
    people->addWidget(m_first, 1);
    people->addWidget(makeLabel(tr("and")));
    people->addWidget(m_second, 1);
    people->addSpacing(12);
    people->addWidget(makeLabel(tr("IoU from")));
    people->addWidget(m_threshold);
    layout->addLayout(people);
    layout->addWidget(m_items);
    auto* top = new QHBoxLayout;
    top->addWidget(m_share);
    top->addWidget(m_shareText, 1);
    layout->addLayout(top);
    layout->addWidget(m_kappa);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Shapes"), "heading"));
    layout->addWidget(m_shapes);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Classes that are confused"), "heading"));
    m_confusionTable = makeTable(tr("Classes that the two confuse"));
    m_confusionTable->setModel(m_confusions);
    m_confusionTable->setProperty("bare", true);
    layout->addWidget(m_confusionTable, 1);
    m_share->setAccessibleName(tr("Share of the pictures with the same class"));
    return content;
}

QWidget* AgreementPanel::makeDifferences()
{
    QFrame* side = makeFrame("side");
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(1, 12, 0, 0);
    m_differenceTitle = makeText({}, "heading");
    m_differenceTitle->setContentsMargins(16, 0, 16, 0);
    QLabel* hint = makeText(tr("A double click opens the picture in Label."), "muted");
    hint->setContentsMargins(16, 0, 16, 0);
    m_differenceTable = makeTable(tr("Pictures on which the two differ"));
    m_differenceTable->setModel(m_differences);
    m_differenceTable->setProperty("bare", true);
    m_differenceTable->setColumnWidth(DifferencesModel::Picture, 190);
    layout->addWidget(m_differenceTitle);
    layout->addWidget(hint);
    layout->addWidget(m_differenceTable, 1);
    connect(m_differenceTable, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (const ItemId item = m_differences->item(index); item != 0)
            m_view.openInLabel(item);
    });
    return side;
}

void AgreementPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    reload();
}

AgreementQuestion AgreementPanel::question() const
{
    return {toUtf8(m_first->currentData().toString()), toUtf8(m_second->currentData().toString()),
            m_threshold->value()};
}

void AgreementPanel::reload()
{
    m_isStale = m_isReading;
    if (m_isReading)
        return;
    m_isReading = true;
    runInBackground(
        this, [folder = m_document.folder(), asked = question()] { return readAgreement(folder, asked); },
        [this](const Result<AgreementAnswer>& answer) {
            m_isReading = false;
            take(answer);
            if (m_isStale)
                reload();
        });
}

void AgreementPanel::take(const Result<AgreementAnswer>& answer)
{
    if (!answer) {
        const ErrorText words = errorText(answer.error());
        m_notice->show(Notice::Kind::Bad, words.whole(), {}, words.details);
        return;
    }
    m_notice->hide();
    m_stack->setCurrentIndex(answer->people.empty() ? 1 : 0);
    showPeople(*answer);
    showFigures(*answer);
    showConfusions(answer->agreement);
    m_differences->setDifferences(answer->agreement.differing);
    m_differenceTitle->setText(
        tr("Pictures on which they differ: %1").arg(countText(std::ssize(answer->agreement.differing))));
}

/// What the boxes offer; what was chosen meanwhile stays.
void AgreementPanel::showPeople(const AgreementAnswer& answer)
{
    const bool isFirstTime = m_second->count() == 0;
    const AgreementQuestion chosen = isFirstTime ? answer.question : question();
    const QSignalBlocker quietFirst(m_first);
    const QSignalBlocker quietSecond(m_second);
    m_first->clear();
    m_second->clear();
    m_first->addItem(tr("The project's own labels"), QString());
    for (const std::string& name : answer.people)
        for (QComboBox* box : {m_first, m_second})
            box->addItem(shown(name), QString::fromStdString(name));
    chooseData(*m_first, QString::fromStdString(chosen.first));
    chooseData(*m_second, QString::fromStdString(chosen.second));
}

void AgreementPanel::showFigures(const AgreementAnswer& answer)
{
    const Agreement& agreement = answer.agreement;
    const bool isOne = answer.question.first == answer.question.second;
    m_items->setText(isOne ? tr("Choose two different people.")
                     : agreement.items == 1
                         ? tr("One picture was labelled by both.")
                         : tr("%1 pictures were labelled by both.").arg(countText(agreement.items)));
    const KappaFigures& tags = agreement.tags;
    const bool hasTags = tags.items > 0;
    m_share->setVisible(hasTags);
    m_kappa->setVisible(hasTags);
    if (hasTags) {
        const double share = static_cast<double>(tags.agreeing) / static_cast<double>(tags.items);
        const Interval interval = wilsonInterval(share, static_cast<double>(tags.items));
        m_share->setText(percentText(share));
        m_shareText->setText(
            tr("of the %1 pictures that both gave a class have the same one; 95 % interval %2 – %3")
                .arg(countText(tags.items), percentText(interval.low), percentText(interval.high)));
        m_kappa->setText(tr("Cohen's kappa: %1. 1 is always the same class, 0 as often as by chance.")
                             .arg(kappaText(tags.kappa)));
    } else {
        m_shareText->setText(tr("No picture got a class from both."));
    }
    const ShapeFigures& shapes = agreement.shapes;
    if (shapes.first + shapes.second == 0) {
        m_shapes->setText(tr("No picture got shapes from both."));
        return;
    }
    QStringList sentences{
        tr("F1 %1: the first drew %2 shapes, the second %3; %4 of them lie on one another with the same "
           "class.")
            .arg(figure(shapes.f1().value_or(0)), countText(shapes.first), countText(shapes.second),
                 countText(shapes.paired))};
    if (shapes.paired > 0)
        sentences << tr("Their mean IoU is %1.").arg(figure(shapes.meanIou));
    if (agreement.pairs > 0)
        sentences << tr("Of %1 shapes at the same place %2 have the same class; Cohen's kappa: %3.")
                         .arg(countText(agreement.pairs), countText(agreement.shapeClasses.agreeing),
                              kappaText(agreement.shapeClasses.kappa));
    m_shapes->setText(sentences.join(QLatin1Char(' ')));
}

void AgreementPanel::showConfusions(const Agreement& agreement)
{
    std::map<std::pair<ClassId, ClassId>, std::pair<std::int64_t, std::int64_t>> counts;
    for (const auto& [classes, n] : agreement.tagAnswers)
        counts[classes].first = n;
    for (const auto& [classes, n] : agreement.shapeAnswers)
        counts[classes].second = n;
    std::vector<std::pair<std::pair<ClassId, ClassId>, std::pair<std::int64_t, std::int64_t>>> rows;
    for (const auto& row : counts)
        if (row.first.first != row.first.second)
            rows.emplace_back(row);
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return a.second.first + a.second.second > b.second.first + b.second.second;
    });
    m_confusions->clear();
    m_confusions->setHorizontalHeaderLabels(
        {tr("The first says"), tr("The second says"), tr("Pictures"), tr("Shapes")});
    for (const int column : {0, 1})
        m_confusionTable->setColumnWidth(column, kClassWidth);
    for (const auto& [classes, n] : rows)
        m_confusions->appendRow({cell(className(classes.first)), cell(className(classes.second)),
                                 cell(countText(n.first)), cell(countText(n.second))});
}

QString AgreementPanel::className(ClassId classId) const
{
    const ItemClass* itemClass = m_document.project().classById(classId);
    return itemClass == nullptr ? tr("no class") : shown(itemClass->name);
}

QString AgreementPanel::itemName(ItemId item) const
{
    const auto row = m_document.project().item(item);
    return row ? shown(row->path) : QString();
}

} // namespace trainyard::widgets
