// SPDX-License-Identifier: GPL-3.0-or-later
// A person who labels without a pause through the studio's document: document_child FOLDER SEED ITEMS
// It says one line at a time on standard output, so that a kill loses nothing that it said:
//   t GESTURE ITEM DIGEST   before a gesture: what the item's labels will be
//   a GESTURE REVISION      it is on the disk
//   u / v ITEM DIGEST REVISION    before and after an undo
#include "core/base/random.h"
#include "tests/core/project/label_digest.h"
#include "tests/core/project/project_fixture.h"
#include "widgets/bridge/project_document.h"

#include <QCoreApplication>
#include <QTimer>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;
using namespace trainyard::widgets;

namespace {

constexpr std::int64_t kMostPending = 3; ///< gestures that may wait for the disk

void say(const std::string& line)
{
    const std::string bytes = line + "\n";
    if (::write(STDOUT_FILENO, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        ::_exit(3);
}

class Labeller
{
public:
    Labeller(ProjectDocument& document, std::uint64_t seed, std::uint64_t items)
        : m_document(document), m_random(seed, RandomPurpose::Sample, 0, 0), m_items(items)
    {
        QObject::connect(&document, &ProjectDocument::changed, &document, [this](const Change& change) {
            if (const auto* saved = std::get_if<Saved>(&change); saved != nullptr && saved->edit != 0)
                say("a " + std::to_string(saved->edit) + " " + std::to_string(saved->revision));
            if (isChange<NotSaved>(change))
                ::_exit(4);
        });
    }

    void gesture()
    {
        if (m_document.pendingEdits() >= kMostPending)
            return;
        if (m_random.below(8) == 0)
            return undo();
        Project& project = m_document.project();
        const ItemId item = project.columns()[m_random.below(m_items)].id;
        const Edit edit = VALUE(labelGesture(project, item, m_random));
        if (edit.rows.empty())
            return;
        // The line goes out before the edit can be on the disk; the digest is that of memory afterwards.
        say("p " + std::to_string(item));
        const EditId id = VALUE(m_document.apply(edit));
        say("t " + std::to_string(id) + " " + std::to_string(item) + " " +
            std::to_string(labelDigest(project, item)));
    }

private:
    void undo()
    {
        say("u");
        const auto items = m_document.undo();
        if (!items)
            return say("n"); // nothing to undo
        for (const ItemId item : *items)
            say("v " + std::to_string(item) + " " + std::to_string(labelDigest(m_document.project(), item)) +
                " " + std::to_string(m_document.lastSaved().revision));
    }

    ProjectDocument& m_document;
    CounterRandom m_random;
    std::uint64_t m_items;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    const QCoreApplication application(argc, argv);
    const auto document = VALUE(ProjectDocument::open(argv[1]));
    Labeller labeller(*document, std::stoull(argv[2]), std::stoull(argv[3]));
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] { labeller.gesture(); });
    timer.start(0);
    say("ready");
    return QCoreApplication::exec();
}
