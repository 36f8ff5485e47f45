// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/item_models/versions_model.h"

#include "widgets/bridge/text.h"

#include <algorithm>

namespace trainyard::widgets {

QString lineageAccuracy(const Json& lineage)
{
    for (const Json& metric : jsonValue<Json>(lineage, "metrics", Json::array())) {
        if (jsonValue<std::string>(metric, "name", {}) != "accuracy")
            continue;
        const double value = jsonValue<double>(metric, "value", 0);
        if (!metric.contains("low") || !metric.contains("high"))
            return percentText(value);
        return QStringLiteral("%1 (%2 – %3)")
            .arg(percentText(value), percentText(jsonValue<double>(metric, "low", 0)),
                 percentText(jsonValue<double>(metric, "high", 1)));
    }
    return {};
}

void VersionsModel::setVersions(std::vector<RegistryVersion> versions)
{
    std::erase_if(versions, [](const RegistryVersion& version) { return version.isDeleted; });
    std::sort(versions.begin(), versions.end(), [](const RegistryVersion& a, const RegistryVersion& b) {
        return a.name != b.name ? a.name < b.name : a.version > b.version;
    });
    beginResetModel();
    m_versions = std::move(versions);
    endResetModel();
}

const RegistryVersion* VersionsModel::version(const QModelIndex& index) const
{
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < m_versions.size() ? &m_versions[row] : nullptr;
}

QModelIndex VersionsModel::indexOf(const std::string& name, std::int64_t version) const
{
    for (std::size_t i = 0; i < m_versions.size(); ++i)
        if (m_versions[i].name == name && m_versions[i].version == version)
            return index(static_cast<int>(i), 0);
    return {};
}

int VersionsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_versions.size());
}

int VersionsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant VersionsModel::data(const QModelIndex& index, int role) const
{
    const RegistryVersion* row = version(index);
    if (row == nullptr)
        return {};
    if (role == Qt::ToolTipRole)
        return shown(row->packageDigest);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Model:
        return QStringLiteral("%1:%2").arg(shown(row->name)).arg(row->version);
    case Aliases: {
        QStringList aliases;
        for (const std::string& alias : row->aliases)
            aliases << shown(alias);
        return aliases.join(QStringLiteral(", "));
    }
    case Accuracy:
        return lineageAccuracy(row->lineage);
    case Published:
        return timeText(row->publishedUtcMs);
    case Author:
        return shown(row->author);
    default:
        return {};
    }
}

QVariant VersionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Model:
        return tr("Model");
    case Aliases:
        return tr("Aliases");
    case Accuracy:
        return tr("Test accuracy (95 %)");
    case Published:
        return tr("Published");
    case Author:
        return tr("By");
    default:
        return {};
    }
}

} // namespace trainyard::widgets
