// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/starter_weights.h"

#include "core/network/builders.h"

#include <array>

namespace trainyard {

Result<std::filesystem::path> starterWeightsFile(const std::string& network)
{
    namespace fs = std::filesystem;
    const NetworkKind* kind = networkKind(network);
    if (kind == nullptr || kind->weights == nullptr)
        return fail(ErrorCode::Unsupported, "there are no starter weights for the network '" + network + "'");
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
    const std::array<fs::path, 2> places{program.parent_path(), program.parent_path().parent_path()};
    for (const fs::path& place : places) {
        fs::path file = place / "share" / "trainyard" / "backbones" / kind->weights;
        if (fs::is_regular_file(file, error))
            return file;
    }
    return fail(ErrorCode::NotFound, std::string(kind->weights) + " is neither in " +
                                         (places[0] / "share/trainyard/backbones").string() + " nor in " +
                                         (places[1] / "share/trainyard/backbones").string() +
                                         "; the installation is not complete");
}

} // namespace trainyard
