// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/release/onnx.h"
#include "core/release/package.h"
#include "tests/core/network/network_cases.h"

#include <atomic>

namespace trainyard::test {

/// A classifier with every operation of a picture network and 400 parameters: 8 x 8 pixels, three classes.
NetworkSpec tinyClassifier();

/// The tiny classifier with weights by seed and golden samples whose logits come from the plain references.
PackageContents tinyPackage(std::uint64_t seed);

OnnxTensor onnxTensor(const ReferenceTensor& tensor);
std::vector<double> doubles(const std::vector<float>& values);

/// A clock that stands still until it is moved.
class ManualClock final : public Clock
{
public:
    [[nodiscard]] std::int64_t utcMilliseconds() const override { return m_now; }
    [[nodiscard]] std::int64_t monotonicNanoseconds() const override { return m_now * 1000000; }
    void addDays(double days) { m_now += static_cast<std::int64_t>(days * 24 * 60 * 60 * 1000); }

private:
    std::atomic<std::int64_t> m_now = systemClock().utcMilliseconds();
};

/// Names below a folder with their bytes, for comparing states ("a/b" -> bytes); staging files are left out.
std::map<std::string, std::string> folderState(const std::filesystem::path& folder);

} // namespace trainyard::test
