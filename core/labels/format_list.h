// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// One function for each exchange format, for the table in formats.cpp alone.
FormatSpec cifarFormat();
FormatSpec cityscapesFormat();
FormatSpec cocoFormat();
FormatSpec csvTableFormat();
FormatSpec cvatFormat();
FormatSpec dotaFormat();
FormatSpec huggingFaceFormat();
FormatSpec idxFormat();
FormatSpec imageFolderFormat();
FormatSpec kittiFormat();
FormatSpec labelMeFormat();
FormatSpec labelStudioFormat();
FormatSpec maskColourFormat();
FormatSpec maskIndexFormat();
FormatSpec openImagesFormat();
FormatSpec vocFormat();
FormatSpec webDatasetFormat();
FormatSpec yoloFormat();

} // namespace trainyard
