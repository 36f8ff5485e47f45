// SPDX-License-Identifier: GPL-3.0-or-later
// How soon suggestions follow labels, through the window's own classes and the real worker:
//   suggestion_bench many FOLDER ITEMS     made-up embeddings of that many items, labels in batches
//   suggestion_bench photos FOLDER PHOTOS  pictures imported into an empty project, two labels for each of
//   two classes
#include "core/base/random.h"
#include "core/imaging/decoder_pool.h"
#include "core/labels/facts.h"
#include "core/project/edits.h"
#include "widgets/bridge/suggestions.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

constexpr std::size_t kWidth = 1280;
constexpr std::size_t kClasses = 10;

template <typename T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "suggestion_bench: %s\n", result.error().message.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// Runs the event loop until `isDone`; gives the longest time that it was held up.
qint64 runUntil(const std::function<bool()>& isDone, int patienceMs = 120'000)
{
    QEventLoop loop;
    QTimer timer;
    QElapsedTimer sinceTick;
    QElapsedTimer all;
    qint64 longest = 0;
    sinceTick.start();
    all.start();
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        longest = std::max(longest, sinceTick.restart());
        if (isDone() || all.elapsed() > patienceMs)
            loop.quit();
    });
    timer.start(1);
    loop.exec();
    return longest;
}

void makeProject(const std::filesystem::path& folder, int count)
{
    const auto project = must(Project::create(folder, {}));
    Edit edit{"import", "made up", {}};
    const SourceRoot root{must(project->newId()), "pictures", true};
    edit.rows.push_back(rowForNewRoot(root));
    for (std::size_t k = 0; k < kClasses; ++k)
        edit.rows.push_back(
            rowForNewClass({must(project->newId()), "class " + std::to_string(k), 0x808080, ""}));
    for (int i = 0; i < count; ++i) {
        Item item;
        item.id = must(project->newId());
        item.root = root.id;
        item.path = "picture-" + std::to_string(i) + ".jpg";
        item.contentHash = static_cast<std::uint64_t>(i) + 1;
        item.width = item.height = 32;
        edit.rows.push_back(rowForNewItem(item));
    }
    must(project->applyNow(edit));
}

/// The measure that the worker of this machine gives its embeddings.
std::string measureOf(const std::filesystem::path& folder)
{
    WorkerClient client(helperProgram("trainyard-engine"));
    std::string model;
    client.ask(
        [path = folder.string()] {
            return Json{{"verb", "suggest"}, {"project", path}};
        },
        [&](const auto& answer) { model = jsonValue<std::string>(*must(answer), "model", ""); });
    runUntil([&] { return !model.empty(); });
    return model.substr(std::string("probe of ").size());
}

void makeEmbeddings(const std::filesystem::path& folder, const std::string& measure, const Project& project)
{
    FactStore facts(folder, "embeddings", measure);
    std::vector<FactRow> rows;
    std::size_t index = 0;
    for (const ItemColumns& item : project.columns()) {
        CounterRandom random(1, RandomPurpose::Sample, 0, index);
        std::vector<float> values(kWidth);
        for (std::size_t d = 0; d < kWidth; ++d)
            values[d] =
                static_cast<float>(random.uniform() + (d % kClasses == index % kClasses ? 0.05 : 0.0));
        rows.push_back({item.id, item.contentHash, 0, std::move(values)});
        ++index;
        if (rows.size() == 4096) {
            must(facts.append(rows));
            rows.clear();
        }
    }
    must(facts.append(rows));
}

void label(ProjectDocument& document, std::span<const ItemId> items, ClassId classId)
{
    must(document.apply(makeSetClass(document.project(), items, classId)));
}

int many(const std::filesystem::path& folder, int count)
{
    makeProject(folder, count);
    auto document = must(ProjectDocument::open(folder));
    makeEmbeddings(folder, measureOf(folder), document->project());
    Suggestions suggestions(*document, helperProgram("trainyard-engine"));
    std::size_t next = 0;
    QElapsedTimer timer;
    timer.start();
    suggestions.start();
    qint64 held = runUntil([&] { return suggestions.progress().measured == count; });
    std::printf("%d items; the worker has loaded them after %lld ms; window held up for at most %lld ms\n",
                count, static_cast<long long>(timer.elapsed()), static_cast<long long>(held));
    for (const std::size_t batch : {20U, 20U, 20U, 100U, 1000U, 20U, 4000U, 20U, 5000U, 20U}) {
        timer.start();
        for (std::size_t k = 0; k < kClasses; ++k) {
            std::vector<ItemId> items;
            for (std::size_t i = 0; i < batch; ++i)
                if (i % kClasses == k)
                    items.push_back(document->project().columns()[next + i].id);
            label(*document, items, document->project().classes()[k].id);
        }
        const qint64 applied = timer.elapsed();
        next += batch;
        timer.start();
        bool isNew = false;
        const auto watch = QObject::connect(&suggestions, &Suggestions::changed, [&] {
            // the list of before holds items that are labelled now
            isNew = isNew || suggestions.suggestion(document->project().columns()[next].id).has_value();
        });
        runUntil([&] { return isNew && timer.elapsed() > 5; });
        isNew = false;
        QObject::disconnect(watch);
        std::printf("%zu labels more, %zu in all: edit %lld ms; new suggestions for %d items after %lld ms\n",
                    batch, next, static_cast<long long>(applied), count - static_cast<int>(next),
                    static_cast<long long>(timer.elapsed()));
    }
    return 0;
}

int photos(const std::filesystem::path& folder, const std::filesystem::path& source)
{
    const auto trainyard =
        QString::fromStdString((helperProgram("trainyard-engine").parent_path() / "../../bin/trainyard")
                                   .lexically_normal()
                                   .string());
    QElapsedTimer timer;
    must(Project::create(folder, {}));
    timer.start();
    const int code = QProcess::execute(trainyard, {"--project", QString::fromStdString(folder.string()),
                                                   "import", QString::fromStdString(source.string())});
    const qint64 imported = timer.elapsed();
    if (code != 0)
        return code;
    auto document = must(ProjectDocument::open(folder));
    Suggestions suggestions(*document, helperProgram("trainyard-engine"));
    suggestions.start();
    const auto columns = document->project().columns();
    const std::size_t count = columns.size();
    must(document->apply(makeAddClass(document->project(), "one", 0x2f6fde, "1")));
    must(document->apply(makeAddClass(document->project(), "two", 0xd1571b, "2")));
    const std::vector<ItemId> one{columns[0].id, columns[1].id};
    const std::vector<ItemId> two{columns[count - 1].id, columns[count - 2].id};
    label(*document, one, document->project().classByName("one")->id);
    label(*document, two, document->project().classByName("two")->id);
    const auto suggested = [&] {
        std::size_t number = 0;
        for (const ItemColumns& item : document->project().columns())
            number += suggestions.suggestion(item.id).has_value() ? 1 : 0;
        return number;
    };
    runUntil([&] { return suggested() > 0; });
    const qint64 first = timer.elapsed();
    runUntil([&] { return suggested() == count - 4; });
    std::printf("%zu photos: imported after %lld ms, first suggestions after %lld ms, all after %lld ms\n",
                count, static_cast<long long>(imported), static_cast<long long>(first),
                static_cast<long long>(timer.elapsed()));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QLatin1String("many"))
        return many(arguments[2].toStdString(), arguments[3].toInt());
    if (arguments.size() == 4 && arguments[1] == QLatin1String("photos"))
        return photos(arguments[2].toStdString(), arguments[3].toStdString());
    std::fprintf(stderr, "usage: suggestion_bench many FOLDER ITEMS | photos FOLDER PHOTOS\n");
    return 2;
}
