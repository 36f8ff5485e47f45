// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace trainyard::test {

/// A program of this build as a child of the test; its standard streams go to files. Killed when the object
/// goes.
class ChildProgram
{
public:
    using Variables = std::vector<std::pair<std::string, std::string>>;
    /// `variables` are added to the test's own environment.
    explicit ChildProgram(std::vector<std::string> arguments, const Variables& variables = {});
    ~ChildProgram();
    ChildProgram(const ChildProgram&) = delete;
    ChildProgram& operator=(const ChildProgram&) = delete;

    [[nodiscard]] pid_t pid() const { return m_pid; }
    void signal(int number) const;
    /// Waits for the end: the exit code, or minus the signal that ended it. Kills it after a minute.
    int wait();
    [[nodiscard]] std::string output() const; ///< stdout so far
    [[nodiscard]] std::string errors() const; ///< stderr so far

private:
    pid_t m_pid = -1;
    int m_outputFd = -1;
    int m_errorFd = -1;
};

} // namespace trainyard::test
