// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/brush_codec.h"
#include "core/labels/corner_box.h"
#include "core/labels/formats.h"
#include "core/labels/mask_ops.h"
#include "tests/core/labels/label_compare.h"
#include "tests/core/labels/memory_label_source.h"
#include "tests/core/labels/random_label_set.h"

#include <QTest>

using namespace trainyard;

namespace {

LabelSet read(const char* format, std::map<std::string, std::string> files,
              std::map<std::string, PictureSize> pictures = {{"a.jpg", {100, 50, 1}}},
              const FormatAnswers& answers = {})
{
    MemoryLabelSource source(std::move(files), std::move(pictures));
    auto labels = findLabelFormat(format)->read(source, answers);
    if (!labels)
        qFatal("%s", labels.error().message.c_str());
    return *labels;
}

const FileAnnotation& only(const LabelSet& labels)
{
    if (annotationCount(labels) != 1)
        qFatal("%d annotations", static_cast<int>(annotationCount(labels)));
    for (const LabelledPicture& picture : labels.pictures)
        if (!picture.annotations.empty())
            return picture.annotations.front();
    return labels.pictures.front().annotations.front();
}

} // namespace

/// Files as the tools' documentation shows them, and what they mean.
class TestFormatGoldens : public QObject
{
    Q_OBJECT

private slots:
    void brushOfLabelStudio();
    void labelStudioTurnsAboutTheCorner();
    void labelStudioAddresses();
    void labelMeShapes();
    void labelMeJoinsParts();
    void cvatTracks();
    void cvatMask();
    void yoloQuestions();
    void yoloKeepsBoxesBesideKeypoints();
    void yoloDarknet();
    void kittiKeepsWhatItKnows();
    void cocoThroughYolo();
};

/// encode_rle() of label-studio-sdk 2 (converter/brush.py) for a mask of 7 x 5 pixels, each repeated four
/// times.
void TestFormatGoldens::brushOfLabelStudio()
{
    const std::vector<std::uint8_t> bytes = {0,   0,   0,   140, 57,  27,  254, 35, 0,   183,
                                             255, 136, 192, 48,  223, 254, 23,  0,  143, 252};
    const std::string rows = "......."
                             "..###.."
                             "......."
                             "#######"
                             "......#";
    Bitmap bitmap{0, 0, 7, 5, {}};
    for (const char c : rows)
        bitmap.bytes.push_back(c == '#' ? 1 : 0);
    const Mask expected = maskFromBitmap(bitmap);
    const auto mask = decodeBrush(bytes, 7, 5);
    QVERIFY2(mask, mask ? "" : mask.error().message.c_str());
    QVERIFY(*mask == expected);
    QVERIFY(*decodeBrush(encodeBrush(expected, 7, 5), 7, 5) == expected);
    QVERIFY(!decodeBrush(bytes, 7, 6));
}

void TestFormatGoldens::labelStudioTurnsAboutTheCorner()
{
    const LabelSet labels = read(
        "label-studio",
        {{"t.json",
          R"([{"data":{"image":"a.jpg"},"annotations":[{"result":[{"type":"rectanglelabels","original_width":100,)"
          R"("original_height":50,"value":{"x":50,"y":20,"width":20,"height":10,"rotation":90,"rectanglelabels":["a"]}}]}]}])"}});
    // The corner (50, 10) stays; 20 to the right become 20 downwards, 5 downwards become 5 to the left.
    QVERIFY(areClose(only(labels).shape, RotatedBox{47.5, 20, 20, 5, 90}, 1e-9));
}

void TestFormatGoldens::labelStudioAddresses()
{
    const std::string task =
        R"([{"data":{"image":"%"},"annotations":[{"result":[{"type":"choices","value":{"choices":["a"]}}]}]}])";
    for (const char* address : {"/data/local-files/?d=dir/a%20b.jpg", "/data/upload/1/1a2b3c4d-a b.jpg",
                                "s3://bucket/dir/a b.jpg", "https://host/x/a b.jpg?token=1"}) {
        std::string text = task;
        text.replace(text.find('%'), 1, address);
        const LabelSet labels = read("label-studio", {{"t.json", text}}, {{"dir/a b.jpg", {10, 10, 1}}});
        QVERIFY2(labels.pictures.size() == 1 && labels.pictures[0].path == "dir/a b.jpg", address);
        QCOMPARE(only(labels).className, std::string("a"));
    }
}

void TestFormatGoldens::labelMeShapes()
{
    const LabelSet labels = read(
        "labelme",
        {{"json/a.json",
          R"({"version":"4.5.6","flags":{"night":true,"rain":false},"shapes":[)"
          R"({"label":"box","points":[[30,20],[10,5]],"group_id":0,"shape_type":"rectangle","flags":{"old":true}},)"
          R"({"label":"ring","points":[[50,25],[50,15]],"shape_type":"circle"},)"
          R"({"label":"way","points":[[1,1],[2,2],[3,1]],"shape_type":"linestrip","width":3},)"
          R"({"label":"dot","points":[[7,8]],"shape_type":"point"}],)"
          R"("imagePath":"..\\pictures\\a.jpg","imageData":null,"imageHeight":50,"imageWidth":100})"}},
        {{"pictures/a.jpg", {100, 50, 6}}});
    QCOMPARE(labels.pictures.size(), std::size_t(1));
    const LabelledPicture& picture = labels.pictures.front();
    QCOMPARE(picture.path, std::string("pictures/a.jpg"));
    QVERIFY(picture.frame == CoordinateFrame::Upright);
    QCOMPARE(picture.annotations.size(), std::size_t(5));
    QVERIFY(picture.annotations[0].shape == Shape(Box{10, 5, 20, 15}));
    QVERIFY(picture.annotations[0].attributes == Attributes({{"old", true}}));
    QCOMPARE(picture.annotations[0].group, 1); // 0 is a group for LabelMe
    const auto ring = boundingBox(picture.annotations[1].shape);
    QVERIFY(ring && std::abs(ring->width - 20) < 1e-9 && std::abs(ring->y - 15) < 1e-9);
    QVERIFY(std::holds_alternative<Polyline>(picture.annotations[2].shape));
    QCOMPARE(picture.annotations[2].extra, std::string(R"({"width":3})"));
    QVERIFY(picture.annotations[3].shape == Shape(Vertex{7, 8}));
    QCOMPARE(picture.annotations[4].className, std::string("night"));
    QVERIFY(!labels.losses.notes.empty());
}

void TestFormatGoldens::labelMeJoinsParts()
{
    const std::string part =
        R"({"label":"a","group_id":4,"shape_type":"polygon","points":[[1,1],[5,1],[5,5]]})";
    const std::map<std::string, std::string> files = {
        {"a.json", R"({"imagePath":"a.jpg","shapes":[)" + part + "," + part + "]}"}};
    const LabelSet joined = read("labelme", files);
    QCOMPARE(std::get<Polygon>(only(joined).shape).parts.size(), std::size_t(2));
    QCOMPARE(joined.read, 1);
    QCOMPARE(
        annotationCount(read("labelme", files, {{"a.jpg", {100, 50, 1}}}, {{"labelme-groups", "group"}})), 2);
}

void TestFormatGoldens::cvatTracks()
{
    const LabelSet labels = read(
        "cvat",
        {{"annotations.xml",
          "<annotations><version>1.1</version><meta><task><name>film</name><original_size><width>100</width>"
          "<height>50</height></original_size></task></meta><track id=\"3\" label=\"car\" source=\"manual\">"
          "<box frame=\"0\" outside=\"0\" occluded=\"1\" keyframe=\"1\" xtl=\"1\" ytl=\"2\" xbr=\"11\" "
          "ybr=\"22\" z_order=\"2\"/>"
          "<box frame=\"1\" outside=\"1\" occluded=\"0\" keyframe=\"1\" xtl=\"1\" ytl=\"2\" xbr=\"11\" "
          "ybr=\"22\"/></track>"
          "</annotations>"}},
        {{"images/frame_000000.PNG", {100, 50, 1}}, {"images/frame_000001.PNG", {100, 50, 1}}});
    const FileAnnotation& box = only(labels);
    QVERIFY(box.shape == Shape(Box{1, 2, 10, 20}));
    QVERIFY(box.flags.isOccluded);
    QCOMPARE(box.zOrder, 2);
    QVERIFY(box.attributes == Attributes({{"track_id", 3.0}}));
    QCOMPARE(labels.pictures[0].path, std::string("images/frame_000000.PNG"));
    QCOMPARE(labels.pictures[0].sequence, std::string("film"));
}

void TestFormatGoldens::cvatMask()
{
    const LabelSet labels =
        read("cvat", {{"a.xml", "<annotations><image name=\"a.jpg\" width=\"100\" height=\"50\"><mask "
                                "label=\"m\" rle=\"1, 2, 3\" left=\"10\" top=\"20\" width=\"3\" "
                                "height=\"2\"/></image></annotations>"}});
    // Row by row: .## / ...
    QVERIFY(tightMask(std::get<Mask>(only(labels).shape)) == (Mask{11, 20, 2, 1, {0, 2}}));
}

void TestFormatGoldens::yoloQuestions()
{
    const std::string corners = "0 .1 .1 .5 .1 .5 .5 .1 .5\n";
    MemoryLabelSource source({{"a.txt", corners}, {"data.yaml", "names: [a]\n"}}, {{"a.jpg", {100, 50, 1}}});
    const auto questions = findLabelFormat("yolo")->questions(source);
    QCOMPARE(questions.size(), std::size_t(1));
    QVERIFY(questions[0].mustAsk && questions[0].preset == "obb");
    QVERIFY(std::holds_alternative<Box>(
        only(read("yolo", {{"a.txt", corners}}, {{"a.jpg", {100, 50, 1}}}, {{"yolo-task", "obb"}})).shape));
    QVERIFY(std::holds_alternative<Polygon>(
        only(read("yolo", {{"a.txt", corners}}, {{"a.jpg", {100, 50, 1}}}, {{"yolo-task", "segment"}}))
            .shape));
    MemoryLabelSource boxes({{"a.txt", "0 .5 .5 .2 .2\n"}}, {{"a.jpg", {100, 50, 1}}});
    QVERIFY(findLabelFormat("yolo")->questions(boxes).empty());
}

void TestFormatGoldens::yoloKeepsBoxesBesideKeypoints()
{
    const std::map<std::string, std::string> files = {
        {"data.yaml", "kpt_shape: [2, 3]\nnames:\n  0: person\n"},
        {"a.txt", "0 .5 .5 .4 .8 .5 .4 2 0 0 0\n"}};
    const LabelSet labels = read("yolo", files);
    const auto& found = labels.pictures[0].annotations;
    QCOMPARE(found.size(), std::size_t(2));
    QVERIFY(areClose(found[1].shape, Box{30, 5, 40, 40}, 1e-9));
    QVERIFY(found[0].group == found[1].group && found[0].group > 0);
    MemoryLabelTarget target;
    QVERIFY(findLabelFormat("yolo")->write(labels, target));
    QCOMPARE(target.files["labels/a.txt"], std::string("0 0.5 0.5 0.4 0.8 0.5 0.4 2 0 0 0\n"));
}

void TestFormatGoldens::yoloDarknet()
{
    const LabelSet labels =
        read("yolo",
             {{"obj.data", "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n"},
              {"obj.names", "dog\ncat\n"},
              {"train.txt", "data/obj_train_data/a.jpg\n"},
              {"obj_train_data/a.txt", "1 0.5 0.5 0.2 0.4\n"}},
             {{"obj_train_data/a.jpg", {100, 50, 1}}});
    QCOMPARE(only(labels).className, std::string("cat"));
    QVERIFY(areClose(only(labels).shape, Box{40, 15, 20, 20}, 1e-9));
    QCOMPARE(labels.pictures[0].split, std::string("train"));
}

/// The first row of the devkit's readme.
void TestFormatGoldens::kittiKeepsWhatItKnows()
{
    const std::string row = "Pedestrian 0 0 -0.2 712.4 143 810.73 307.92 1.89 0.48 1.2 1.84 1.47 8.41 0.01\n";
    const LabelSet labels =
        read("kitti", {{"label_2/000000.txt", row}}, {{"image_2/000000.png", {1224, 370, 1}}});
    QVERIFY(areClose(only(labels).shape, Box{712.4, 143, 98.33, 164.92}, 1e-9));
    MemoryLabelTarget target;
    QVERIFY(findLabelFormat("kitti")->write(labels, target));
    QCOMPARE(target.files["label_2/000000.txt"], row);
}

void TestFormatGoldens::cocoThroughYolo()
{
    RandomLabelSet random(3);
    random.kinds = {ShapeKind::Box};
    const LabelSet labels = random.make(20, 20);
    const auto through = [](const char* format, const LabelSet& given) {
        MemoryLabelTarget target;
        if (!findLabelFormat(format)->write(given, target))
            qFatal("%s", format);
        LabelSet back = read(format, target.files, target.pictures);
        for (LabelledPicture& picture : back.pictures)
            if (const auto size = target.pictures.find(picture.path); size != target.pictures.end()) {
                picture.width = size->second.width;
                picture.height = size->second.height;
            }
        return back;
    };
    const LabelSet back = through("coco", through("yolo", through("coco", labels)));
    for (std::size_t i = 0; i < labels.pictures.size(); ++i) {
        const auto name = fileNameOf(labels.pictures[i].path);
        const auto found = std::find_if(back.pictures.begin(), back.pictures.end(), [&](const auto& picture) {
            return fileNameOf(picture.path) == name;
        });
        QVERIFY(found != back.pictures.end());
        QCOMPARE(found->annotations.size(), labels.pictures[i].annotations.size());
        for (std::size_t k = 0; k < found->annotations.size(); ++k) {
            QVERIFY(areClose(found->annotations[k].shape, labels.pictures[i].annotations[k].shape, 1e-3));
            QCOMPARE(found->annotations[k].className, labels.pictures[i].annotations[k].className);
        }
    }
}

QTEST_APPLESS_MAIN(TestFormatGoldens)
#include "tst_format_goldens.moc"
