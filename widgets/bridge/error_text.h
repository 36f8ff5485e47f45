// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QString>

namespace trainyard::widgets {

/// An error in words for a person: what happened in one sentence, the way out, and the details behind it.
struct ErrorText
{
    QString sentence;
    QString remedy;  ///< what to do next; may be empty where the sentence says it
    QString details; ///< for "Copy": code, message and context

    [[nodiscard]] QString whole() const; ///< the sentence and the way out, as two sentences
};

ErrorText errorText(const Error& error);

} // namespace trainyard::widgets
