// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_parts.h"

#include "core/base/path_text.h"

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
    const std::string base = joinedPath(folder, plainText(stemOf(picturePath)));
    std::string stem = base;
    if (const auto [taken, isNew] = m_taken.emplace(base, 2); !isNew) {
        int& next = taken->second;
        do
            stem = base + "-" + std::to_string(next++);
        while (!m_taken.emplace(stem, 2).second);
    }
    return stem + plainText(endingOf(picturePath));
}

LossReport LossBook::report() const
{
    LossReport report;
    for (const auto& [what, count] : m_counts) {
        report.notes.push_back(std::to_string(count) + " " + what);
        if (m_leftOut.contains(what))
            report.leftOut.push_back(report.notes.back());
    }
    report.notes.insert(report.notes.end(), m_notes.begin(), m_notes.end());
    report.picturesLeftOut = m_picturesLeftOut;
    report.labelsLeftOut = m_labelsLeftOut;
    return report;
}

WritableNames::WritableNames(const LabelSet& labels, const std::function<std::string(std::string)>& change,
                             const std::string& what, LossBook& losses)
{
    for (const FileClass& each : labels.classes)
        m_names[each.name];
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations)
            m_names[each.className];
    std::set<std::string> taken;
    for (auto& [name, written] : m_names) {
        written = change(name);
        if (written == name)
            taken.insert(name);
    }
    for (auto& [name, written] : m_names) {
        if (written == name)
            continue;
        losses.add(what);
        const std::string base = written;
        for (int n = 2; !taken.insert(written).second; ++n)
            written = base + "-" + std::to_string(n);
    }
}

WritableNames listedNames(const LabelSet& labels, LossBook& losses)
{
    const auto listed = [](std::string name) {
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        if (name.starts_with('#'))
            name.front() = '_';
        return name;
    };
    return {labels, listed, "names of classes lost their line breaks, or the # at their beginning", losses};
}

WritableNames blankFreeNames(const LabelSet& labels, char replacement, LossBook& losses)
{
    const auto isBlank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    const auto withoutBlanks = [&](std::string name) {
        std::replace_if(name.begin(), name.end(), isBlank, replacement);
        return name;
    };
    return {labels, withoutBlanks, "names of classes had their blanks replaced", losses};
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
