// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace trainyard::test {

/// A fresh folder under the system's temporary folder, removed with everything in it when it goes.
class TemporaryFolder
{
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

/// The source tree, for goldens in tests/data and for resources.
std::filesystem::path sourceFolder();

/// The folder with the programs of this build.
std::filesystem::path binFolder();

/// The folder named by TRAINYARD_TEST_DATA, or an empty path: the test then skips and says so.
std::filesystem::path testDataFolder();

/// Writes bytes to a file as a test's setup; aborts where that fails.
void writeTestFile(const std::filesystem::path& path, const std::string& bytes);
/// Reads a whole file as a test's check; aborts where that fails.
std::string readTestFile(const std::filesystem::path& path);

} // namespace trainyard::test
