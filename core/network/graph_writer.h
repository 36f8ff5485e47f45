// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"

#include <string>

namespace trainyard {

struct ConvolutionShape
{
    std::int64_t in = 0;
    std::int64_t out = 0;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t groups = 1;
};

struct BatchNormSettings
{
    double epsilon = 1e-5;
    double momentum = 0.1;
};

/// Appends operations and their parameters to a network, in order. Operation, parameter prefix and value
/// share one name, as PyTorch modules do. Every call gives the name of the value it made.
class GraphWriter
{
public:
    GraphWriter(NetworkSpec& spec, bool usesSamePadding, BatchNormSettings batchNorm)
        : m_spec(spec), m_usesSamePadding(usesSamePadding), m_batchNorm(batchNorm)
    {
    }

    void setBlock(std::string block) { m_block = std::move(block); }

    /// Without bias; padding SAME, or half the kernel on every side.
    std::string convolution(const std::string& name, const std::string& input, const ConvolutionShape& shape);
    std::string batchNorm(const std::string& name, const std::string& input, std::int64_t channels);
    std::string linear(const std::string& name, const std::string& input, std::int64_t in, std::int64_t out,
                       const std::string& output);
    /// An operation without parameters.
    std::string apply(const std::string& name, const std::string& type, std::vector<std::string> inputs,
                      Json attributes = Json::object(), const std::string& output = {});

private:
    void addParameter(const std::string& name, std::vector<std::int64_t> shape, const char* initialiser,
                      bool isTrainable = true);
    Operation& addOperation(const std::string& name, const std::string& type,
                            std::vector<std::string> inputs);

    NetworkSpec& m_spec;
    bool m_usesSamePadding;
    BatchNormSettings m_batchNorm;
    std::string m_block;
};

/// A classifier's frame: input pictures, preprocessing, labels, outputs "logits" and "embedding".
NetworkSpec classifierFrame(std::string_view name, const std::vector<std::string>& labels, int edge,
                            std::int64_t embeddingSize);

/// Global average pool to "embedding", dropout where the rate is above 0, linear layer to "logits".
void writeClassifierHead(GraphWriter& writer, const std::string& input, std::int64_t embeddingSize,
                         std::int64_t classes, const std::string& linearName, double dropoutRate);

NetworkSpec resnetSmall(const std::vector<std::string>& labels, int edge);
NetworkSpec resnet18(const std::vector<std::string>& labels, int edge);
NetworkSpec efficientNetLite0(const std::vector<std::string>& labels, int edge);

} // namespace trainyard
