// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Facts are written by imports as well, so the store lies in a room that both may include.
#include "core/labels/facts.h" // IWYU pragma: export
