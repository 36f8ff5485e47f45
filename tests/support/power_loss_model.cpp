// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/power_loss_model.h"

#include "core/base/random.h"
#include "tests/support/test_folders.h"

#include <algorithm>
#include <functional>

namespace trainyard::test {

namespace {

constexpr std::size_t kSector = 512;

void apply(std::map<std::string, int>& entries, const std::string& removed, const std::string& added,
           int node)
{
    if (!removed.empty())
        entries.erase(removed);
    if (!added.empty())
        entries[added] = node;
}

} // namespace

PowerLossModel::PowerLossModel(const std::filesystem::path& folder) : m_folder(folder)
{
    load(addNode(true), folder);
}

int PowerLossModel::addNode(bool isFolder)
{
    m_nodes.emplace_back();
    m_nodes.back().isFolder = isFolder;
    return static_cast<int>(m_nodes.size()) - 1;
}

void PowerLossModel::load(int folder, const std::filesystem::path& path)
{
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
        const int node = addNode(entry.is_directory());
        m_nodes[static_cast<std::size_t>(folder)].now[entry.path().filename().string()] = node;
        if (entry.is_directory())
            load(node, entry.path());
        else
            m_nodes[static_cast<std::size_t>(node)].durableBytes = readTestFile(entry.path());
    }
    m_nodes[static_cast<std::size_t>(folder)].durable = m_nodes[static_cast<std::size_t>(folder)].now;
}

int PowerLossModel::find(const std::filesystem::path& path) const
{
    int node = 0;
    for (const auto& part : path.lexically_normal().lexically_relative(m_folder)) {
        if (part == "." || part.empty())
            continue;
        const auto& entries = m_nodes[static_cast<std::size_t>(node)].now;
        const auto entry = entries.find(part.string());
        if (entry == entries.end())
            return -1;
        node = entry->second;
    }
    return node;
}

void PowerLossModel::change(int folder, Change change)
{
    Node& node = m_nodes[static_cast<std::size_t>(folder)];
    apply(node.now, change.removed, change.added, change.node);
    node.pending.push_back(std::move(change));
}

void PowerLossModel::create(const std::filesystem::path& path, bool isFolder)
{
    const int folder = find(path.parent_path());
    if (folder < 0 || find(path) >= 0)
        return;
    const int node = addNode(isFolder);
    change(folder, {{}, path.filename().string(), node});
}

void PowerLossModel::opened(const std::filesystem::path& path)
{
    create(path, false);
}

void PowerLossModel::folderMade(const std::filesystem::path& path)
{
    create(path, true);
}

void PowerLossModel::synced(const std::filesystem::path& path)
{
    if (const int node = find(path); node >= 0)
        m_nodes[static_cast<std::size_t>(node)].durableBytes = readTestFile(path);
}

void PowerLossModel::renamed(const std::filesystem::path& from, const std::filesystem::path& to)
{
    int node = find(from);
    const int source = find(from.parent_path());
    const int target = find(to.parent_path());
    if (node < 0) { // made by a library behind our back
        create(from, false);
        node = find(from);
    }
    if (source == target) {
        change(source, {from.filename().string(), to.filename().string(), node});
    } else {
        change(target, {{}, to.filename().string(), node});
        change(source, {from.filename().string(), {}, 0});
    }
}

void PowerLossModel::unlinked(const std::filesystem::path& path)
{
    if (find(path) >= 0)
        change(find(path.parent_path()), {path.filename().string(), {}, 0});
}

void PowerLossModel::folderSynced(const std::filesystem::path& path)
{
    if (const int folder = find(path); folder >= 0) {
        Node& node = m_nodes[static_cast<std::size_t>(folder)];
        node.durable = node.now;
        node.pending.clear();
    }
}

std::map<int, std::filesystem::path> PowerLossModel::presentPaths() const
{
    std::map<int, std::filesystem::path> paths;
    const std::function<void(int, const std::filesystem::path&)> visit = [&](int folder, const auto& path) {
        for (const auto& [name, node] : m_nodes[static_cast<std::size_t>(folder)].now) {
            paths[node] = path / name;
            if (m_nodes[static_cast<std::size_t>(node)].isFolder)
                visit(node, path / name);
        }
    };
    visit(0, m_folder);
    return paths;
}

std::string PowerLossModel::bytesAfter(int node, const std::string& now, Loss loss, std::uint64_t seed) const
{
    const std::string& durable = m_nodes[static_cast<std::size_t>(node)].durableBytes;
    if (loss == Loss::Drop || loss == Loss::KeepEntries || now == durable)
        return durable;
    if (loss == Loss::Keep || loss == Loss::KeepBytes)
        return now;
    CounterRandom random(seed, RandomPurpose::Sample, 1, static_cast<std::uint64_t>(node));
    const std::uint64_t choice = random.below(4);
    if (choice < 2)
        return choice == 0 ? durable : now;
    // Torn: sector by sector the new bytes, or what was there before (nothing was there: zeros).
    std::string torn = now.substr(0, choice == 2 ? now.size() : random.below(now.size() + 1));
    for (std::size_t begin = 0; begin < torn.size(); begin += kSector) {
        if (random.below(2) == 0)
            continue;
        for (std::size_t i = begin; i < std::min(begin + kSector, torn.size()); ++i)
            torn[i] = i < durable.size() ? durable[i] : '\0';
    }
    return torn.size() < durable.size() && now.size() >= durable.size() ? torn + durable.substr(torn.size())
                                                                        : torn;
}

void PowerLossModel::materialiseFolder(int folder, const std::filesystem::path& target, Loss loss,
                                       std::uint64_t seed) const
{
    const std::map<int, std::filesystem::path> present = presentPaths();
    const Node& node = m_nodes[static_cast<std::size_t>(folder)];
    std::map<std::string, int> entries = node.durable;
    CounterRandom random(seed, RandomPurpose::Sample, 0, static_cast<std::uint64_t>(folder));
    for (const Change& change : node.pending) {
        const bool isKept =
            loss == Loss::Random ? random.below(2) == 0 : loss == Loss::Keep || loss == Loss::KeepEntries;
        const bool isPossible = change.removed.empty() || entries.count(change.removed) != 0;
        if (isKept && isPossible)
            apply(entries, change.removed, change.added, change.node);
    }
    std::filesystem::create_directories(target);
    for (const auto& [name, child] : entries) {
        const auto path = present.find(child);
        if (m_nodes[static_cast<std::size_t>(child)].isFolder)
            materialiseFolder(child, target / name, loss, seed);
        else if (path ==
                 present.end()) // its name is gone, so nobody can have read what came after the last sync
            writeTestFile(target / name, m_nodes[static_cast<std::size_t>(child)].durableBytes);
        else
            writeTestFile(target / name, bytesAfter(child, readTestFile(path->second), loss, seed));
    }
}

void PowerLossModel::materialise(const std::filesystem::path& target, Loss loss, std::uint64_t seed) const
{
    materialiseFolder(0, target, loss, seed);
}

} // namespace trainyard::test
