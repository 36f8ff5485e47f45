// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/release/registry.h"

namespace trainyard::cli {

namespace {

constexpr std::int64_t kGraceDays = 30;

Json versionJson(const RegistryVersion& version)
{
    return {{"name", version.name},
            {"version", version.version},
            {"package", version.packageDigest},
            {"published", utcText(version.publishedUtcMs)},
            {"author", version.author},
            {"deleted", version.isDeleted},
            {"aliases", version.aliases},
            {"lineage", version.lineage}};
}

Result<VerbResult> listVersions(const Registry& registry)
{
    TRAINYARD_TRY(const auto versions, registry.list());
    TextTable table({"model", "version", "aliases", "published", "author"});
    Json list = Json::array();
    for (const RegistryVersion& version : versions) {
        std::string aliases;
        for (const std::string& alias : version.aliases)
            aliases += (aliases.empty() ? "" : ", ") + alias;
        table.add({version.name, std::to_string(version.version) + (version.isDeleted ? " (deleted)" : ""),
                   aliases, utcText(version.publishedUtcMs).substr(0, 19), displayText(version.author)});
        list.push_back(versionJson(version));
    }
    VerbResult out;
    out.result = {{"versions", list}};
    out.text = list.empty() ? "the registry is empty; 'trainyard publish RUN NAME' fills it" : table.text();
    return out;
}

Result<VerbResult> actOnName(Registry& registry, const Invocation& invocation, const std::string& action)
{
    const std::string name = invocation.text("NAME");
    const std::string alias = invocation.text("ALIAS");
    VerbResult out;
    if (action == "rollback") {
        TRAINYARD_TRY(const std::int64_t version, registry.rollback(name, alias, invocation.author));
        out.result = {{"name", name}, {"alias", alias}, {"version", version}};
        out.text = name + "@" + alias + " is version " + std::to_string(version) + " again.";
        return out;
    }
    TRAINYARD_TRY(const RegistryVersion version, registry.resolve(name));
    out.result = versionJson(version);
    if (action == "show") {
        out.text = jsonText(out.result);
    } else if (action == "alias") {
        TRAINYARD_CHECK(registry.setAlias(version.name, alias, version.version, invocation.author));
        out.text = version.name + "@" + alias + " is now version " + std::to_string(version.version) + ".";
    } else {
        TRAINYARD_CHECK(registry.remove(version.name, version.version, invocation.author));
        out.text = "Deleted " + version.name + ":" + std::to_string(version.version) +
                   "; its files stay for " + std::to_string(kGraceDays) + " days.";
    }
    return out;
}

} // namespace

Result<VerbResult> runRegistry(const Invocation& invocation)
{
    std::filesystem::path folder = invocation.text("registry");
    if (folder.empty() && invocation.project.empty())
        return fail(ErrorCode::NotFound,
                    "no project here; name a registry with --registry DIR or a project with --project DIR");
    if (folder.empty())
        folder = invocation.project / "registry";
    TRAINYARD_TRY(Registry registry, Registry::open(folder));
    const std::string action = invocation.text("ACTION", "list");
    VerbResult out;
    if (action == "list")
        return listVersions(registry);
    if (action == "verify") {
        TRAINYARD_TRY(const std::int64_t blobs, registry.verify());
        out.result = {{"blobs", blobs}};
        out.text = withThousands(blobs) + " files are what their names say.";
        return out;
    }
    if (action == "gc") {
        TRAINYARD_TRY(const std::int64_t removed, registry.collectGarbage(kGraceDays));
        out.result = {{"removed", removed}};
        out.text = "Removed " + withThousands(removed) + " files that nothing uses.";
        return out;
    }
    const bool needsAlias = action == "alias" || action == "rollback";
    if (!needsAlias && action != "show" && action != "delete")
        return fail(ErrorCode::InvalidArgument,
                    "registry " + displayText(action) +
                        ": actions are list, show, alias, rollback, delete, verify, gc");
    if (!invocation.has("NAME") || (needsAlias && !invocation.has("ALIAS")))
        return fail(ErrorCode::InvalidArgument,
                    "registry " + action + " needs " + (needsAlias ? "NAME and ALIAS" : "NAME"));
    return actOnName(registry, invocation, action);
}

} // namespace trainyard::cli
