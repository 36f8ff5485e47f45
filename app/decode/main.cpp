// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/decoder_service.h"
#include "core/imaging/decoder_protocol.h"

#include <cstdio>
#include <sys/socket.h>

int main()
{
    int type = 0;
    socklen_t size = sizeof type;
    if (getsockopt(trainyard::kDecoderSocket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
        type != SOCK_SEQPACKET) {
        std::fputs("trainyard-decode is started by Trainyard's other programs and has no use of its own.\n",
                   stderr);
        return 2;
    }
    return trainyard::codecs::serveDecoder(trainyard::kDecoderSocket);
}
