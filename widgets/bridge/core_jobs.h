// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// JobWorker has a function emit(), which Qt's keyword of the same name would blank out.
#pragma push_macro("emit")
#undef emit
#include "core/jobs/job.h"
#pragma pop_macro("emit")
