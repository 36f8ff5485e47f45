// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edit.h"
#include "core/storage/sqlite.h"

#include <span>
#include <string_view>

namespace trainyard {

/// The schema of project.trainyard as tables (FORMAT.md in words): what the rows of each Table hold, and the
/// numbered steps that lead from one version to the next.

constexpr std::int64_t kApplicationId = 0x54594152; ///< "TYAR" in the database header
constexpr std::int64_t kSchemaVersion = 2;
/// Programs of an older schema would take rows with newer fields for damaged, because of their checksums.
constexpr std::int64_t kOldestReader = 2;
constexpr const char* kProjectFile = "project.trainyard";

enum class FieldType { Integer, Real, Bytes };

/// One field of a table. Its place in the list is its number in the history, so fields are only ever
/// appended.
struct FieldSpec
{
    std::string_view name;
    FieldType type = FieldType::Integer;
};

struct TableSpec
{
    Table table = Table::Items;
    std::string_view name;
    std::span<const FieldSpec> fields; ///< the first one is always "alive"
};

constexpr int kAlive = 0; ///< the number of "alive" in every table
/// isSecondOpinion() (labels/annotation.h) of a row of `annotations`. The index annotations_opinions holds
/// the living rows of which it is true.
constexpr std::string_view kIsOpinionSql = "source=1 AND source_name IS NOT NULL";
namespace item_field {
enum : int {
    Alive,
    Root,
    Path,
    Size,
    TimeNs,
    ContentHash,
    Width,
    Height,
    FileState,
    Damage,
    ReviewState,
    Excluded,
    ExcludedReason,
    ClassId,
    Split,
    Group,
    SourcePicture,
    SourceX,
    SourceY,
    SourceWidth,
    SourceHeight,
    ReviewComment,
    Sequence,
    Frame,
    Extra
};
}
namespace annotation_field {
enum : int {
    Alive,
    Item,
    Kind,
    ClassId,
    X,
    Y,
    Width,
    Height,
    Source,
    SourceName,
    Score,
    Reviewed,
    Geometry,
    Group,
    ZOrder,
    Flags,
    Attributes,
    Extra
};
}
namespace class_field {
enum : int { Alive, Name, Colour, Key, Parent, Guide, Examples, Attributes, Skeleton, Successor };
}
namespace issue_field {
enum : int { Alive, Kind, State, Item, Other, Suggested, Score, Text };
}
namespace root_field {
enum : int { Alive, Path, IsRelative };
}
namespace reject_field {
enum : int { Alive, Source, Place, Reason, Remedy, Reviewed };
}
namespace setting_field {
enum : int { Alive, Key, Value };
}

const TableSpec& tableSpec(Table table);
std::span<const TableSpec> allTables();
/// Nothing for an unknown name.
std::optional<Table> tableFromName(std::string_view name);
/// The field's number, -1 for an unknown name.
int fieldNumber(Table table, std::string_view name);

/// Makes every table of the newest version in an empty database and sets application_id and user_version.
Result<void> createSchema(Database& database);

/// Refuses a file of another program (CorruptFile) and a schema that this program cannot read (Unsupported).
/// Gives the version.
Result<std::int64_t> checkSchema(Database& database, bool isForWriting);

/// Brings an older database to kSchemaVersion, one step a transaction. The caller made the copy.
Result<void> migrate(Database& database, std::int64_t fromVersion);

/// For a connection that only reads a database of an older version: temporary views give its tables the
/// fields that it lacks, empty.
Result<void> showAsNewest(Database& database, std::int64_t version);

/// A row of `meta`; empty where absent.
Result<std::string> metaValue(Database& database, std::string_view key);
Result<void> setMetaValue(Database& database, std::string_view key, std::string_view value);

} // namespace trainyard
