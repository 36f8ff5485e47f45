// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/imaging/decoder_pool.h"
#include "core/jobs/job.h"
#include "core/project/project.h"

#include <memory>
#include <string>
#include <vector>

namespace trainyard::engine {

/// Paths travel as text, or as {"b64": ...} where their bytes are not UTF-8.
std::string bytesFromJson(const Json& value);
Json bytesToJson(const std::string& bytes);
/// A text or path of the request; empty where it is absent.
std::string requestText(const Json& request, const char* key);

/// The project that the job belongs to; NotFound where it has none.
Result<std::unique_ptr<Project>> openProject(const JobRequest& job, Project::OpenMode mode);
/// One child for each core.
std::unique_ptr<DecoderPool> makeDecoders();
/// "2026-11-23T10-15-02-a1b2".
std::string freshId();

/// "97.3 %".
std::string percentText(double share);

} // namespace trainyard::engine
