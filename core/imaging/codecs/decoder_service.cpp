// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/decoder_service.h"

#include "core/imaging/codecs/codec.h"
#include "core/imaging/codecs/sandbox.h"
#include "core/imaging/decoder_protocol.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace trainyard::codecs {

namespace {

/// The decoded picture (1 GiB at most by default), a turned copy, the file, and the libraries.
constexpr std::uint64_t kAddressSpace = 4ULL << 30;

/// The memory of one slot as this process sees it.
class SlotMemory
{
public:
    /// Takes a new memfd, or the growth of the known one; closes the descriptor.
    bool update(int descriptor, std::uint64_t bytes)
    {
        if (descriptor >= 0) {
            forget();
            void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
            close(descriptor);
            return keep(memory, bytes);
        }
        if (bytes == m_bytes)
            return m_memory != nullptr;
        if (m_memory == nullptr)
            return false;
        return keep(mremap(m_memory, m_bytes, bytes, MREMAP_MAYMOVE), bytes);
    }

    void forget()
    {
        if (m_memory != nullptr)
            munmap(m_memory, m_bytes);
        m_memory = nullptr;
        m_bytes = 0;
    }

    [[nodiscard]] std::span<std::uint8_t> memory() const
    {
        return {static_cast<std::uint8_t*>(m_memory), m_bytes};
    }

private:
    bool keep(void* memory, std::uint64_t bytes)
    {
        if (memory == MAP_FAILED)
            return false;
        m_memory = memory;
        m_bytes = bytes;
        return true;
    }

    void* m_memory = nullptr;
    std::uint64_t m_bytes = 0;
};

/// The file's bytes as far as they come; nothing after a read error. Reading, and not a mapping: a file that
/// somebody cuts off meanwhile would end the process.
bool readAll(int descriptor, std::uint64_t bytes, std::string& target)
{
    target.resize(bytes);
    std::size_t done = 0;
    while (done < bytes) {
        const ssize_t got = pread(descriptor, target.data() + done, bytes - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    target.resize(done);
    return true;
}

void putText(DecodeAnswer& answer, std::string_view damage, std::string_view note)
{
    const std::size_t most = sizeof answer.text;
    damage = damage.substr(0, most);
    note = note.substr(0, most - damage.size());
    std::copy(damage.begin(), damage.end(), answer.text);
    std::copy(note.begin(), note.end(), answer.text + damage.size());
    answer.damageBytes = static_cast<std::uint16_t>(damage.size());
    answer.noteBytes = static_cast<std::uint16_t>(note.size());
}

Task taskOf(const DecodeOrder& order, std::string_view bytes)
{
    Task task;
    task.bytes = bytes;
    task.header.format = static_cast<ImageFormat>(std::clamp<std::int32_t>(order.format, 0, 7));
    task.header.width = order.width;
    task.header.height = order.height;
    task.header.channels = order.channels;
    task.header.bitsPerChannel = order.bitsPerChannel;
    task.header.orientation = order.orientation;
    task.reduction = order.reduction;
    task.wantsIndices = order.wantsIndices != 0;
    return task;
}

class Service
{
public:
    explicit Service(int socket) : m_socket(socket) {}

    bool serveOne()
    {
        DecodeOrder order;
        std::vector<int> descriptors;
        const int got = receiveMessage(m_socket, &order, sizeof order, descriptors);
        const std::size_t expected = order.hasSlotDescriptor != 0 ? 2 : 1;
        if (got <= 0 || order.magic != kDecoderMagic || descriptors.size() != expected ||
            order.slot >= m_slots.size())
            return false;
        SlotMemory& slot = m_slots[order.slot];
        DecodeAnswer answer;
        answer.id = order.id;
        Result<Remarks> remarks = obey(order, descriptors, slot, answer);
        if (remarks) {
            putText(answer, remarks->damage.value_or(""), remarks->note);
        } else {
            answer.status = 1 + static_cast<std::int32_t>(remarks.error().code);
            putText(answer, remarks.error().message, "");
        }
        if (order.slotBytes > kKeptSlotBytes)
            slot.forget();
        if (m_bytes.capacity() > kKeptSlotBytes)
            std::string().swap(m_bytes);
        return sendMessage(m_socket, &answer, sizeof answer);
    }

private:
    Result<Remarks> obey(const DecodeOrder& order, const std::vector<int>& descriptors, SlotMemory& slot,
                         DecodeAnswer& answer)
    {
        bool isRead = false;
        try {
            isRead = readAll(descriptors[0], order.fileBytes, m_bytes);
            close(descriptors[0]);
            if (!slot.update(descriptors.size() > 1 ? descriptors[1] : -1, order.slotBytes))
                return fail(ErrorCode::OutOfMemory, "the decoder has no memory left for the pixels");
            if (!isRead)
                return fail(ErrorCode::IoError, "cannot read the file");
            if (order.wantsContentHash != 0)
                answer.contentHash = pictureContentHash(m_bytes);
            const Task task = taskOf(order, m_bytes);
            const bool isTurned = order.orientation >= 5;
            answer.width = isTurned ? task.height() : task.width();
            answer.height = isTurned ? task.width() : task.height();
            Result<Remarks> remarks = decodeUpright(task, slot.memory());
            if (remarks)
                answer.indices = static_cast<std::uint8_t>(remarks->indices);
            return remarks;
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::OutOfMemory, "the picture needs more memory than a decoder may use");
        }
    }

    int m_socket;
    std::array<SlotMemory, kDecoderSlots> m_slots;
    std::string m_bytes;
};

} // namespace

int serveDecoder(int socket)
{
    closeOthers(socket);
    const auto sandbox = enterSandbox(kAddressSpace);
    DecodeAnswer greeting;
    if (!sandbox) {
        greeting.status = 1 + static_cast<std::int32_t>(sandbox.error().code);
        putText(greeting, sandbox.error().message, "");
        sendMessage(socket, &greeting, sizeof greeting);
        return 1;
    }
    if (!sendMessage(socket, &greeting, sizeof greeting))
        return 0;
    Service service(socket);
    while (service.serveOne()) {
    }
    return 0;
}

} // namespace trainyard::codecs
