// SPDX-License-Identifier: GPL-3.0-or-later
// What owns precompiled headers needs a source; tests/support/CMakeLists.txt says which they are.
int main()
{
    return 0;
}
