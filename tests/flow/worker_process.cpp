// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flow/worker_process.h"

#include "core/base/random.h"
#include "tests/flow/program.h"
#include "tests/support/test_folders.h"

#include <cstdio>

namespace trainyard::test {

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kEdge = 40;

} // namespace

WorkerProcess::WorkerProcess()
{
    const auto program = binFolder().parent_path() / "libexec/trainyard/trainyard-engine";
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QString::fromStdString(program.string()), {QStringLiteral("worker")});
    m_process.waitForStarted();
}

WorkerProcess::~WorkerProcess()
{
    m_process.kill();
    m_process.waitForFinished();
}

int WorkerProcess::send(Json request)
{
    request["id"] = m_next;
    sendText(QByteArray::fromStdString(jsonLine(request)));
    return m_next++;
}

void WorkerProcess::sendText(const QByteArray& line)
{
    m_process.write(line + '\n');
    m_process.waitForBytesWritten();
}

Json WorkerProcess::next()
{
    for (;;) {
        while (!m_process.canReadLine())
            if (!m_process.waitForReadyRead(kPatienceMs))
                return {};
        const auto line = parseJson(m_process.readLine().toStdString(), "worker");
        if (!line)
            return {};
        if (!line->contains("progress"))
            return *line;
        m_progress.push_back(*line);
    }
}

Json WorkerProcess::ask(Json request)
{
    const int id = send(std::move(request));
    for (;;) {
        Json answer = next();
        if (answer.is_null() || answer["id"] == id)
            return answer;
    }
}

int WorkerProcess::end()
{
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(kPatienceMs))
        return -1;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -2;
}

std::vector<ListedItem> listedItems(const std::filesystem::path& project)
{
    const ProgramResult list = runProgram(
        {"--project", QString::fromStdString(project.string()), "items", "--json"}, project.parent_path());
    std::vector<ListedItem> items;
    for (const Json& item : jsonValue(list.json, "items", Json(Json::array())))
        items.push_back({item["id"].get<ItemId>(), item["path"].get<std::string>(),
                         jsonValue<std::string>(item, "class", ""),
                         jsonValue<std::string>(item, "split", "")});
    return items;
}

void makeTwoKinds(const std::filesystem::path& folder, int count)
{
    std::filesystem::create_directories(folder);
    for (int i = 0; i < count; ++i) {
        CounterRandom random(9, RandomPurpose::Sample, 0, static_cast<std::uint64_t>(i));
        const bool isDisc = i % 2 == 0;
        const int shift = static_cast<int>(random.below(9)) - 4;
        std::string pixels;
        for (int y = 0; y < kEdge; ++y)
            for (int x = 0; x < kEdge; ++x) {
                const int dx = x - kEdge / 2 - shift;
                const int dy = y - kEdge / 2 + shift;
                const bool isInside = isDisc ? dx * dx + dy * dy < 120 : (x + shift + 8) / 5 % 2 == 0;
                const int ground = 90 + static_cast<int>(random.below(60));
                pixels += static_cast<char>(isInside && isDisc ? 220 : ground);
                pixels += static_cast<char>(isInside ? 40 : ground);
                pixels += static_cast<char>(isInside && !isDisc ? 220 : isInside ? 40 : ground);
            }
        char name[32];
        std::snprintf(name, sizeof name, "%s-%03d.ppm", isDisc ? "disc" : "bars", i);
        writeTestFile(folder / name, "P6\n40 40\n255\n" + pixels);
    }
}

} // namespace trainyard::test
