// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "tests/core/labels/format_expectations.h"
#include "tests/core/labels/memory_label_source.h"
#include "tests/core/labels/random_labels.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

/// Every format of the table: what it writes it reads, minus what it says it cannot carry; and no broken file
/// makes it lose count.
class FormatRoundTrip : public QObject
{
    Q_OBJECT

private slots:
    void everyFormatIsExpected();
    void readsWhatItWrites_data() { rows(); }
    void readsWhatItWrites();
    void recognisesItsOwn_data() { rows(); }
    void recognisesItsOwn();
    void countsMalformedFiles_data() { rows(); }
    void countsMalformedFiles();

private:
    static void rows();
};

namespace {

constexpr int kAnnotations = 10'000;
constexpr int kMutations = 1'000;

/// All numbers of a shape in their order.
std::vector<double> numbersOf(const Shape& shape)
{
    std::vector<double> numbers;
    const Json json = shapeToJson(shape).flatten();
    for (const auto& value : json)
        if (value.is_number())
            numbers.push_back(value.get<double>());
    return numbers;
}

bool isClose(const Shape& a, const Shape& b, double tolerance)
{
    if (a == b)
        return true;
    const auto one = numbersOf(a);
    const auto other = numbersOf(b);
    if (a.index() != b.index() || one.size() != other.size())
        return false;
    return std::equal(one.begin(), one.end(), other.begin(),
                      [&](double x, double y) { return std::abs(x - y) <= tolerance; });
}

bool isClose(const FileAnnotation& a, const FileAnnotation& b, double tolerance)
{
    FileAnnotation other = b;
    other.shape = a.shape;
    return a == other && isClose(a.shape, b.shape, tolerance);
}

QByteArray described(const FileAnnotation& a)
{
    Json json = shapeToJson(a.shape);
    json["class"] = a.className;
    json["score"] = a.score.value_or(-1);
    json["model"] = a.isModel;
    json["source"] = a.sourceName;
    json["group"] = a.group;
    json["z"] = a.zOrder;
    json["flags"] = flagsToNumber(a.flags);
    json["attributes"] = attributesToJson(a.attributes);
    json["extra"] = a.extra;
    return QByteArray::fromStdString(jsonLine(json));
}

const LabelledPicture* pictureAt(const LabelSet& labels, const std::string& path)
{
    for (const LabelledPicture& picture : labels.pictures)
        if (picture.path == path)
            return &picture;
    return nullptr;
}

/// Changes a few bytes: one is another, some are gone, some come twice, or the end is missing.
void mutate(std::string& bytes, CounterRandom& random)
{
    const auto below = [&](std::size_t count) {
        return static_cast<std::size_t>(
            random.below(static_cast<std::uint32_t>(std::max<std::size_t>(count, 1))));
    };
    if (bytes.empty()) {
        bytes = "x";
        return;
    }
    const std::size_t at = below(bytes.size());
    switch (below(5)) {
    case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
    case 1:
        bytes.erase(at, 1 + below(20));
        break;
    case 2:
        bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(40)));
        break;
    case 3:
        bytes.resize(at);
        break;
    default:
        bytes.insert(at, std::string("-9e999\"]}</x>, nan").substr(below(12), 1 + below(6)));
    }
}

const FormatSpec& spec(const char* key)
{
    return *findLabelFormat(key);
}

} // namespace

void FormatRoundTrip::rows()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < formatExpectations().size(); ++i)
        QTest::addRow("%s", std::string(formatExpectations()[i].key).c_str()) << static_cast<int>(i);
}

/// Here, or as a case of tst_format_losses.
void FormatRoundTrip::everyFormatIsExpected()
{
    constexpr std::string_view kElsewhere[] = {
        "yolo",        "labelme",    "cvat",         "label-studio", "dota",     "kitti", "csv",
        "open-images", "cityscapes", "hugging-face", "webdataset",   "mask-png", "idx",   "cifar"};
    for (const FormatSpec& format : labelFormats()) {
        if (format.read == nullptr || format.write == nullptr)
            continue;
        const auto& all = formatExpectations();
        const bool isElsewhere =
            std::find(std::begin(kElsewhere), std::end(kElsewhere), format.key) != std::end(kElsewhere);
        QVERIFY2(isElsewhere || std::any_of(all.begin(), all.end(),
                                            [&](const auto& row) { return row.key == format.key; }),
                 std::string(format.key).c_str());
    }
}

void FormatRoundTrip::readsWhatItWrites()
{
    QFETCH(int, index);
    const FormatExpectation& expectation = formatExpectations()[static_cast<std::size_t>(index)];
    const FormatSpec& format = spec(QTest::currentDataTag());
    const LabelSet given = randomLabels(static_cast<std::uint64_t>(index) + 1, kAnnotations);
    MemoryLabelTarget target;
    const auto losses = format.write(given, target);
    QVERIFY2(losses, losses ? "" : losses.error().message.c_str());
    QVERIFY(!losses->notes.empty()); // no format carries all of it
    MemoryLabelSource source(target.files, target.pictures);
    const auto read = format.read(source, {});
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    for (const Rejection& rejection : read->rejections)
        QFAIL((rejection.path + " " + rejection.place + ": " + rejection.reason).c_str());
    const LabelSet expected = expectation.kept(given);
    QCOMPARE(read->read, annotationCount(*read));
    QCOMPARE(annotationCount(*read), annotationCount(expected));
    for (const LabelledPicture& picture : expected.pictures) {
        const LabelledPicture* found = pictureAt(*read, picture.path);
        if (found == nullptr && picture.annotations.empty())
            continue;
        QVERIFY2(found != nullptr, picture.path.c_str());
        QCOMPARE(found->split, picture.split);
        QCOMPARE(found->sequence, picture.sequence);
        QCOMPARE(found->frameNumber, picture.frameNumber);
        QVERIFY(found->width == 0 || found->width == picture.width);
        QVERIFY(found->height == 0 || found->height == picture.height);
        std::vector<const FileAnnotation*> left;
        for (const FileAnnotation& annotation : found->annotations)
            left.push_back(&annotation);
        for (const FileAnnotation& annotation : picture.annotations) {
            const auto match = std::find_if(left.begin(), left.end(), [&](const FileAnnotation* other) {
                return isClose(annotation, *other, expectation.tolerance);
            });
            if (match == left.end())
                for (const FileAnnotation* other : left)
                    qWarning() << "  read" << described(*other);
            QVERIFY2(match != left.end(),
                     (picture.path + ": " + described(annotation).toStdString()).c_str());
            left.erase(match);
        }
        QVERIFY2(left.empty(), picture.path.c_str());
    }
    QCOMPARE(read->classes.size(), expected.classes.size());
    for (const FileClass& fileClass : expected.classes) {
        const auto found = std::find_if(read->classes.begin(), read->classes.end(),
                                        [&](const auto& other) { return other.name == fileClass.name; });
        QVERIFY2(found != read->classes.end() && *found == fileClass, fileClass.name.c_str());
    }
}

void FormatRoundTrip::recognisesItsOwn()
{
    QFETCH(int, index);
    MemoryLabelTarget target;
    QVERIFY(
        spec(QTest::currentDataTag()).write(randomLabels(static_cast<std::uint64_t>(index), 200), target));
    MemoryLabelSource source(target.files, target.pictures);
    int best = 0;
    std::string_view key;
    for (const FormatSpec& format : labelFormats()) {
        if (const int sure = format.recognise(source); sure > best) {
            best = sure;
            key = format.key;
        }
    }
    QCOMPARE(std::string(key), std::string(QTest::currentDataTag()));
}

void FormatRoundTrip::countsMalformedFiles()
{
    QFETCH(int, index);
    const FormatSpec& format = spec(QTest::currentDataTag());
    MemoryLabelTarget target;
    QVERIFY(format.write(randomLabels(77, 60), target));
    std::vector<std::string> names;
    for (const auto& [name, bytes] : target.files)
        names.push_back(name);
    CounterRandom random(static_cast<std::uint64_t>(index), RandomPurpose::Plant, 1, 0);
    for (int i = 0; i < kMutations; ++i) {
        auto files = target.files;
        const std::string& name = names[random.below(static_cast<std::uint32_t>(names.size()))];
        mutate(files[name], random);
        MemoryLabelSource broken(std::move(files), target.pictures);
        const auto read = format.read(broken, {});
        if (!read) {
            QVERIFY2(!read.error().message.empty(), name.c_str());
            continue;
        }
        QVERIFY2(read->read == annotationCount(*read) + std::ssize(read->rejections),
                 (name + ", mutation " + std::to_string(i) + ": read " + std::to_string(read->read) +
                  ", kept " + std::to_string(annotationCount(*read)) + ", rejected " +
                  std::to_string(read->rejections.size()))
                     .c_str());
        for (const Rejection& rejection : read->rejections) {
            QVERIFY2(!rejection.path.empty() && !rejection.reason.empty(), name.c_str());
            QVERIFY2(!rejection.place.empty(), (rejection.path + ": " + rejection.reason).c_str());
        }
    }
}

QTEST_APPLESS_MAIN(FormatRoundTrip)
#include "tst_format_round_trip.moc"
