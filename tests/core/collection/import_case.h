// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/import.h"
#include "tests/support/test_folders.h"

#include <memory>
#include <string>

namespace trainyard::test {

/// A project and a source folder in a temporary folder, with the real decoders.
class ImportCase
{
public:
    ImportCase();

    [[nodiscard]] std::filesystem::path source() const { return m_folder / "source"; }
    [[nodiscard]] std::filesystem::path projectFolder() const { return m_folder / "project"; }
    [[nodiscard]] const TemporaryFolder& folder() const { return m_folder; }
    [[nodiscard]] Project& project() { return *m_project; }
    [[nodiscard]] DecoderPool& decoders() { return *m_decoders; }

    /// A JPEG of smooth random colours below the source; another seed gives another picture.
    void addPicture(const std::string& path, std::uint64_t seed, int width = 64, int height = 48);
    void addFile(const std::string& path, const std::string& bytes);
    [[nodiscard]] std::string bytesOf(const std::string& path) const { return readTestFile(source() / path); }

    [[nodiscard]] ImportRequest request() const;
    /// Imports and stops the test program where that fails.
    ImportResult import(const ImportRequest& request);
    ImportResult import() { return import(request()); }
    /// "path class state review" of every item, by path, one a line.
    std::string table();
    Item itemAt(const std::string& path);
    /// What bob says of a picture, beside the project's own labels; a shape, or nothing for the whole of it.
    void addOpinion(const std::string& path, const std::string& className, const Shape& shape);
    /// The first annotation of an item, which has to be a box.
    Box boxAt(const std::string& path);
    std::vector<Issue> issues(IssueKind kind);

private:
    TemporaryFolder m_folder;
    std::unique_ptr<Project> m_project;
    std::unique_ptr<DecoderPool> m_decoders;
};

/// Smooth random colours: a 4 x 4 grid, drawn larger.
Image smoothPicture(std::uint64_t seed, int width, int height);

/// A JPEG whose coded pixels end in their middle.
std::string halfOf(const std::string& jpeg);

/// A Pascal VOC file; each object is "name xmin ymin xmax ymax".
std::string vocText(const std::string& picture, int width, int height,
                    const std::vector<std::string>& objects);

} // namespace trainyard::test
