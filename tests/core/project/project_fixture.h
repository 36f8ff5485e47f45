// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edits.h"

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace trainyard::test {

/// The value, or the test program ends with the error's text.
[[noreturn]] void stopOnError(const Error& error, const char* file, int line);

template <typename T>
T expectValue(Result<T> result, const char* file, int line)
{
    if (!result)
        stopOnError(result.error(), file, line);
    return std::move(*result);
}

inline void expectDone(const Result<void>& result, const char* file, int line)
{
    if (!result)
        stopOnError(result.error(), file, line);
}

#define VALUE(expression) ::trainyard::test::expectValue((expression), __FILE__, __LINE__)
#define DONE(expression) ::trainyard::test::expectDone((expression), __FILE__, __LINE__)

/// A project with the root "pictures", items "p0.png", "p1.png", ... and classes "c0", "c1", ...
std::unique_ptr<Project> makeProject(const std::filesystem::path& folder, int items, int classes);
std::unique_ptr<Project> openProject(const std::filesystem::path& folder,
                                     const std::string& author = "ann@here/cli");
/// Rows for `count` items named PREFIX0.png, ... of the project's first root.
std::vector<RowChange> newItemRows(Project& project, int count, const std::string& prefix);

/// A program beside this test, with its standard output in a pipe.
class Child
{
public:
    explicit Child(const std::vector<std::string>& arguments, const std::string& program = "project_child");
    ~Child(); ///< kills and waits
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line, or an empty text at the end of the output.
    std::string readLine();
    void kill();
    /// Everything up to the end of the output, then the exit status (-signal where a signal ended it).
    int wait(std::string& output);

private:
    void reap();
    pid_t m_pid = -1;
    int m_pipe = -1;
    int m_status = 0;
    std::string m_buffer;
};

} // namespace trainyard::test
