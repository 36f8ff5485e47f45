// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <filesystem>
#include <memory>
#include <string>

namespace trainyard {

/// Writes a TensorBoard event file of scalars (framing and protobuf fields as TensorBoard reads them). One
/// writer, one thread; a resumed run makes a new file whose first event carries the step from which it goes
/// on.
class EventFileWriter
{
public:
    static Result<std::unique_ptr<EventFileWriter>> create(IoEnv& io, const std::filesystem::path& folder,
                                                           double wallSeconds, std::int64_t resumeStep = -1);
    virtual ~EventFileWriter() = default;
    virtual Result<void> addScalar(const std::string& tag, std::int64_t step, double value,
                                   double wallSeconds) = 0;
    virtual Result<void> flush() = 0;
};

} // namespace trainyard
