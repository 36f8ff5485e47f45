// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "core/base/path_text.h"
#include "core/base/user.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>

namespace trainyard::cli {

namespace {

/// Where CLI11 puts a value before it becomes JSON.
struct Slot
{
    const OptionSpec* spec = nullptr;
    CLI::Option* option = nullptr;
    bool flag = false;
    std::string text;
    std::vector<std::string> texts;
    std::int64_t integer = 0;
    double real = 0;
};

std::string keyOf(const OptionSpec& spec)
{
    const std::string name = spec.name;
    return name.starts_with("--") ? name.substr(2) : name;
}

void addOption(CLI::App& app, Slot& slot)
{
    const OptionSpec& spec = *slot.spec;
    const std::string name = spec.name;
    switch (spec.type) {
    case OptionType::Flag:
        slot.option = app.add_flag(name, slot.flag, spec.help);
        break;
    case OptionType::Text:
    case OptionType::Path:
        slot.option = app.add_option(name, slot.text, spec.help);
        break;
    case OptionType::TextList:
    case OptionType::PathList:
        slot.option = app.add_option(name, slot.texts, spec.help);
        break;
    case OptionType::Integer:
        slot.option = app.add_option(name, slot.integer, spec.help);
        break;
    case OptionType::Real:
        slot.option = app.add_option(name, slot.real, spec.help);
        break;
    }
    if (spec.isRequired)
        slot.option->required();
    const bool isList = spec.type == OptionType::TextList || spec.type == OptionType::PathList;
    if (isList && name.starts_with("--"))
        slot.option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

bool isEmptyPath(const Slot& slot)
{
    if (slot.spec->type == OptionType::PathList)
        return std::find(slot.texts.begin(), slot.texts.end(), std::string()) != slot.texts.end();
    return slot.spec->type == OptionType::Path && slot.text.empty();
}

Json valueOf(const Slot& slot)
{
    const auto absolute = [](const std::string& path) {
        return std::filesystem::absolute(path).lexically_normal().string();
    };
    switch (slot.spec->type) {
    case OptionType::Flag:
        return true;
    case OptionType::Text:
        return bytesToJson(slot.text);
    case OptionType::Path:
        return bytesToJson(absolute(slot.text));
    case OptionType::Integer:
        return slot.integer;
    case OptionType::Real:
        return slot.real;
    case OptionType::TextList:
    case OptionType::PathList:
        break;
    }
    Json list = Json::array();
    for (const std::string& text : slot.texts)
        list.push_back(bytesToJson(slot.spec->type == OptionType::PathList ? absolute(text) : text));
    return list;
}

/// The options that every verb takes.
struct CommonOptions
{
    std::string project;
    std::string author;
    bool json = false;

    void addTo(CLI::App& app, bool isVerb)
    {
        app.add_option("--project", project, "the project's folder (else the nearest one above)")
            ->group(isVerb ? "Common" : "Options");
        app.add_option("--author", author, "who makes the changes (USER@HOST/cli)")
            ->group(isVerb ? "Common" : "Options");
        app.add_flag("--json", json, "print one line of JSON, last, on stdout")
            ->group(isVerb ? "Common" : "Options");
    }
};

std::filesystem::path projectFor(const std::string& named)
{
    const std::filesystem::path start =
        named.empty() ? std::filesystem::current_path() : std::filesystem::absolute(named).lexically_normal();
    const auto found = Project::find(start);
    if (found && (named.empty() || *found == start || std::filesystem::equivalent(*found, start)))
        return *found;
    return named.empty() ? std::filesystem::path() : start;
}

} // namespace

CommandLine parseCommandLine(int argc, char** argv)
{
    CLI::App app{"Trainyard: from raw pictures to a versioned model, on one machine, offline."};
    app.name("trainyard");
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", std::string("trainyard ") + TRAINYARD_VERSION);
    CommandLine result;
    std::string job;
    app.add_option("--job", job, "work on an existing job folder")->group("");
    CommonOptions common;
    common.addTo(app, false);

    std::deque<std::deque<Slot>> slots;
    std::vector<std::pair<CLI::App*, const Verb*>> commands;
    for (const Verb& verb : verbs()) {
        CLI::App* command = app.add_subcommand(verb.name, verb.help);
        std::deque<Slot>& own = slots.emplace_back();
        for (const OptionSpec& spec : verb.options) {
            own.emplace_back().spec = &spec;
            addOption(*command, own.back());
        }
        common.addTo(*command, true);
        commands.emplace_back(command, &verb);
    }

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        result.exitCode = app.exit(e, std::cout, std::cerr) == 0 ? 0 : 2;
        return result;
    }
    if (!job.empty()) {
        result.job = std::filesystem::absolute(job);
        return result;
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (!commands[i].first->parsed())
            continue;
        Invocation invocation;
        invocation.verb = commands[i].second->name;
        for (const Slot& slot : slots[i]) {
            if (slot.option->count() == 0)
                continue;
            if (isEmptyPath(slot)) {
                std::cerr << "error: " << slot.option->get_name() << " is empty; name a file or folder\n";
                result.exitCode = 2;
                return result;
            }
            invocation.options[keyOf(*slot.spec)] = valueOf(slot);
        }
        invocation.printsJson = common.json;
        invocation.project = projectFor(common.project);
        invocation.author = common.author.empty() ? userAtHost() + "/cli" : common.author;
        invocation.argv.assign(argv, argv + argc);
        result.invocation = std::move(invocation);
        return result;
    }
    std::cout << app.help();
    return result;
}

std::string Invocation::text(const char* key, const std::string& fallback) const
{
    return options.contains(key) ? bytesFromJson(options[key]) : fallback;
}

std::vector<std::string> Invocation::texts(const char* key) const
{
    std::vector<std::string> list;
    if (options.contains(key)) {
        for (const Json& value : options[key])
            list.push_back(bytesFromJson(value));
    }
    return list;
}

std::int64_t Invocation::integer(const char* key, std::int64_t fallback) const
{
    return jsonValue<std::int64_t>(options, key, fallback);
}

double Invocation::real(const char* key, double fallback) const
{
    return jsonValue<double>(options, key, fallback);
}

Json bytesToJson(const std::string& bytes)
{
    if (isUtf8(bytes))
        return bytes;
    return Json{{"b64", base64Encode(bytes)}};
}

std::string bytesFromJson(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return base64Decode(jsonValue<std::string>(value, "b64", ""));
}

} // namespace trainyard::cli
