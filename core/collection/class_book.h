// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_set.h"
#include "core/project/edits.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace trainyard {

/// The project's classes by name, with those that an import makes.
class ClassBook
{
public:
    explicit ClassBook(Project& project) : m_project(project), m_firstColour(project.classes().size()) {}

    /// The class's id; a class that does not exist gets a row with a colour and the next free key of 1..9.
    Result<ClassId> idOf(const std::string& name, std::vector<RowChange>& rows);
    /// The same with what a source says of the class. A class that exists takes attributes that it does not
    /// ask for yet, and a skeleton and a broader class where it has none.
    Result<ClassId> take(const FileClass& fileClass, std::vector<RowChange>& rows);

private:
    Result<ClassId> make(const FileClass& fileClass, bool hasKey, std::vector<RowChange>& rows);
    Result<void> complete(const ItemClass& known, const FileClass& fileClass, std::vector<RowChange>& rows);
    /// A class that was made as somebody's broader one gets what the source says of it.
    Result<void> finish(ItemClass& bare, const FileClass& fileClass, std::vector<RowChange>& rows);
    /// Whether `above` is `below` or broader than it.
    [[nodiscard]] bool isAbove(ClassId above, ClassId below) const;
    Result<void> giveParent(ItemClass& itemClass, const FileClass& fileClass, std::vector<RowChange>& rows);
    Result<ClassId> parentOf(const FileClass& fileClass, std::vector<RowChange>& rows);

    Project& m_project;
    std::size_t m_firstColour;
    std::map<std::string, ClassId> m_made;
    std::map<std::string, ItemClass> m_bare;   ///< made by their names alone
    std::map<ClassId, ClassId> m_givenParents; ///< of classes that were made, or that had none
    std::set<ClassId> m_completed;             ///< known classes that a source was asked about
    std::vector<std::string> m_madeKeys;
};

} // namespace trainyard
