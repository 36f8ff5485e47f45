// SPDX-License-Identifier: GPL-3.0-or-later
// What no program of Trainyard may do: the gate for loading code from data must catch this one.
#include <torch/script.h>
#include <torch/torch.h>

int main(int count, char** arguments)
{
    if (count < 3)
        return 2;
    torch::Tensor tensor;
    torch::load(tensor, arguments[1]);
    const auto module = torch::jit::load(arguments[2]);
    return static_cast<int>(module.buffers().size() + static_cast<std::size_t>(tensor.numel()));
}
