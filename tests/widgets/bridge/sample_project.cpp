// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/bridge/sample_project.h"

#include "core/imaging/own_jpeg.h"
#include "core/imaging/thumbnail_store.h"
#include "core/project/edits.h"
#include "core/storage/hash.h"
#include "tests/support/test_folders.h"

#include <cstdio>
#include <cstdlib>

namespace trainyard::test {

namespace {

constexpr int kWidth = 48;
constexpr int kHeight = 32;

template <typename T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "sample project: %s\n", result.error().message.c_str());
        std::abort();
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

Image plainImage(int index)
{
    Image image{kWidth, kHeight, {}};
    for (int i = 0; i < kWidth * kHeight; ++i)
        for (const int channel : {40 + index * 7 % 200, 60 + index * 13 % 180, 80 + index * 29 % 160})
            image.pixels.push_back(static_cast<std::uint8_t>(channel));
    return image;
}

std::string ppm(const Image& image)
{
    return "P6\n" + std::to_string(image.width) + " " + std::to_string(image.height) + "\n255\n" +
           std::string(image.pixels.begin(), image.pixels.end());
}

} // namespace

void makeSampleProject(const std::filesystem::path& folder, int count, int labelled)
{
    std::filesystem::create_directories(folder);
    const auto project = must(Project::create(folder, {}));
    const auto thumbnails = must(ThumbnailStore::open(folder / "cache" / "thumbnails"));
    Edit edit{"import", "sample", {}};
    const SourceRoot root{must(project->newId()), "pictures", true};
    edit.rows.push_back(rowForNewRoot(root));
    const ItemClass classes[] = {{must(project->newId()), "cat", 0x2f6fde, "1"},
                                 {must(project->newId()), "dog", 0xd1571b, "2"}};
    for (const ItemClass& itemClass : classes)
        edit.rows.push_back(rowForNewClass(itemClass));
    constexpr Split kSplits[] = {Split::Train, Split::Train, Split::Train, Split::Validation, Split::Test};
    for (int i = 0; i < count; ++i) {
        const Image image = plainImage(i);
        const std::string bytes = ppm(image);
        Item item;
        item.id = must(project->newId());
        item.root = root.id;
        char name[32];
        std::snprintf(name, sizeof name, "picture-%04d.ppm", i);
        item.path = name;
        item.size = static_cast<std::int64_t>(bytes.size());
        item.contentHash = static_cast<std::uint64_t>(i) + 1;
        item.width = kWidth;
        item.height = kHeight;
        if (i < labelled) {
            item.classId = classes[i % 2].id;
            item.reviewState = ReviewState::Labelled;
            item.split = kSplits[i % 5];
        }
        writeTestFile(folder / "pictures" / item.path, bytes);
        must(thumbnails->put(item.id, item.contentHash, must(encodeJpeg(image, 85))));
        edit.rows.push_back(rowForNewItem(item));
    }
    must(thumbnails->flush());
    must(project->applyNow(edit));
}

} // namespace trainyard::test
