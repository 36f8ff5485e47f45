// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/collection/import_case.h"

#include "core/base/random.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/resize.h"
#include "core/project/annotation_edits.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace trainyard::test {

namespace {

template <typename Value>
Value need(Result<Value> result)
{
    if (!result) {
        std::fprintf(stderr, "%s (%s)\n", result.error().message.c_str(), result.error().context.c_str());
        std::abort();
    }
    return std::move(*result);
}

} // namespace

Image smoothPicture(std::uint64_t seed, int width, int height)
{
    CounterRandom random(seed, RandomPurpose::Plant, 0, 0);
    Image grid{4, 4, std::vector<std::uint8_t>(48)};
    for (std::uint8_t& value : grid.pixels)
        value = static_cast<std::uint8_t>(random.below(256));
    return resizeImage(grid, width, height);
}

std::string halfOf(const std::string& jpeg)
{
    const std::size_t scan = jpeg.rfind("\xFF\xDA");
    if (scan == std::string::npos)
        std::abort();
    return jpeg.substr(0, scan + (jpeg.size() - scan) / 2);
}

std::string vocText(const std::string& picture, int width, int height,
                    const std::vector<std::string>& objects)
{
    std::ostringstream text;
    text << "<annotation>\n<filename>" << picture << "</filename>\n<size><width>" << width
         << "</width><height>" << height << "</height></size>\n";
    for (const std::string& object : objects) {
        std::istringstream words(object);
        std::string name, xmin, ymin, xmax, ymax;
        words >> name >> xmin >> ymin >> xmax >> ymax;
        text << "<object><name>" << name << "</name><bndbox><xmin>" << xmin << "</xmin><ymin>" << ymin
             << "</ymin><xmax>" << xmax << "</xmax><ymax>" << ymax << "</ymax></bndbox></object>\n";
    }
    text << "</annotation>\n";
    return text.str();
}

ImportCase::ImportCase()
{
    std::filesystem::create_directories(source());
    need(Project::create(projectFolder(), {}));
    m_project = need(Project::open(projectFolder(), Project::OpenMode::ReadWrite, "tester@here/test"));
    m_decoders = DecoderPool::create(helperProgram("trainyard-decode"), 2);
}

void ImportCase::addPicture(const std::string& path, std::uint64_t seed, int width, int height)
{
    addFile(path, need(encodeJpeg(smoothPicture(seed, width, height), 90)));
}

void ImportCase::addFile(const std::string& path, const std::string& bytes)
{
    writeTestFile(source() / path, bytes);
}

ImportRequest ImportCase::request() const
{
    ImportRequest request;
    request.source = source();
    return request;
}

ImportResult ImportCase::import(const ImportRequest& request)
{
    ImportResult result = need(importSource(project(), decoders(), request, Cancellation(), {}));
    if (result.accepted + result.leftOut + result.rejected != result.read)
        std::abort();
    return result;
}

std::string ImportCase::table()
{
    std::vector<std::string> lines;
    for (const Item& item : need(project().items())) {
        const ItemClass* itemClass = project().classById(item.classId);
        lines.push_back(item.path + " " + (itemClass == nullptr ? "-" : itemClass->name) + " " +
                        std::string(fileStateName(item.fileState)) + " " +
                        std::string(reviewStateName(item.reviewState)));
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

Item ImportCase::itemAt(const std::string& path)
{
    for (const Item& item : need(project().items()))
        if (item.path == path)
            return item;
    std::fprintf(stderr, "there is no item %s\n", path.c_str());
    std::abort();
}

void ImportCase::addOpinion(const std::string& path, const std::string& className, const Shape& shape)
{
    Annotation opinion;
    opinion.item = itemAt(path).id;
    opinion.classId = m_project->classByName(className)->id;
    opinion.shape = shape;
    opinion.sourceName = "bob";
    need(m_project->applyNow(need(makeAddAnnotation(*m_project, opinion))));
}

Box ImportCase::boxAt(const std::string& path)
{
    const std::vector<Annotation> annotations = need(project().annotations(itemAt(path).id));
    return std::get<Box>(annotations.at(0).shape);
}

std::vector<Issue> ImportCase::issues(IssueKind kind)
{
    return need(project().issues(kind, std::nullopt));
}

} // namespace trainyard::test
