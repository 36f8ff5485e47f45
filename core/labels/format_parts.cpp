// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_parts.h"

#include <algorithm>

namespace trainyard {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string_view fileNameOf(std::string_view path)
{
    return path.substr(path.rfind('/') + 1);
}

std::string_view folderOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view stemOf(std::string_view path)
{
    const std::string_view name = fileNameOf(path);
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string_view endingOf(std::string_view path)
{
    const std::string_view name = fileNameOf(path);
    return name.substr(stemOf(name).size());
}

bool hasEnding(std::string_view path, std::string_view ending)
{
    return path.size() >= ending.size() &&
           std::equal(ending.begin(), ending.end(), path.end() - static_cast<std::ptrdiff_t>(ending.size()),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string joinedPath(std::string_view folder, std::string_view name)
{
    return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

std::string NameBook::take(std::string_view folder, std::string_view picturePath)
{
    const std::string base = joinedPath(folder, stemOf(picturePath));
    std::string stem = base;
    for (int n = 2; !m_taken.insert(stem).second; ++n)
        stem = base + "-" + std::to_string(n);
    return stem + std::string(endingOf(picturePath));
}

LossReport LossBook::report() const
{
    LossReport report;
    for (const auto& [what, count] : m_counts)
        report.notes.push_back(std::to_string(count) + " " + what);
    report.notes.insert(report.notes.end(), m_notes.begin(), m_notes.end());
    return report;
}

std::string listedName(const std::string& name, LossBook& losses)
{
    std::string listed = name;
    for (char& c : listed)
        if (c == '\n' || c == '\r')
            c = ' ';
    if (listed.starts_with('#'))
        listed.front() = '_';
    if (listed != name)
        losses.add("names of classes lost their line breaks, or the # at their beginning");
    return listed;
}

Result<void> checkCancelled(const Cancellation& cancellation)
{
    if (cancellation.isCancelled())
        return fail(ErrorCode::Cancelled, "the work was cancelled");
    return {};
}

void addMissingClasses(LabelSet& labels)
{
    std::set<std::string> known;
    for (const FileClass& fileClass : labels.classes)
        known.insert(fileClass.name);
    std::set<std::string> missing;
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& annotation : picture.annotations)
            if (!annotation.className.empty() && !known.contains(annotation.className))
                missing.insert(annotation.className);
    for (const std::string& name : missing) {
        FileClass fileClass;
        fileClass.name = name;
        labels.classes.push_back(std::move(fileClass));
    }
}

} // namespace trainyard
