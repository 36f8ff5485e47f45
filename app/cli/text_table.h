// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace trainyard::cli {

/// Lines of columns for a terminal: left-aligned text, right-aligned numbers, two spaces between.
class TextTable
{
public:
    explicit TextTable(std::vector<std::string> header) { m_rows.push_back(std::move(header)); }
    void add(std::vector<std::string> row) { m_rows.push_back(std::move(row)); }
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::vector<std::string>> m_rows;
};

/// "1,234".
std::string withThousands(long long number);
/// "97.3 %".
std::string percent(double share);
/// "3 min 20 s".
std::string durationText(double seconds);

} // namespace trainyard::cli
