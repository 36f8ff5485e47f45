// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/format_parts.h"
#include "core/labels/format_text.h"
#include "tests/core/labels/label_compare.h"
#include "tests/core/labels/memory_label_source.h"

#include <QtGlobal>
#include <algorithm>

/// Small sources in memory, what a format reads of them, and that as words.
namespace trainyard::test {

using Files = std::map<std::string, std::string>;
using Pictures = std::map<std::string, PictureSize>;

inline LabelSet readSet(const char* format, Files files, Pictures pictures, const FormatAnswers& answers = {})
{
    MemoryLabelSource source(std::move(files), std::move(pictures));
    auto labels = findLabelFormat(format)->read(source, answers);
    if (!labels)
        qFatal("%s", labels.error().message.c_str());
    if (labels->read != annotationCount(*labels) + std::ssize(labels->rejections))
        qFatal("read %d", static_cast<int>(labels->read));
    return *labels;
}

inline MemoryLabelTarget writtenSet(const char* format, const LabelSet& labels, LossReport* losses = nullptr)
{
    MemoryLabelTarget target;
    const auto result = findLabelFormat(format)->write(labels, target);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    if (losses != nullptr)
        *losses = *result;
    return target;
}

/// "path < label file: class, class", a line for each picture that something is said of, by the path.
inline std::string described(const LabelSet& labels)
{
    std::vector<std::string> lines;
    for (const LabelledPicture& picture : labels.pictures) {
        std::string line = picture.path + " < " + picture.labelFile + ":";
        for (const FileAnnotation& each : picture.annotations)
            line += " " + each.className;
        if (!picture.annotations.empty())
            lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

/// "file, place: reason" a line.
inline std::string rejected(const LabelSet& labels)
{
    std::string text;
    for (const Rejection& each : labels.rejections)
        text += each.path + ", " + each.place + ": " + each.reason + "\n";
    return text;
}

inline bool hasNote(const LossReport& losses, const std::string& part)
{
    return std::any_of(losses.notes.begin(), losses.notes.end(),
                       [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

inline const FileAnnotation& first(const LabelSet& labels)
{
    for (const LabelledPicture& picture : labels.pictures)
        if (!picture.annotations.empty())
            return picture.annotations.front();
    qFatal("no annotation");
}

inline std::string bigEndian(const std::vector<std::uint32_t>& numbers)
{
    std::string bytes;
    for (const std::uint32_t number : numbers)
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(number >> shift & 255);
    return bytes;
}

inline std::string labelMe(const std::string& picture, const std::string& label)
{
    return R"({"imagePath":")" + picture + R"(","shapes":[{"label":")" + label +
           R"(","group_id":1,"points":[[1,1],[9,1],[9,9]]}]})";
}

inline std::string cvatTrack(const std::string& label)
{
    return "<annotations><track id=\"0\" label=\"" + label +
           "\"><box frame=\"0\" outside=\"0\" xtl=\"1\" ytl=\"1\" xbr=\"5\" "
           "ybr=\"5\"/></track></annotations>";
}

inline std::string cityOutline(const std::string& label)
{
    return R"({"imgHeight":50,"imgWidth":100,"objects":[{"label":")" + label +
           R"(","polygon":[[1,1],[9,1],[9,9]]}]})";
}

/// A file of one picture, a.jpg, and what `annotations` says.
inline std::string coco(const std::string& annotations, const std::string& picture = "a.jpg")
{
    return R"({"images":[{"id":1,"file_name":")" + picture +
           R"(","width":100,"height":50}],"categories":[{"id":1,"name":"person"}],"annotations":[)" +
           annotations + "]}";
}

inline std::string studio(const std::string& results)
{
    return R"([{"data":{"image":"a.jpg"},"annotations":[{"result":[)" + results + "]}]}]";
}

inline std::string studioBox(int width, int height)
{
    return R"({"type":"rectanglelabels","original_width":)" + std::to_string(width) +
           R"(,"original_height":)" + std::to_string(height) +
           R"(,"value":{"x":50,"y":20,"width":20,"height":10,"rectanglelabels":["a"]}})";
}

/// A picture with a box for each path, its split the first folder's where that is one.
inline LabelSet boxesOf(const std::vector<std::string>& paths)
{
    LabelSet labels;
    for (const std::string& path : paths) {
        LabelledPicture picture;
        picture.path = path;
        picture.width = 100;
        picture.height = 50;
        picture.split = splitOfPath(path);
        FileAnnotation box;
        box.className = "cat";
        box.shape = Box{10, 5, 20, 10};
        picture.annotations.push_back(box);
        labels.pictures.push_back(picture);
    }
    addMissingClasses(labels);
    labels.read = annotationCount(labels);
    return labels;
}

inline const PictureSize kSize{100, 50, 1};

} // namespace trainyard::test
