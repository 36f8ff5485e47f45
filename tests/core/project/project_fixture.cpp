// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/project/project_fixture.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace trainyard::test {

void stopOnError(const Error& error, const char* file, int line)
{
    std::fprintf(stderr, "%s:%d: %s: %s (%s)\n", file, line, std::string(errorCodeName(error.code)).c_str(),
                 error.message.c_str(), error.context.c_str());
    std::abort();
}

std::unique_ptr<Project> makeProject(const std::filesystem::path& folder, int items, int classes)
{
    Project::CreateOptions options;
    options.author = "ann@here/cli";
    auto project = VALUE(Project::create(folder, options));
    for (int i = 0; i < classes; ++i) {
        std::string name = "c";
        name += std::to_string(i);
        VALUE(
            project->applyNow(VALUE(makeAddClass(*project, name, 0x102030u + static_cast<unsigned>(i), ""))));
    }
    SourceRoot root = sourceRootFor(folder, folder / "pictures");
    root.id = VALUE(project->newId());
    VALUE(project->applyNow(Edit{"add-root", "add pictures", {rowForNewRoot(root)}}));
    if (items > 0)
        VALUE(project->applyNow(Edit{"import", "import", newItemRows(*project, items, "p")}));
    return project;
}

std::unique_ptr<Project> openProject(const std::filesystem::path& folder, const std::string& author)
{
    return VALUE(Project::open(folder, Project::OpenMode::ReadWrite, author));
}

std::vector<RowChange> newItemRows(Project& project, int count, const std::string& prefix)
{
    std::vector<RowChange> rows;
    for (int i = 0; i < count; ++i) {
        Item item;
        item.id = VALUE(project.newId());
        item.root = project.roots().front().id;
        item.path = prefix + std::to_string(i) + ".png";
        item.size = 1000 + i;
        item.contentHash = 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(item.id);
        item.width = 28;
        item.height = 28;
        rows.push_back(rowForNewItem(item));
    }
    return rows;
}

Child::Child(const std::vector<std::string>& arguments, const std::string& name)
{
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        std::abort();
    m_pid = ::fork();
    if (m_pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    m_pipe = ends[0];
}

Child::~Child()
{
    kill();
    ::close(m_pipe);
}

std::string Child::readLine()
{
    while (true) {
        const std::size_t end = m_buffer.find('\n');
        if (end != std::string::npos) {
            std::string line = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return line;
        }
        char bytes[4096];
        const ssize_t size = ::read(m_pipe, bytes, sizeof bytes);
        if (size <= 0)
            return {};
        m_buffer.append(bytes, static_cast<std::size_t>(size));
    }
}

void Child::kill()
{
    if (m_pid > 0)
        ::kill(m_pid, SIGKILL);
    reap();
}

void Child::reap()
{
    if (m_pid > 0)
        ::waitpid(m_pid, &m_status, 0);
    m_pid = -1;
}

int Child::wait(std::string& output)
{
    for (std::string line = readLine(); !line.empty(); line = readLine())
        (output += line) += '\n';
    reap();
    return WIFSIGNALED(m_status) ? -WTERMSIG(m_status) : WEXITSTATUS(m_status);
}

} // namespace trainyard::test
