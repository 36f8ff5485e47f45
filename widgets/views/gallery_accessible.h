// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace trainyard::widgets {

/// Lets screen readers know the gallery: its name, how many items it shows and has chosen, and the current
/// one in words. Installed once for the program.
void installGalleryAccessibility();

} // namespace trainyard::widgets
