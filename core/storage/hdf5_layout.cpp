// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/hdf5_layout.h"

#include "core/base/path_text.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <hdf5.h>
#include <mutex>
#include <utility>

namespace trainyard::hdf5 {

namespace {

constexpr std::string_view kBlockMark = "trainyard-block 1 ";
constexpr std::size_t kFirstLine =
    64; // the mark, 16 digits of hash, a blank, 20 digits of length, a line break
constexpr std::size_t kMemoryStep = std::size_t{1} << 20; // by how much a file in memory grows
constexpr std::size_t kLargestAttribute = 32 * 1024;      // a compact HDF5 attribute ends at 64 KiB

struct NumberRow
{
    NumberType type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array kNumbers{
    NumberRow{NumberType::Int64, "int64", 8},     NumberRow{NumberType::Float64, "float64", 8},
    NumberRow{NumberType::Float32, "float32", 4}, NumberRow{NumberType::UInt8, "uint8", 1},
    NumberRow{NumberType::UInt64, "uint64", 8},
};

const NumberRow& rowOf(NumberType type)
{
    return *std::find_if(kNumbers.begin(), kNumbers.end(),
                         [&](const NumberRow& row) { return row.type == type; });
}

hid_t fileType(NumberType type)
{
    switch (type) {
    case NumberType::Int64:
        return H5T_STD_I64LE;
    case NumberType::Float64:
        return H5T_IEEE_F64LE;
    case NumberType::Float32:
        return H5T_IEEE_F32LE;
    case NumberType::UInt8:
        return H5T_STD_U8LE;
    case NumberType::UInt64:
        return H5T_STD_U64LE;
    }
    return H5I_INVALID_HID;
}

/// HDF5 keeps global state and prints its errors by itself; both end here.
class Session
{
public:
    Session() : m_guard(mutex())
    {
        H5Eget_auto2(H5E_DEFAULT, &m_printer, &m_printerData);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Session() { H5Eset_auto2(H5E_DEFAULT, m_printer, m_printerData); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

private:
    static std::mutex& mutex()
    {
        static std::mutex instance;
        return instance;
    }
    std::lock_guard<std::mutex> m_guard;
    H5E_auto2_t m_printer = nullptr;
    void* m_printerData = nullptr;
};

class Handle
{
public:
    Handle(hid_t id, herr_t (*close)(hid_t)) : m_id(id), m_close(close) {}
    ~Handle()
    {
        if (m_id >= 0)
            m_close(m_id);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    [[nodiscard]] hid_t id() const { return m_id; }
    [[nodiscard]] bool isOpen() const { return m_id >= 0; }
    /// Closes now, to see whether that worked.
    bool close()
    {
        const hid_t id = std::exchange(m_id, H5I_INVALID_HID);
        return id >= 0 && m_close(id) >= 0;
    }

private:
    hid_t m_id;
    herr_t (*m_close)(hid_t);
};

herr_t collectError(unsigned, const H5E_error2_t* error, void* text)
{
    auto& all = *static_cast<std::string*>(text);
    if (error->desc != nullptr && error->desc[0] != '\0')
        all += (all.empty() ? "" : "; ") + std::string(error->desc);
    return 0;
}

tl::unexpected<Error> failure(const std::string& what)
{
    std::string details;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, collectError, &details);
    const bool isFull = details.find("No space left") != std::string::npos;
    return fail(isFull ? ErrorCode::NoSpace : ErrorCode::IoError, "HDF5 cannot " + what, details);
}

Result<void> addAttributes(hid_t object, const Attributes& attributes)
{
    for (const auto& [name, text] : attributes) {
        if (text.size() > kLargestAttribute)
            continue; // it stands in the user block
        const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(type.id(), std::max<std::size_t>(text.size(), 1));
        H5Tset_cset(type.id(), H5T_CSET_UTF8);
        H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
        const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
        const Handle attribute(
            H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
        if (!attribute.isOpen() || H5Awrite(attribute.id(), type.id(), text.empty() ? "" : text.data()) < 0)
            return failure("add the attribute " + name);
    }
    return {};
}

Result<Place> addArray(hid_t file, const Array& array)
{
    const std::vector<hsize_t> extents(array.shape.begin(), array.shape.end());
    const Handle space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose);
    const Handle layout(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_layout(layout.id(), H5D_CONTIGUOUS);
    H5Pset_alloc_time(layout.id(), H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(layout.id(), H5D_FILL_TIME_NEVER);
    H5Pset_obj_track_times(layout.id(), false);
    const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links.id(), 1);
    H5Pset_char_encoding(links.id(), H5T_CSET_UTF8);
    const hid_t type = fileType(array.type);
    const Handle dataset(
        H5Dcreate2(file, array.path.c_str(), type, space.id(), links.id(), layout.id(), H5P_DEFAULT),
        H5Dclose);
    if (!dataset.isOpen())
        return failure("make the array " + array.path);
    const std::uint64_t bytes = array.byteCount();
    if (bytes > 0 && array.data != nullptr &&
        H5Dwrite(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.data) < 0)
        return failure("write the array " + array.path);
    TRAINYARD_CHECK(addAttributes(dataset.id(), array.attributes));
    if (bytes == 0)
        return Place{};
    const haddr_t offset = H5Dget_offset(dataset.id());
    if (offset == HADDR_UNDEF)
        return failure("place the array " + array.path);
    return Place{offset, bytes};
}

Result<void> fill(hid_t file, const std::vector<Array>& arrays, const Attributes& attributes,
                  std::vector<Place>& places)
{
    places.clear();
    for (const Array& array : arrays) {
        TRAINYARD_TRY(const Place place, addArray(file, array));
        places.push_back(place);
    }
    const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
    return addAttributes(root.id(), attributes);
}

/// How every file is made: no times, a user block, and the oldest format that fits, which every tool reads.
/// (The newer superblocks come out of H5Fget_file_image with a checksum that libhdf5 1.10 and later refuse.)
struct Lists
{
    explicit Lists(std::uint64_t blockSize)
    {
        if (blockSize > 0)
            H5Pset_userblock(creation.id(), blockSize);
        H5Pset_obj_track_times(creation.id(), false);
        H5Pset_libver_bounds(access.id(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18);
    }
    Handle creation{H5Pcreate(H5P_FILE_CREATE), H5Pclose};
    Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
};

} // namespace

std::size_t numberSize(NumberType type)
{
    return rowOf(type).size;
}

std::string_view numberName(NumberType type)
{
    return rowOf(type).name;
}

std::uint64_t Array::byteCount() const
{
    std::uint64_t count = numberSize(type);
    for (const std::uint64_t extent : shape)
        count *= extent;
    return count;
}

Result<std::string> buildImage(const std::vector<Array>& arrays, const Attributes& attributes,
                               std::uint64_t blockSize, std::vector<Place>& places)
{
    const Session session;
    const Lists lists(0);
    H5Pset_fapl_core(lists.access.id(), kMemoryStep, false);
    const Handle file(H5Fcreate("columns", H5F_ACC_TRUNC, lists.creation.id(), lists.access.id()), H5Fclose);
    if (!file.isOpen())
        return failure("make a file in memory");
    TRAINYARD_CHECK(fill(file.id(), arrays, attributes, places));
    const ssize_t size =
        H5Fflush(file.id(), H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file.id(), nullptr, 0);
    if (size <= 0)
        return failure("complete a file in memory");
    // The user block is put in front, as h5jam does it: HDF5 counts every address from where its own part
    // begins.
    std::string image(blockSize + static_cast<std::size_t>(size), '\0');
    if (H5Fget_file_image(file.id(), image.data() + blockSize, static_cast<std::size_t>(size)) != size)
        return failure("copy a file in memory");
    for (Place& place : places)
        place.offset += place.bytes > 0 ? blockSize : 0;
    return image;
}

Result<void> buildFile(const std::filesystem::path& path, const std::vector<Array>& arrays,
                       const Attributes& attributes, std::uint64_t blockSize, std::vector<Place>& places)
{
    const Session session;
    const Lists lists(blockSize);
    Handle file(H5Fcreate(path.c_str(), H5F_ACC_EXCL, lists.creation.id(), lists.access.id()), H5Fclose);
    if (!file.isOpen())
        return failure("create " + displayText(path.native()));
    TRAINYARD_CHECK(fill(file.id(), arrays, attributes, places));
    return file.close() ? Result<void>() : failure("complete " + displayText(path.native()));
}

std::uint64_t blockSizeFor(std::size_t textBytes)
{
    std::uint64_t size = 512;
    while (size < textBytes + kFirstLine)
        size *= 2;
    return size;
}

std::string blockBytes(const Json& description, std::uint64_t blockSize)
{
    const std::string text = jsonLine(description);
    std::string block(kBlockMark);
    block += hexText(xxh3(text)) + " " + std::to_string(text.size()) + "\n" + text;
    block.resize(blockSize, '\0');
    return block;
}

Result<std::pair<Json, std::uint64_t>> readBlock(std::string_view file, std::string_view kind,
                                                 int newestVersion, std::string_view source)
{
    const std::string name = displayText(source);
    const auto corrupt = [&](const char* reason) {
        return fail(ErrorCode::CorruptFile, name + ": " + reason);
    };
    if (file.substr(0, kBlockMark.size()) != kBlockMark)
        return corrupt("does not begin with our description");
    const std::size_t lineEnd = file.substr(0, kFirstLine).find('\n');
    if (lineEnd == std::string_view::npos)
        return corrupt("its description is damaged");
    unsigned long long hash = 0;
    unsigned long long length = 0;
    const std::string line(file.substr(kBlockMark.size(), lineEnd - kBlockMark.size()));
    if (std::sscanf(line.c_str(), "%16llx %20llu", &hash, &length) != 2 ||
        length > file.size() - lineEnd - 1 || line != hexText(hash) + " " + std::to_string(length))
        return corrupt("its description is damaged");
    const std::string_view text = file.substr(lineEnd + 1, length);
    if (xxh3(text) != hash)
        return corrupt("its description is damaged");
    Result<Json> description = parseJson(text, name + ", description");
    if (!description)
        return fail(ErrorCode::CorruptFile, description.error().message, description.error().context);
    if (jsonValue(*description, "kind", std::string()) != kind)
        return fail(ErrorCode::Unsupported, name + ": is no file of the kind " + std::string(kind));
    if (jsonValue(*description, "version", 0) > newestVersion)
        return fail(ErrorCode::Unsupported, name + ": written by a newer version of Trainyard");
    const auto blockSize = jsonValue(*description, "block", std::uint64_t{0});
    const std::size_t used = lineEnd + 1 + length;
    if (blockSize < used || blockSize > file.size() ||
        file.substr(used, blockSize - used).find_first_not_of('\0') != std::string_view::npos)
        return corrupt("its description is damaged");
    return std::pair(std::move(*description), blockSize);
}

Json textToJson(const std::string& text)
{
    return isUtf8(text) ? Json(text) : Json{{"b64", base64Encode(text)}};
}

std::string textFromJson(const Json& value)
{
    return value.is_string() ? value.get<std::string>()
                             : base64Decode(jsonValue(value, "b64", std::string()));
}

std::string hexText(std::uint64_t value)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

} // namespace trainyard::hdf5
