// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What every source of the engine that touches tensors includes.
#include "core/engine/detail/torch_compat.h"
#include "core/network/network_spec.h"
#include "core/storage/safetensors.h"
