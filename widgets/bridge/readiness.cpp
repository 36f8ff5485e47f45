// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/readiness.h"

#include <QCoreApplication>
#include <set>

namespace trainyard::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("readiness", text);
}

struct Counts
{
    std::int64_t usable = 0;
    std::int64_t labelled = 0;
    std::int64_t perSplit[4] = {}; ///< of the labelled
    std::set<ClassId> classes;
};

Counts count(const Project& project)
{
    Counts counts;
    for (const ItemColumns& item : project.columns()) {
        if (item.isExcluded || item.fileState == FileState::Damaged)
            continue;
        ++counts.usable;
        if (item.classId == 0)
            continue;
        ++counts.labelled;
        counts.classes.insert(item.classId);
        ++counts.perSplit[static_cast<std::size_t>(item.split)];
    }
    return counts;
}

} // namespace

std::optional<Missing> missingForTraining(const Project& project)
{
    const Counts counts = count(project);
    if (counts.usable == 0)
        return Missing{tr("No pictures yet"),
                       tr("A network learns from pictures. Take in a folder of them first."),
                       tr("Import pictures…"), Workspace::Data, QStringLiteral("data.import")};
    if (counts.labelled == 0)
        return Missing{tr("No picture has a class yet"),
                       tr("A network learns from labelled pictures. A few dozen of each class are a start."),
                       tr("Label pictures"),
                       Workspace::Label,
                       {}};
    if (counts.classes.size() < 2)
        return Missing{tr("Only one class so far"),
                       tr("Telling apart needs at least two classes with pictures."),
                       tr("Label pictures"),
                       Workspace::Label,
                       {}};
    if (counts.perSplit[static_cast<std::size_t>(Split::Train)] == 0)
        return Missing{
            tr("The pictures are not split yet"),
            tr("Training uses one part of the pictures, measuring another, so that the figures are honest."),
            tr("Split now…"), Workspace::Data, QStringLiteral("data.split")};
    return std::nullopt;
}

std::optional<Missing> missingForEvaluation(const Project& project)
{
    const Counts counts = count(project);
    if (counts.labelled > 0 && counts.perSplit[static_cast<std::size_t>(Split::Test)] == 0)
        return Missing{tr("There is no test set yet"),
                       tr("Figures are measured on pictures that training never saw."), tr("Split now…"),
                       Workspace::Data, QStringLiteral("data.split")};
    return std::nullopt;
}

} // namespace trainyard::widgets
