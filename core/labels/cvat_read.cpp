// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/cvat.h"
#include "core/labels/cvat_shapes.h"
#include "core/labels/format_text.h"
#include "core/labels/format_xml.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <cstdlib>
#include <pugixml.hpp>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 30;
constexpr std::size_t kHeadBytes = 4096;

using Specs = std::map<std::string, std::map<std::string, AttributeSpec>>; ///< class -> attribute -> spec

bool holdsAnnotations(LabelSource& source, const std::string& file)
{
    const auto head = source.head(file, kHeadBytes);
    return head && head->find("<annotations") != std::string::npos;
}

/// Whether the source has one such file and no more.
bool holdsOneFile(LabelSource& source)
{
    std::vector<std::string> files;
    for (const std::string& file : source.files())
        if (extensionOf(file) == ".xml")
            files.push_back(file);
    int found = 0;
    for (std::size_t i = 0; i < files.size() && files.size() > 1 && found < 2; ++i)
        found += holdsAnnotations(source, files[i]) ? 1 : 0;
    return found < 2;
}

/// Reads one <annotations> file.
class CvatReader
{
public:
    /// `isAlone`: there is no other such file, so that all pictures are its own.
    CvatReader(const XmlFile& xml, std::string file, bool isAlone, LabelSource& source,
               const SourcePictures& finder, LabelSetBuilder& builder)
        : m_xml(xml), m_file(std::move(file)), m_isAlone(isAlone), m_source(source), m_finder(finder),
          m_builder(builder)
    {
    }

    Result<void> read()
    {
        const pugi::xml_node root = m_xml.root();
        readLabels(root.child("meta"));
        for (const pugi::xml_node& image : root.children("image")) {
            TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
            readImage(image);
        }
        m_areInOrder = m_isAlone && areInOrder();
        for (const pugi::xml_node& track : root.children("track")) {
            TRAINYARD_CHECK(checkCancelled(m_source.cancellation()));
            readTrack(track);
        }
        return {};
    }

private:
    std::string place(const pugi::xml_node& node) const
    {
        return linePlace(m_xml.lineOf(node)) + ", <" + displayText(node.name()) + ">";
    }

    /// <labels> of a task, and of each task of a project.
    void readLabels(const pugi::xml_node& node)
    {
        for (const pugi::xml_node& child : node.children()) {
            if (std::string_view(child.name()) != "label") {
                readLabels(child);
                continue;
            }
            const std::string name = child.child_value("name");
            const std::string parent = child.child_value("parent");
            if (name.empty())
                continue;
            if (!parent.empty()) {
                addKeypointName(nameOf(parent), name);
                continue;
            }
            const auto [known, isNew] = m_names.emplace(name, std::string());
            if (isNew)
                known->second =
                    m_builder.listedName(name, std::to_string(m_names.size()), m_file, place(child));
            FileClass& fileClass = m_builder.fileClass(known->second);
            const std::string_view colour = child.child_value("color");
            if (colour.size() == 7 && colour[0] == '#')
                fileClass.colour = static_cast<std::uint32_t>(
                    std::strtoul(std::string(colour.substr(1)).c_str(), nullptr, 16));
            for (const pugi::xml_node& each : child.child("attributes").children("attribute"))
                readSpec(each, fileClass);
        }
    }

    /// Of a class as the list of labels lets it be.
    [[nodiscard]] std::string nameOf(const std::string& label) const
    {
        const auto known = m_names.find(label);
        return known == m_names.end() ? label : known->second;
    }

    void readSpec(const pugi::xml_node& node, FileClass& fileClass)
    {
        AttributeSpec spec;
        spec.name = node.child_value("name");
        const std::string_view kind = node.child_value("input_type");
        spec.kind = kind == "checkbox"                    ? AttributeKind::Flag
                    : kind == "number"                    ? AttributeKind::Number
                    : kind == "select" || kind == "radio" ? AttributeKind::Choice
                                                          : AttributeKind::Text;
        if (spec.kind == AttributeKind::Choice)
            for (const TextLine& line : textLines(node.child_value("values")))
                spec.choices.emplace_back(line.text);
        if (spec.name.empty() || m_specs[fileClass.name].contains(spec.name))
            return;
        m_specs[fileClass.name][spec.name] = spec;
        fileClass.attributes.push_back(std::move(spec));
    }

    void addKeypointName(const std::string& className, const std::string& name)
    {
        auto& names = m_builder.fileClass(className).skeleton.names;
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }

    Result<Shape> skeletonShape(const pugi::xml_node& node, const std::string& className)
    {
        for (const pugi::xml_node& point : node.children("points"))
            addKeypointName(className, point.attribute("label").value());
        const std::vector<std::string> names = m_builder.fileClass(className).skeleton.names;
        Keypoints keypoints;
        keypoints.points.resize(names.size());
        for (const pugi::xml_node& point : node.children("points")) {
            TRAINYARD_TRY(const Ring ring, cvatPlaces(point));
            const auto at =
                std::find(names.begin(), names.end(), point.attribute("label").value()) - names.begin();
            if (ring.size() != 1)
                return fail(ErrorCode::InvalidArgument, "a point of the skeleton has no place");
            if (point.attribute("outside").as_bool())
                continue;
            keypoints.points[static_cast<std::size_t>(at)] = {
                ring.front(),
                point.attribute("occluded").as_bool() ? KeypointState::Hidden : KeypointState::Visible};
        }
        return keypoints;
    }

    void readAttributes(const pugi::xml_node& node, FileAnnotation& annotation)
    {
        for (const pugi::xml_node& each : node.children("attribute")) {
            const std::string name = each.attribute("name").value();
            const std::string text = each.child_value();
            const auto& specs = m_specs[annotation.className];
            const auto spec = specs.find(name);
            const AttributeKind kind = spec == specs.end() ? AttributeKind::Text : spec->second.kind;
            if (kind == AttributeKind::Flag && (text == "true" || text == "false"))
                annotation.attributes[name] = text == "true";
            else if (const auto value = numberFrom(text); value && kind == AttributeKind::Number)
                annotation.attributes[name] = *value;
            else
                annotation.attributes[name] = text;
        }
    }

    void readShape(const pugi::xml_node& node, const std::string& className, LabelledPicture& picture,
                   const std::optional<double>& track)
    {
        FileAnnotation annotation;
        annotation.className = className;
        annotation.place = place(node);
        if (className.empty()) {
            m_builder.reject(m_file, annotation.place, "the shape has no label");
            return;
        }
        const bool isSkeleton = std::string_view(node.name()) == "skeleton";
        auto shape = isSkeleton ? skeletonShape(node, className) : cvatShape(node, m_builder.losses);
        if (!shape) {
            m_builder.reject(m_file, annotation.place, shape.error().message);
            return;
        }
        annotation.shape = std::move(*shape);
        annotation.flags.isOccluded = node.attribute("occluded").as_bool();
        annotation.zOrder = node.attribute("z_order").as_int();
        annotation.group = std::max(0, node.attribute("group_id").as_int());
        const std::string source = node.attribute("source").value();
        annotation.isModel = source == "auto";
        if (!annotation.isModel && source != "manual")
            annotation.sourceName = source;
        readAttributes(node, annotation);
        if (track)
            annotation.attributes["track_id"] = *track;
        m_builder.accept(picture, std::move(annotation), m_file);
    }

    void readImage(const pugi::xml_node& image)
    {
        const std::string name = image.attribute("name").value();
        if (tidyPath(name).empty()) {
            m_builder.reject(m_file, place(image), "the image has no name");
            return;
        }
        LabelledPicture& picture = m_builder.picture(m_finder.find(name, m_file), m_file);
        picture.width = std::max(0, image.attribute("width").as_int());
        picture.height = std::max(0, image.attribute("height").as_int());
        picture.split = splitOfName(image.attribute("subset").value());
        if (picture.split.empty())
            picture.split = splitOfPath(name);
        picture.place = place(image);
        for (const pugi::xml_node& node : image.children())
            readShape(node, nameOf(node.attribute("label").value()), picture, std::nullopt);
    }

    /// Empty where there is none, or where it may be one of another file's: frames have the same names in all
    /// of them. Of pictures that bear other names than frames, those of a whole task count by their order.
    FoundPicture framePicture(int frame) const
    {
        std::string digits = std::to_string(frame);
        digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
        const std::string name = "frame_" + digits;
        if (!m_isAlone) {
            std::string near = m_finder.findNear(SourcePictures::By::Stem, name, m_file);
            if (!near.empty())
                return {std::move(near), false};
            return {m_finder.findOnly(SourcePictures::By::Stem, name, m_file, folderOf(m_file)), true};
        }
        FoundPicture found = m_finder.findByStem(name, m_file);
        const auto& pictures = m_finder.pictures();
        const auto index = static_cast<std::size_t>(frame);
        if (found.path.empty() && m_areInOrder && index < pictures.size())
            found.path = pictures[index];
        return found;
    }

    /// Whether the pictures are all of a task's, none named as a frame, so that their order tells.
    [[nodiscard]] bool areInOrder() const
    {
        const auto& pictures = m_finder.pictures();
        const auto size = wholeFrom(m_xml.root().child("meta").child("task").child_value("size"));
        return (!size || *size == std::ssize(pictures)) &&
               std::none_of(pictures.begin(), pictures.end(),
                            [](const std::string& each) { return stemOf(each).starts_with("frame_"); });
    }

    void readTrack(const pugi::xml_node& track)
    {
        const std::string className = nameOf(track.attribute("label").value());
        const auto id = numberFrom(track.attribute("id").value());
        const pugi::xml_node task = m_xml.root().child("meta").child("task");
        const pugi::xml_node size = m_xml.root().child("meta").find_node(
            [](const pugi::xml_node& node) { return std::string_view(node.name()) == "original_size"; });
        for (const pugi::xml_node& node : track.children()) {
            if (node.attribute("outside").as_bool())
                continue;
            const auto frame = wholeFrom(node.attribute("frame").value());
            if (!frame || *frame < 0 || *frame > std::numeric_limits<int>::max()) {
                m_builder.reject(m_file, place(node), "the shape of a track has no frame");
                continue;
            }
            const FoundPicture found = framePicture(static_cast<int>(*frame));
            if (found.path.empty()) {
                m_builder.reject(m_file, place(node),
                                 "no picture of frame " + std::to_string(*frame) + " is beside the file",
                                 "put the pictures of each task beside its own file");
                continue;
            }
            LabelledPicture& picture = m_builder.picture(found, m_file);
            picture.sequence = task.child_value("name");
            if (picture.sequence.empty())
                picture.sequence = stemOf(m_file);
            picture.frameNumber = *frame;
            if (picture.width == 0 || picture.height == 0) {
                picture.width = std::max(0, size.child("width").text().as_int());
                picture.height = std::max(0, size.child("height").text().as_int());
            }
            readShape(node, className, picture, id);
        }
    }

    const XmlFile& m_xml;
    std::string m_file;
    bool m_isAlone;
    bool m_areInOrder = false;
    LabelSource& m_source;
    const SourcePictures& m_finder;
    LabelSetBuilder& m_builder;
    std::map<std::string, std::string> m_names; ///< of the classes, by what the file calls them
    Specs m_specs;
};

} // namespace

int recogniseCvat(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".xml")
            continue;
        if (++looked > 5)
            break;
        if (holdsAnnotations(source, file))
            return 95;
    }
    return 0;
}

Result<LabelSet> readCvat(LabelSource& source, const FormatAnswers&)
{
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    const bool isAlone = holdsOneFile(source);
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".xml")
            continue;
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto xml = bytes ? XmlFile::parse(*bytes, file) : Result<XmlFile>(fail(bytes.error()));
        if (!xml) {
            builder.rejectFile(file, xml.error());
            continue;
        }
        if (std::string_view(xml->root().name()) != "annotations") {
            builder.losses.add("XML files without <annotations> were not looked at");
            continue;
        }
        TRAINYARD_CHECK(CvatReader(*xml, file, isAlone, source, finder, builder).read());
    }
    return builder.finish();
}

} // namespace trainyard
