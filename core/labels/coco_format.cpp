// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/image_header.h"
#include "core/labels/coco_records.h"
#include "core/labels/coco_write.h"
#include "core/labels/format_list.h"
#include "core/labels/format_parts.h"
#include "core/labels/format_text.h"
#include "core/labels/geometry.h"
#include "core/labels/index_masks.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <unordered_set>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxFileBytes = 4ULL << 30;
constexpr std::size_t kProbeBytes = 1U << 16;
constexpr const char* kRemedy = "correct or delete it in the label file";

bool holds(std::string_view text, std::string_view key)
{
    return text.find("\"" + std::string(key) + "\"") != std::string_view::npos;
}

/// 0, or how sure the beginning of a JSON file makes.
int sureness(std::string_view head)
{
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return 0;
    const bool hasReferences = holds(head, "image_id") && holds(head, "category_id");
    if (head[first] == '[')
        return hasReferences ? 70 : 0;
    if (head[first] != '{')
        return 0;
    const bool hasImages = holds(head, "images") && (holds(head, "file_name") || holds(head, "categories"));
    return hasImages || hasReferences ? 80 : 0;
}

std::vector<std::string> cocoFiles(LabelSource& source)
{
    std::vector<std::string> files;
    for (const std::string& file : source.files()) {
        if (!hasEnding(file, ".json"))
            continue;
        const auto head = source.head(file, kProbeBytes);
        if (head && sureness(*head) > 0)
            files.push_back(file);
    }
    return files;
}

int recognise(LabelSource& source)
{
    constexpr int kMostProbes = 20;
    int probes = 0;
    for (const std::string& file : source.files()) {
        if (!hasEnding(file, ".json"))
            continue;
        const auto head = source.head(file, kProbeBytes);
        if (const int sure = head ? sureness(*head) : 0; sure > 0)
            return sure;
        if (++probes == kMostProbes)
            break;
    }
    return 0;
}

/// What the name of a file or of its folder says of the split.
std::string splitOf(std::string_view file)
{
    const std::string split = splitOfWords(stemOf(file));
    return split.empty() ? splitOfWords(fileNameOf(folderOf(file))) : split;
}

/// Where a record stands that has an id.
struct RecordKey
{
    std::size_t picture = 0;
    std::int64_t id = 0;

    bool operator==(const RecordKey&) const = default;
};

struct RecordHash
{
    std::size_t operator()(const RecordKey& key) const
    {
        return std::hash<std::uint64_t>()(static_cast<std::uint64_t>(key.id) * 1'000'003 + key.picture);
    }
};

/// Where in its picture's annotations a record's shape and its keypoints are.
struct KnownRecord
{
    std::optional<std::size_t> shape;
    std::optional<std::size_t> keypoints;
    int file = 0;
};

bool isKeypoints(const FileAnnotation& annotation)
{
    return std::holds_alternative<Keypoints>(annotation.shape);
}

/// Whether all keypoints lie in the box around a shape, or at most a pixel and a tenth of a side beside it,
/// as elbows do.
bool areWithin(const Shape& keypoints, const Shape& shape)
{
    constexpr double kBeside = 0.1;
    const auto inner = boundingBox(keypoints);
    const auto box = boundingBox(shape);
    if (!inner || !box)
        return false;
    const double x = 1 + kBeside * box->width;
    const double y = 1 + kBeside * box->height;
    return inner->x >= box->x - x && inner->y >= box->y - y &&
           inner->x + inner->width <= box->x + box->width + x &&
           inner->y + inner->height <= box->y + box->height + y;
}

/// Whether two records of one id may be about one object, by what each has of a shape and keypoints: what
/// both have is alike, or else the keypoints of one lie in the shape of the other.
bool areOfOneObject(const FileAnnotation* shape, const FileAnnotation* keypoints, const FileAnnotation* other,
                    const FileAnnotation* otherKeypoints)
{
    if (keypoints != nullptr && otherKeypoints != nullptr && keypoints->shape != otherKeypoints->shape)
        return false;
    if (shape != nullptr && other != nullptr) {
        const auto box = boundingBox(shape->shape);
        const auto otherBox = boundingBox(other->shape);
        return box && otherBox && areNear(*box, *otherBox, kSamePixels);
    }
    if (keypoints != nullptr && otherKeypoints != nullptr)
        return true;
    return shape != nullptr ? areWithin(otherKeypoints->shape, shape->shape)
                            : areWithin(keypoints->shape, other->shape);
}

/// Joins what all files of the source say.
class CocoReader
{
public:
    explicit CocoReader(LabelSource& source) : m_source(source)
    {
        for (const std::string& file : source.files())
            if (hasPictureEnding(file))
                m_pictureFiles.insert(file);
    }

    Result<LabelSet> read()
    {
        // Lists of predictions refer to pictures and classes of other files.
        std::vector<std::string> results;
        const std::vector<std::string> files = cocoFiles(m_source);
        m_isAlone = files.size() < 2;
        for (const std::string& file : files) {
            const auto head = m_source.head(file, kProbeBytes);
            if (head && (*head)[head->find_first_not_of(" \t\r\n")] == '[')
                results.push_back(file);
            else
                TRAINYARD_CHECK(readFile(file));
        }
        for (const std::string& file : results)
            TRAINYARD_CHECK(readFile(file));
        finish();
        return std::move(m_labels);
    }

private:
    Result<void> readFile(const std::string& path);
    std::string resolved(const std::string& name, const std::string& file) const;
    void addImages(CocoFile& file, const std::string& path);
    void addClasses(const CocoFile& file);
    Result<void> addRecords(CocoFile& file, const std::string& path);
    Result<void> addPanoptic(const CocoFile& file, const std::string& path);
    void reject(const std::string& path, const std::string& place, const std::string& reason)
    {
        m_labels.rejections.push_back({path, place, reason, kRemedy});
    }
    LabelledPicture* pictureOf(std::int64_t image);
    [[nodiscard]] std::size_t placeOf(const LabelledPicture& picture) const
    {
        return static_cast<std::size_t>(&picture - m_labels.pictures.data());
    }
    std::int64_t freeGroup(const LabelledPicture& picture);
    bool joinKnown(CocoRecord& record, LabelledPicture& picture, const std::string& className);
    void finish();

    LabelSource& m_source;
    LabelSet m_labels;
    LossBook m_losses;
    std::unordered_set<std::string_view> m_pictureFiles;
    std::unordered_map<std::string, std::size_t> m_byPath;
    std::unordered_map<std::int64_t, std::size_t> m_byImage;      ///< of the file that is read
    std::unordered_map<std::int64_t, std::size_t> m_knownImages;  ///< of all files, for lists of predictions
    std::unordered_map<std::int64_t, std::string> m_classNames;   ///< of the file that is read
    std::unordered_map<std::int64_t, std::string> m_knownClasses; ///< of all files
    std::unordered_map<RecordKey, KnownRecord, RecordHash> m_knownRecords;
    std::unordered_map<std::size_t, std::int64_t> m_highestGroups; ///< by the picture's place
    bool m_isAlone = true;                                         ///< no other file can say the same again
    int m_file = 0;                                                ///< that is read, from 1
    Json m_extra = Json::object();
};

Result<void> CocoReader::readFile(const std::string& path)
{
    TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
    ++m_file;
    m_source.report({"reading " + displayText(fileNameOf(path)), 0, 0});
    CocoFile file;
    {
        auto text = m_source.read(path, kMaxFileBytes);
        if (!text) {
            m_labels.rejections.push_back(rejectionFromError(path, text.error(), "make the file readable"));
            ++m_labels.read;
            return {};
        }
        file = parseCoco(*text, path);
    }
    m_labels.read += file.read;
    // Images, categories and broken text count as records of their own.
    std::int64_t rejectedAnnotations = file.read;
    for (const CocoRecord& record : file.records)
        rejectedAnnotations -= std::ssize(record.annotations);
    for (const CocoPanoptic& panoptic : file.panoptic)
        rejectedAnnotations -= std::ssize(panoptic.segments);
    m_labels.read += std::ssize(file.rejections) - rejectedAnnotations;
    m_labels.rejections.insert(m_labels.rejections.end(), file.rejections.begin(), file.rejections.end());
    if (file.captions > 0)
        m_losses.add("captions were left out", file.captions);
    if (file.otherBoxes > 0)
        m_losses.add("boxes that differ from their outlines were left out", file.otherBoxes);
    m_byImage.clear();
    m_classNames.clear();
    addImages(file, path);
    addClasses(file);
    if (file.isResults) {
        m_byImage = m_knownImages;
        m_classNames = m_knownClasses;
    }
    if (!file.extra.empty())
        if (const auto extra = parseJson(file.extra, path))
            for (const auto& [key, value] : extra->items())
                if (!m_extra.contains(key))
                    m_extra[key] = value;
    TRAINYARD_CHECK(addRecords(file, path));
    return addPanoptic(file, path);
}

/// The picture as a file of the source: as named, beside the label file, in images beside or above it.
std::string CocoReader::resolved(const std::string& name, const std::string& file) const
{
    std::string plain = name;
    std::replace(plain.begin(), plain.end(), '\\', '/');
    const std::string_view beside = folderOf(file);
    const std::string_view above = folderOf(beside);
    const std::string set = splitOf(file);
    for (const std::string& folder :
         {std::string(), std::string(beside), joinedPath(beside, "images"), joinedPath(above, "images"),
          std::string(above), joinedPath(above, set), joinedPath(above, set + "2017"),
          joinedPath(above, "images/" + set + "2017"), joinedPath(above, "images/" + set)}) {
        std::string path = joinedPath(folder, plain);
        if (m_pictureFiles.contains(path))
            return path;
    }
    return plain;
}

void CocoReader::addImages(CocoFile& file, const std::string& path)
{
    for (auto& [id, picture] : file.images) {
        picture.path = resolved(picture.path, path);
        picture.labelFile = path;
        // What is not there is told apart by the folder that speaks of it: train and valid may share names.
        const std::string key = m_pictureFiles.contains(picture.path)
                                    ? picture.path
                                    : picture.path + '\0' + std::string(folderOf(path));
        const auto [known, isNew] = m_byPath.try_emplace(key, m_labels.pictures.size());
        m_byImage[id] = known->second;
        m_knownImages.emplace(id, known->second);
        if (!isNew)
            continue;
        picture.split = splitOf(path);
        m_labels.pictures.push_back(std::move(picture));
    }
    file.images.clear();
}

void CocoReader::addClasses(const CocoFile& file)
{
    for (const auto& [id, fileClass] : file.categories) {
        m_classNames[id] = fileClass.name;
        m_knownClasses.emplace(id, fileClass.name);
        const auto known = std::find_if(m_labels.classes.begin(), m_labels.classes.end(),
                                        [&](const FileClass& other) { return other.name == fileClass.name; });
        if (known == m_labels.classes.end())
            m_labels.classes.push_back(fileClass);
        else if (known->skeleton.names.empty())
            known->skeleton = fileClass.skeleton;
    }
}

LabelledPicture* CocoReader::pictureOf(std::int64_t image)
{
    const auto known = m_byImage.find(image);
    return known == m_byImage.end() ? nullptr : &m_labels.pictures[known->second];
}

std::int64_t CocoReader::freeGroup(const LabelledPicture& picture)
{
    return ++m_highestGroups[placeOf(picture)];
}

/// Files of one set say the same again: "instances" and "person_keypoints" have the persons' outlines. Takes
/// from a record that another file gives too what is new in it; false where it is no such record.
bool CocoReader::joinKnown(CocoRecord& record, LabelledPicture& picture, const std::string& className)
{
    if (m_isAlone || !record.id)
        return false;
    auto& annotations = picture.annotations;
    FileAnnotation* const first = &record.annotations.front();
    FileAnnotation* const last = &record.annotations.back();
    FileAnnotation* const shape = isKeypoints(*first) ? nullptr : first;
    FileAnnotation* const keypoints = isKeypoints(*last) ? last : nullptr;
    KnownRecord own;
    own.file = m_file;
    if (shape != nullptr)
        own.shape = annotations.size();
    if (keypoints != nullptr)
        own.keypoints = annotations.size() + record.annotations.size() - 1;
    const auto [place, isNew] = m_knownRecords.try_emplace(RecordKey{placeOf(picture), *record.id}, own);
    KnownRecord& known = place->second;
    if (isNew || known.file == m_file)
        return false;
    const auto at = [&](std::optional<std::size_t> index) { return index ? &annotations[*index] : nullptr; };
    FileAnnotation* const knownShape = at(known.shape);
    FileAnnotation& any = knownShape != nullptr ? *knownShape : annotations[*known.keypoints];
    if (any.className != className || !areOfOneObject(shape, keypoints, knownShape, at(known.keypoints)))
        return false;
    auto repeated = std::ssize(record.annotations);
    if (shape != nullptr && knownShape != nullptr && std::holds_alternative<Box>(knownShape->shape))
        knownShape->shape = std::move(shape->shape); // says no less than the box around it
    const auto add = [&](FileAnnotation& annotation, std::optional<std::size_t>& index) {
        --repeated;
        FileAnnotation& partner = annotations[known.shape ? *known.shape : *known.keypoints];
        if (partner.group == 0)
            partner.group = freeGroup(picture);
        annotation.className = className;
        annotation.group = partner.group;
        index = annotations.size();
        annotations.push_back(std::move(annotation));
    };
    if (shape != nullptr && !known.shape)
        add(*shape, known.shape);
    if (keypoints != nullptr && !known.keypoints)
        add(*keypoints, known.keypoints);
    m_labels.read -= repeated;
    if (repeated > 0)
        m_losses.add("annotations that another file gives too were taken once");
    return true;
}

Result<void> CocoReader::addRecords(CocoFile& file, const std::string& path)
{
    // Lists of predictions without a file of images: by the number that is the picture's name.
    if (file.isResults && m_byImage.empty()) {
        for (const std::string& name : m_source.files()) {
            const std::string_view stem = stemOf(name);
            std::int64_t id = 0;
            const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), id);
            if (!hasPictureEnding(name) || error != std::errc() || end != stem.data() + stem.size())
                continue;
            const auto [known, isNew] = m_byPath.try_emplace(name, m_labels.pictures.size());
            m_byImage.emplace(id, known->second);
            if (!isNew)
                continue;
            LabelledPicture picture;
            picture.path = name;
            picture.labelFile = path;
            picture.isLabelled = false;
            m_labels.pictures.push_back(std::move(picture));
        }
    }
    std::unordered_map<std::int64_t, std::size_t> counts;
    std::unordered_map<std::int64_t, std::int64_t> groups;
    for (const CocoRecord& record : file.records) {
        counts[record.image] += record.annotations.size();
        std::int64_t& highest = groups[record.image];
        highest = std::max(highest, record.annotations.front().group);
    }
    for (const auto& [image, highest] : groups)
        if (const LabelledPicture* picture = pictureOf(image)) {
            std::int64_t& known = m_highestGroups[placeOf(*picture)];
            known = std::max(known, highest);
        }
    for (const auto& [image, count] : counts)
        if (LabelledPicture* picture = pictureOf(image))
            picture->annotations.reserve(picture->annotations.size() + count);
    const std::string model = file.isResults ? std::string(stemOf(path)) : std::string();
    for (std::size_t done = 0; !file.records.empty(); ++done) {
        if (done % 4096 == 0)
            TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
        CocoRecord record = std::move(file.records.front());
        file.records.pop_front();
        LabelledPicture* picture = pictureOf(record.image);
        const auto name = m_classNames.find(record.category);
        const std::string place =
            record.id ? "annotation " + std::to_string(*record.id) : "image " + std::to_string(record.image);
        std::string wrong;
        if (picture == nullptr)
            wrong = "there is no image " + std::to_string(record.image) + " in the file";
        else if (name == m_classNames.end())
            wrong = "there is no category " + std::to_string(record.category) + " in the file";
        else if (record.maskWidth > 0 && picture->width > 0 &&
                 (record.maskWidth != picture->width || record.maskHeight != picture->height))
            wrong = "the mask is of a picture of " + std::to_string(record.maskWidth) + "x" +
                    std::to_string(record.maskHeight) + ", the image of " + std::to_string(picture->width) +
                    "x" + std::to_string(picture->height);
        if (!wrong.empty()) {
            for (std::size_t i = 0; i < record.annotations.size(); ++i)
                reject(path, place, wrong);
            continue;
        }
        if (!file.isResults && joinKnown(record, *picture, name->second))
            continue;
        const bool isPair = record.annotations.size() > 1;
        std::int64_t group = record.annotations.front().group;
        if (isPair && group == 0)
            group = freeGroup(*picture);
        for (FileAnnotation& annotation : record.annotations) {
            annotation.className = name->second;
            annotation.sourceName = model;
            annotation.isModel = annotation.isModel || file.isResults;
            annotation.group = group;
            picture->annotations.push_back(std::move(annotation));
        }
    }
    return {};
}

Result<void> CocoReader::addPanoptic(const CocoFile& file, const std::string& path)
{
    const std::string folder = joinedPath(folderOf(path), stemOf(path));
    for (const CocoPanoptic& panoptic : file.panoptic) {
        TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
        const auto rejectAll = [&](const std::string& reason) {
            for (const CocoSegment& segment : panoptic.segments)
                reject(path, panoptic.place + ", segment " + std::to_string(segment.id), reason);
        };
        LabelledPicture* picture = pictureOf(panoptic.image);
        if (picture == nullptr) {
            rejectAll("there is no image " + std::to_string(panoptic.image) + " in the file");
            continue;
        }
        std::string mask = joinedPath(folder, panoptic.file);
        if (!m_pictureFiles.contains(mask))
            mask = joinedPath(folderOf(path), panoptic.file);
        const auto picture8 = m_source.indexPicture(mask);
        if (!picture8) {
            rejectAll(picture8.error().message);
            continue;
        }
        m_labels.maskFiles.push_back(mask);
        const auto masks = masksByValue(*picture8);
        if (!masks) {
            rejectAll(masks.error().message);
            continue;
        }
        const bool isRgb = picture8->kind == IndexPicture::Kind::Rgb;
        for (const CocoSegment& segment : panoptic.segments) {
            const auto id = static_cast<std::uint32_t>(segment.id);
            const std::uint32_t value = isRgb ? (id & 0xFF) << 16 | (id & 0xFF00) | (id >> 16 & 0xFF) : id;
            const auto found = masks->find(value);
            const auto name = m_classNames.find(segment.category);
            const std::string place = panoptic.place + ", segment " + std::to_string(segment.id);
            if (found == masks->end() || name == m_classNames.end()) {
                reject(path, place,
                       name == m_classNames.end()
                           ? "there is no category " + std::to_string(segment.category) + " in the file"
                           : "the mask has no pixel with this number");
                continue;
            }
            FileAnnotation annotation;
            annotation.className = name->second;
            annotation.shape = found->second;
            annotation.flags.isCrowd = segment.isCrowd;
            annotation.number = segment.id;
            annotation.place = place;
            picture->annotations.push_back(std::move(annotation));
        }
    }
    return {};
}

void CocoReader::finish()
{
    if (!m_extra.empty())
        m_labels.extra = m_extra.dump(-1, ' ', false, Json::error_handler_t::replace);
    m_labels.losses = m_losses.report();
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    return CocoReader(source).read();
}

} // namespace

FormatSpec cocoFormat()
{
    return {
        "coco",
        "COCO",
        "JSON with images, categories and annotations: boxes, polygons, masks, keypoints; panoptic masks and "
        "lists of predictions are read",
        recognise,
        nullptr,
        read,
        writeCoco};
}

} // namespace trainyard
