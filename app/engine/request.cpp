// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/request.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <thread>

namespace trainyard::engine {

std::string bytesFromJson(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_object() ? base64Decode(jsonValue<std::string>(value, "b64", "")) : std::string();
}

Json bytesToJson(const std::string& bytes)
{
    return isUtf8(bytes) ? Json(bytes) : Json{{"b64", base64Encode(bytes)}, {"display", displayText(bytes)}};
}

std::string requestText(const Json& request, const char* key)
{
    return request.is_object() && request.contains(key) ? bytesFromJson(request.at(key)) : std::string();
}

Result<std::unique_ptr<Project>> openProject(const JobRequest& job, Project::OpenMode mode)
{
    if (job.project.empty())
        return fail(ErrorCode::NotFound, "'" + job.verb + "' needs a project; name one with --project DIR");
    return Project::open(job.project, mode, job.author);
}

std::unique_ptr<DecoderPool> makeDecoders()
{
    return DecoderPool::create(helperProgram("trainyard-decode"),
                               std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

std::string freshId()
{
    std::random_device device;
    char ending[8];
    std::snprintf(ending, sizeof ending, "%04x", device() & 0xffffU);
    return utcFolderText(systemClock().utcMilliseconds()) + "-" + ending;
}

std::string percentText(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", share * 100.0);
    return text;
}

} // namespace trainyard::engine
