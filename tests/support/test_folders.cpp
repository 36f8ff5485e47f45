// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace trainyard::test {

namespace {

std::filesystem::path fromEnvironment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::filesystem::path() : std::filesystem::path(value);
}

[[noreturn]] void stop(const char* what, const std::filesystem::path& path)
{
    std::fprintf(stderr, "%s: %s\n", what, path.c_str());
    std::abort();
}

} // namespace

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "trainyard-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
        stop("cannot make a temporary folder", name);
    m_path = name;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::filesystem::path sourceFolder()
{
    return fromEnvironment("TRAINYARD_SOURCE_DIR");
}

std::filesystem::path binFolder()
{
    return fromEnvironment("TRAINYARD_BIN_DIR");
}

std::filesystem::path testDataFolder()
{
    return fromEnvironment("TRAINYARD_TEST_DATA");
}

void writeTestFile(const std::filesystem::path& path, const std::string& bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    if (!file.flush())
        stop("cannot write", path);
}

std::string readTestFile(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file)
        stop("cannot read", path);
    return bytes.str();
}

} // namespace trainyard::test
