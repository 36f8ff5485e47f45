// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/registry.h"

#include <QAbstractTableModel>
#include <vector>

namespace trainyard::widgets {

/// The versions of a registry as rows, newest first within each name. Values; replaced whole.
class VersionsModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Model, Aliases, Accuracy, Published, Author, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Deleted versions are left out.
    void setVersions(std::vector<RegistryVersion> versions);
    [[nodiscard]] const RegistryVersion* version(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex indexOf(const std::string& name, std::int64_t version) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RegistryVersion> m_versions;
};

/// The accuracy that a version's lineage tells, with its interval; empty where it tells none.
QString lineageAccuracy(const Json& lineage);

} // namespace trainyard::widgets
