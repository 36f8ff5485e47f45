// SPDX-License-Identifier: GPL-3.0-or-later
// Speaks the decoders' protocol and misbehaves by the name under which it is started.
#include "core/imaging/decoder_protocol.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace trainyard;

void answer(DecodeAnswer& message)
{
    sendMessage(kDecoderSocket, &message, sizeof message);
}

/// Reports as an error text whether the memory for pixels can be cut off under the parent.
void tryToShrink(int memory, DecodeAnswer& message)
{
    const bool isShrunk = ftruncate(memory, 0) == 0;
    const char* text = isShrunk ? "shrunk" : std::strerror(errno);
    message.status = 4; // CorruptFile
    message.damageBytes = static_cast<std::uint16_t>(std::strlen(text));
    std::memcpy(message.text, text, message.damageBytes);
    answer(message);
}

void misbehave(std::string_view how, const DecodeOrder& order, int memory)
{
    DecodeAnswer message;
    message.id = order.id;
    message.width = order.width;
    message.height = order.height;
    if (how == "crash")
        std::abort();
    if (how == "exit")
        std::_Exit(3);
    if (how == "spin") {
        volatile bool isSpinning = true;
        while (isSpinning) {
        }
    }
    if (how == "wrong-size") {
        message.width = 1 << 30;
        message.height = 1 << 30;
        answer(message);
    } else if (how == "wrong-id") {
        message.id = order.id + 7;
        answer(message);
    } else if (how == "short-answer") {
        sendMessage(kDecoderSocket, &message, 8);
    } else if (how == "long-text") {
        message.status = 999;
        message.damageBytes = 65535;
        message.noteBytes = 65535;
        std::memset(message.text, '\x1b', sizeof message.text);
        answer(message);
    } else if (how == "shrink") {
        tryToShrink(memory, message);
    } else {
        answer(message);
    }
}

} // namespace

int main(int, char** arguments)
{
    const std::string_view path(arguments[0]);
    const std::string_view how = path.substr(path.rfind('/') + 1);
    if (how == "never-ready")
        return 5;
    DecodeAnswer greeting;
    answer(greeting);
    std::vector<int> descriptors;
    DecodeOrder order;
    int memory = -1; // comes with the first order only
    while (receiveMessage(kDecoderSocket, &order, sizeof order, descriptors) > 0) {
        if (order.hasSlotDescriptor != 0)
            memory = descriptors.back();
        misbehave(how, order, memory);
        close(descriptors.front());
        descriptors.clear();
    }
    return 0;
}
