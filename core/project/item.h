// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/image.h"
#include "core/labels/attributes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

enum class FileState : std::uint8_t { Ok, Changed, Damaged, Missing };
enum class ReviewState : std::uint8_t { Unlabelled, InWork, Labelled, Reviewed, Rejected };
enum class Split : std::uint8_t { None, Train, Validation, Test };

std::string_view fileStateName(FileState state);     ///< "ok", "changed", "damaged", "missing"
std::string_view reviewStateName(ReviewState state); ///< "unlabelled", "in-work", ...
std::string_view splitName(Split split);             ///< "none", "train", "val", "test"
std::optional<FileState> fileStateFromName(std::string_view name);
std::optional<ReviewState> reviewStateFromName(std::string_view name);
std::optional<Split> splitFromName(std::string_view name);

/// Everything about one item, read from the database on demand.
struct Item
{
    ItemId id = 0;
    RootId root = 0;
    std::string path;              ///< relative to the root, as bytes
    std::int64_t size = 0;         ///< bytes of the file
    std::int64_t timeNs = 0;       ///< modification time
    std::uint64_t contentHash = 0; ///< XXH3 of the file's bytes
    int width = 0;                 ///< upright, 0 where not known
    int height = 0;
    FileState fileState = FileState::Ok;
    std::string damage; ///< why it is damaged
    ReviewState reviewState = ReviewState::Unlabelled;
    bool isExcluded = false;
    std::string excludedReason;
    ClassId classId = 0; ///< the class tag, 0 for none
    Split split = Split::None;
    std::string group;            ///< unit of independence for splits; empty: the item alone
    std::string sourcePicture;    ///< for crops: the picture (absolute path, bytes) that it was cut from
    std::optional<Box> sourceBox; ///< and the labelled box there
    std::string reviewComment;    ///< why it was rejected, or what to look at
    std::string sequence;         ///< the film or series that it is a frame of; empty: none
    std::int64_t frame = 0;       ///< its number there
    std::string extra;            ///< JSON object of what a format said and we do not know, by format

    bool operator==(const Item&) const = default;
};

/// What is kept in memory for every item.
struct ItemColumns
{
    ItemId id = 0;
    std::uint64_t contentHash = 0;
    std::int32_t classId = 0;
    FileState fileState = FileState::Ok;
    ReviewState reviewState = ReviewState::Unlabelled;
    Split split = Split::None;
    bool isExcluded = false;
};

struct ItemClass
{
    ClassId id = 0;
    std::string name;
    std::uint32_t colour = 0;       ///< 0xRRGGBB
    std::string key;                ///< "1".."9" or empty
    ClassId parent = 0;             ///< the broader class, 0 for none
    std::string guide{};            ///< what belongs to it, shown while labelling
    std::vector<ItemId> examples{}; ///< pictures shown beside the guide
    std::vector<AttributeSpec> attributes{};
    Skeleton skeleton{};
    ClassId successor = 0; ///< of a deleted class: the one that took over its labels, 0 for none

    bool operator==(const ItemClass&) const = default;
};

enum class IssueKind : std::uint8_t {
    Damaged = 1,
    ExactDuplicate = 2,
    NearDuplicate = 3,
    WrongLabel = 4,
    Leak = 5
};
enum class IssueState : std::uint8_t { Open, Fixed, Dismissed };
std::string_view
issueKindName(IssueKind kind); ///< "damaged", "duplicate", "near-duplicate", "wrong-label", "leak"
std::optional<IssueKind> issueKindFromName(std::string_view name);
std::string_view issueStateName(IssueState state);

/// Something a check found; it stays until it is fixed or dismissed.
struct Issue
{
    IssueId id = 0;
    IssueKind kind = IssueKind::Damaged;
    IssueState state = IssueState::Open;
    ItemId item = 0;       ///< the item that a fix would change
    ItemId other = 0;      ///< the original, the leak's other side; 0 for none
    ClassId suggested = 0; ///< for wrong labels: what the probe believes
    double score = 0;      ///< meaning depends on the kind: distance, probability
    std::string text;      ///< one sentence

    bool operator==(const Issue&) const = default;
};

/// A place where items' paths start. The path is relative to the project folder where that is possible.
struct SourceRoot
{
    RootId id = 0;
    std::string path; ///< bytes
    bool isRelative = false;

    bool operator==(const SourceRoot&) const = default;
};

/// A row of an import that did not become an item.
struct RejectRow
{
    std::int64_t id = 0;
    std::string source;
    std::string place;
    std::string reason;
    std::string remedy;
    bool isReviewed = false;

    bool operator==(const RejectRow&) const = default;
};

} // namespace trainyard
