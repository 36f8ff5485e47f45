// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item.h"

#include <iterator>

namespace trainyard {

namespace {

constexpr std::string_view kFileStates[] = {"ok", "changed", "damaged", "missing"};
constexpr std::string_view kReviewStates[] = {"unlabelled", "in-work", "labelled", "reviewed", "rejected"};
constexpr std::string_view kSplits[] = {"none", "train", "val", "test"};
constexpr std::string_view kIssueKinds[] = {"damaged", "duplicate", "near-duplicate", "wrong-label", "leak"};
constexpr std::string_view kIssueStates[] = {"open", "fixed", "dismissed"};

template <std::size_t N>
std::string_view nameOf(const std::string_view (&names)[N], int index)
{
    return index >= 0 && index < static_cast<int>(N) ? names[index] : std::string_view("unknown");
}

template <typename Enum, std::size_t N>
std::optional<Enum> fromName(const std::string_view (&names)[N], std::string_view name, int first = 0)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return static_cast<Enum>(static_cast<int>(i) + first);
    }
    return std::nullopt;
}

} // namespace

std::string_view fileStateName(FileState state)
{
    return nameOf(kFileStates, static_cast<int>(state));
}

std::string_view reviewStateName(ReviewState state)
{
    return nameOf(kReviewStates, static_cast<int>(state));
}

std::string_view splitName(Split split)
{
    return nameOf(kSplits, static_cast<int>(split));
}

std::string_view issueKindName(IssueKind kind)
{
    return nameOf(kIssueKinds, static_cast<int>(kind) - 1);
}

std::string_view issueStateName(IssueState state)
{
    return nameOf(kIssueStates, static_cast<int>(state));
}

std::optional<FileState> fileStateFromName(std::string_view name)
{
    return fromName<FileState>(kFileStates, name);
}

std::optional<ReviewState> reviewStateFromName(std::string_view name)
{
    return fromName<ReviewState>(kReviewStates, name);
}

std::optional<Split> splitFromName(std::string_view name)
{
    return fromName<Split>(kSplits, name);
}

std::optional<IssueKind> issueKindFromName(std::string_view name)
{
    return fromName<IssueKind>(kIssueKinds, name, 1);
}

} // namespace trainyard
