// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/job_view.h"

#include "widgets/bridge/text.h"

#include <QCoreApplication>

namespace trainyard::widgets {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("jobs", text);
}

struct VerbWords
{
    const char* verb;
    const char* title;
    const char* subjectKey; ///< field of the request that names what it works on
};

constexpr VerbWords kVerbs[] = {
    {"import", QT_TRANSLATE_NOOP("jobs", "Import pictures"), "source"},
    {"export-dataset", QT_TRANSLATE_NOOP("jobs", "Export the dataset"), "folder"},
    {"check", QT_TRANSLATE_NOOP("jobs", "Check the collection"), nullptr},
    {"fix", QT_TRANSLATE_NOOP("jobs", "Fix issues"), "kind"},
    {"train", QT_TRANSLATE_NOOP("jobs", "Train"), "run"},
    {"evaluate", QT_TRANSLATE_NOOP("jobs", "Evaluate"), "model"},
    {"package", QT_TRANSLATE_NOOP("jobs", "Export a package"), "out"},
    {"publish", QT_TRANSLATE_NOOP("jobs", "Publish"), "name"},
    {"predict", QT_TRANSLATE_NOOP("jobs", "Try pictures"), "model"},
    {"verify", QT_TRANSLATE_NOOP("jobs", "Verify a package"), "package"},
    {"demo", QT_TRANSLATE_NOOP("jobs", "Set up the sample"), "dir"},
    {"doctor", QT_TRANSLATE_NOOP("jobs", "Look at this machine"), nullptr},
};

const VerbWords* wordsFor(const std::string& verb)
{
    for (const VerbWords& words : kVerbs)
        if (verb == words.verb)
            return &words;
    return nullptr;
}

std::int64_t number(const Json& result, const char* key)
{
    return jsonValue<std::int64_t>(result, key, 0);
}

QString importText(const Json& result)
{
    QString text = tr("%1 read: %2 added, %3 already here, %4 changed, %5 rejected")
                       .arg(countText(number(result, "read")), countText(number(result, "added")),
                            countText(number(result, "unchanged")), countText(number(result, "changed")),
                            countText(number(result, "rejected")));
    if (number(result, "damaged") > 0)
        text += tr(", %1 damaged").arg(countText(number(result, "damaged")));
    return text;
}

QString checkText(const Json& result)
{
    std::int64_t open = 0;
    std::int64_t added = 0;
    for (const auto& [key, sum] : {std::pair{"found", &open}, std::pair{"added", &added}}) {
        if (!result.contains(key) || !result.at(key).is_object())
            continue;
        for (const auto& [kind, count] : result.at(key).items())
            if (count.is_number_integer())
                *sum += count.get<std::int64_t>();
    }
    return tr("%1 open issues, %2 of them new").arg(countText(open), countText(added));
}

QString figureText(const Json& result)
{
    const double accuracy = jsonValue<double>(result, "accuracy", -1);
    if (accuracy < 0)
        return {};
    return tr("accuracy %1").arg(percentText(accuracy));
}

QString doneText(const std::string& verb, const Json& result)
{
    if (verb == "import")
        return importText(result);
    if (verb == "export-dataset")
        return tr("%1 pictures with %2 labels in %3 files; %4 left out")
            .arg(countText(number(result, "pictures")), countText(number(result, "labels")),
                 countText(number(result, "files")), countText(number(result, "left_out")));
    if (verb == "check")
        return checkText(result);
    if (verb == "train") {
        const double accuracy = jsonValue<double>(result, "bestValidationAccuracy", -1);
        return accuracy >= 0 ? tr("done, best validation accuracy %1").arg(percentText(accuracy))
                             : tr("done");
    }
    if (verb == "publish" && result.contains("name"))
        return tr("published as %1:%2")
            .arg(shown(jsonValue<std::string>(result, "name", {})))
            .arg(number(result, "version"));
    if (verb == "package" && result.contains("package"))
        return tr("written to %1").arg(shown(jsonValue<std::string>(result, "package", {})));
    const QString figure = figureText(result);
    return figure.isEmpty() ? tr("done") : figure;
}

} // namespace

QString jobTitle(const JobRequest& request)
{
    const VerbWords* words = wordsFor(request.verb);
    return words != nullptr ? tr(words->title) : shown(request.verb);
}

QString jobSubject(const JobRequest& request)
{
    const VerbWords* words = wordsFor(request.verb);
    if (words == nullptr || words->subjectKey == nullptr)
        return {};
    const auto text = jsonValue<std::string>(request.request, words->subjectKey, {});
    if (text.empty() && !request.runId.empty())
        return shown(request.runId);
    return shortPath(text, 48);
}

QString jobProgressText(const JobView& job)
{
    if (job.state == JobState::Queued)
        return tr("waiting to start");
    QStringList parts;
    if (!job.phase.isEmpty())
        parts << job.phase;
    if (job.total > 0)
        parts << tr("%1 of %2").arg(countText(job.done), countText(job.total));
    if (job.secondsLeft >= 0)
        parts << tr("%1 left").arg(durationText(job.secondsLeft));
    return parts.isEmpty() ? tr("running") : parts.join(QStringLiteral(" · "));
}

QString jobResultText(const JobView& job)
{
    const Json outcome = job.outcome.value_or(Json::object());
    if (job.isFailed()) {
        if (outcome.contains("error")) {
            const Json& error = outcome.at("error");
            const std::string message =
                error.is_string() ? error.get<std::string>() : jsonValue<std::string>(error, "message", {});
            if (!message.empty())
                return shown(message);
        }
        return job.state == JobState::Died ? tr("it ended without a word (killed, or the machine went down)")
                                           : tr("it failed; its log says more");
    }
    if (job.state == JobState::Stopped)
        return tr("stopped");
    if (job.state == JobState::Paused)
        return tr("paused");
    if (job.state == JobState::Done)
        return doneText(job.request.verb, outcome.contains("result") ? outcome.at("result") : Json::object());
    return {};
}

QString jobCommand(const JobRequest& request)
{
    return shellCommand(request.argv);
}

} // namespace trainyard::widgets
