// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_protocol.h"

#include "core/storage/hash.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>

namespace trainyard {

namespace {

constexpr std::size_t kMostDescriptors = 2;

union ControlBuffer {
    cmsghdr aligned;
    char bytes[CMSG_SPACE(sizeof(int) * kMostDescriptors)];
};

} // namespace

std::uint64_t pictureContentHash(std::string_view bytes)
{
    return xxh3(bytes);
}

bool sendMessage(int socket, const void* message, std::size_t bytes, std::initializer_list<int> descriptors)
{
    iovec part{const_cast<void*>(message), bytes};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    ControlBuffer control{};
    if (descriptors.size() > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(rights), descriptors.begin(), sizeof(int) * descriptors.size());
    }
    ssize_t sent = -1;
    do {
        sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(bytes);
}

int receiveMessage(int socket, void* message, std::size_t bytes, std::vector<int>& descriptors)
{
    iovec part{message, bytes};
    ControlBuffer control{};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof(control.bytes);
    ssize_t got = -1;
    do {
        got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        return 0;
    for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights != nullptr; rights = CMSG_NXTHDR(&header, rights)) {
        if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        const std::size_t before = descriptors.size();
        descriptors.resize(before + count);
        std::memcpy(descriptors.data() + before, CMSG_DATA(rights), count * sizeof(int));
    }
    const bool isWhole =
        (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 && static_cast<std::size_t>(got) == bytes;
    return isWhole ? static_cast<int>(got) : -1;
}

} // namespace trainyard
