// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trainyard::test {

/// What a power loss leaves of a folder: of each file the bytes at its last successful sync, of each folder
/// the entries at its last sync; everything behind that may be there, be missing or be torn.
///
/// The model follows the calls of one IoEnv and reads the present bytes from the real files, so what a
/// library wrote by itself is seen, too. Paths outside the folder are ignored.
class PowerLossModel
{
public:
    explicit PowerLossModel(const std::filesystem::path& folder);

    void opened(const std::filesystem::path& path);
    void synced(const std::filesystem::path& path);
    void renamed(const std::filesystem::path& from, const std::filesystem::path& to);
    void unlinked(const std::filesystem::path& path);
    void folderMade(const std::filesystem::path& path);
    void folderSynced(const std::filesystem::path& path);

    /// What happens to everything that was not synced.
    enum class Loss {
        Drop,        ///< all of it is lost
        Keep,        ///< all of it arrived
        KeepEntries, ///< names arrived, bytes did not
        KeepBytes,   ///< bytes arrived, names did not
        Random,      ///< each change by the seed: kept, dropped, or torn at a sector
    };
    /// Writes the state after the loss into an empty folder.
    void materialise(const std::filesystem::path& target, Loss loss, std::uint64_t seed = 0) const;

private:
    /// One change of a folder's entries that was not synced: a rename within it is both at once.
    struct Change
    {
        std::string removed; ///< empty for none
        std::string added;   ///< empty for none
        int node = 0;        ///< which node `added` names
    };
    /// A file or folder, whatever its name is at the moment.
    struct Node
    {
        bool isFolder = false;
        std::string durableBytes;
        std::map<std::string, int> now;
        std::map<std::string, int> durable;
        std::vector<Change> pending;
    };

    int addNode(bool isFolder);
    void load(int folder, const std::filesystem::path& path);
    /// The node that has this path now, -1 where there is none.
    [[nodiscard]] int find(const std::filesystem::path& path) const;
    void change(int folder, Change change);
    void create(const std::filesystem::path& path, bool isFolder);
    [[nodiscard]] std::string bytesAfter(int node, const std::string& now, Loss loss,
                                         std::uint64_t seed) const;
    void materialiseFolder(int folder, const std::filesystem::path& target, Loss loss,
                           std::uint64_t seed) const;
    [[nodiscard]] std::map<int, std::filesystem::path> presentPaths() const;

    std::filesystem::path m_folder;
    std::vector<Node> m_nodes; ///< the first is the folder itself
};

} // namespace trainyard::test
