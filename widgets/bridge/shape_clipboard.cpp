// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/shape_clipboard.h"

#include "core/base/json.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QString>

namespace trainyard::widgets {

namespace {

constexpr const char* kMime = "application/x-trainyard-annotations+json";
constexpr qsizetype kMostBytes = 256 * 1024 * 1024;

} // namespace

void copyShapes(std::span<const Annotation> annotations, const Project& project)
{
    Json list = Json::array();
    for (const Annotation& annotation : annotations) {
        const ItemClass* itemClass = project.classById(annotation.classId);
        list.push_back({{"class", itemClass == nullptr ? std::string() : itemClass->name},
                        {"annotation", annotationToJson(annotation)}});
    }
    auto* mime = new QMimeData;
    mime->setData(QLatin1String(kMime), QByteArray::fromStdString(jsonLine(list)));
    QGuiApplication::clipboard()->setMimeData(mime);
}

std::vector<Annotation> copiedShapes(const Project& project)
{
    std::vector<Annotation> annotations;
    const QMimeData* mime = QGuiApplication::clipboard()->mimeData();
    const QByteArray bytes = mime == nullptr ? QByteArray() : mime->data(QLatin1String(kMime));
    if (bytes.isEmpty() || bytes.size() > kMostBytes)
        return annotations;
    const auto list = parseJson(bytes.toStdString(), "clipboard");
    if (!list || !list->is_array())
        return annotations;
    for (const Json& entry : *list) {
        if (!entry.is_object() || !entry.contains("annotation"))
            continue;
        auto annotation = annotationFromJson(entry["annotation"], "clipboard");
        if (!annotation)
            continue;
        const ItemClass* itemClass = project.classByName(jsonValue<std::string>(entry, "class", {}));
        annotation->classId = itemClass == nullptr ? 0 : itemClass->id;
        annotations.push_back(std::move(*annotation));
    }
    return annotations;
}

} // namespace trainyard::widgets
