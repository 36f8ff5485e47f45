// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/pictures.h"
#include "core/engine/network_runner.h"
#include "core/project/item.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trainyard::engine {

/// An item with the place of its file.
struct ItemFile
{
    Item item;
    std::string path; ///< absolute
};

/// Pictures of some items as the starter network takes them.
struct PreparedItems
{
    struct Group
    {
        int edge = 0;
        std::vector<std::uint8_t> pixels;
        std::vector<std::size_t> places; ///< in the list of items
    };
    std::vector<Group> groups;
    std::size_t count = 0; ///< of items, with those whose file cannot be read
};

/// The starter network as a measure of pictures: 1,280 numbers for each, the input of its last layer.
///
/// A picture of at most 64 pixels is measured at 96 x 96, any other at 128 x 128; measure() names the rule,
/// the network, its weights and the arithmetic, and goes with every stored row. prepare() may run on any
/// thread, run() on one at a time.
class Embedder
{
public:
    static Result<Embedder> create();

    [[nodiscard]] const std::string& measure() const { return m_measure; }
    static int edgeFor(const Item& item);

    [[nodiscard]] Result<PreparedItems> prepare(const std::vector<ItemFile>& items, DecoderPool& decoders,
                                                const Cancellation& cancellation) const;
    /// One row an item; empty where the file cannot be read.
    Result<std::vector<std::vector<float>>> run(const PreparedItems& prepared);

private:
    Result<NetworkRunner*> runnerFor(int edge);

    std::string m_measure;
    bool m_usesBfloat16 = false;
    TensorFile m_weights;
    std::map<int, Preprocess> m_preprocess; ///< by edge
    std::map<int, std::unique_ptr<NetworkRunner>> m_runners;
};

} // namespace trainyard::engine
