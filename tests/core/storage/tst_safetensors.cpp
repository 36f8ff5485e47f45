// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/safetensors.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <cstring>

using namespace trainyard;
namespace fs = std::filesystem;

namespace {

/// A file of a header, which is padded like ours, and `dataSize` bytes.
std::string fileOf(std::string header, std::size_t dataSize)
{
    header.append((8 - header.size() % 8) % 8, ' ');
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + std::string(dataSize, '\x01');
}

TensorFile sample()
{
    TensorFile file;
    file.metadata = {{"format", "pt"}, {"note", "\xC3\xA4 \"quoted\""}};
    file.tensors.push_back({"b.u8", TensorType::U8, {3}, std::string("\x01\x02\x03", 3)});
    file.tensors.push_back(NamedTensor::fromFloats("z.weight", {2, 2}, {1, 2, 3, 4}));
    file.tensors.push_back({"a.count", TensorType::I64, {}, std::string(8, '\x07')});
    file.tensors.push_back({"empty", TensorType::F32, {0, 4}, {}});
    file.tensors.push_back({"h", TensorType::F16, {2}, std::string("\x00\x3C\x00\xC0", 4)});
    return file;
}

fs::path golden(const char* name)
{
    return test::sourceFolder() / "tests/data/storage" / name;
}

} // namespace

class TestSafetensors : public QObject
{
    Q_OBJECT

private slots:
    /// The golden bytes of the upstream project's own test (safetensors, tensor.rs, `test_serialization`).
    void writesTheUpstreamGolden()
    {
        TensorFile file;
        file.tensors.push_back({"attn.0", TensorType::F32, {1, 2, 3}, std::string(24, '\0')});
        const std::string header =
            "{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}";
        const std::string expected = std::string("\x40\0\0\0\0\0\0\0", 8) + header + std::string(24, '\0');
        QCOMPARE(header.size(), std::size_t{64});
        QCOMPARE(safetensorsBytes(file), expected);
        QCOMPARE(parseSafetensors(expected, "golden").value().tensors, file.tensors);
    }

    /// tests/data/storage/make_safetensors.py wrote the file with the real package.
    void readsWhatTheRealPackageWrote()
    {
        const TensorFile file = readSafetensors(golden("peer.safetensors")).value();
        QCOMPARE(file.metadata.at("format"), std::string("pt"));
        QCOMPARE(file.tensors.size(), std::size_t{5});
        QCOMPARE(file.find("layer.weight")->shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(file.find("layer.weight")->toFloats(),
                 (std::vector<float>{0.5F, -1, 2, 1e-30F, 3.25F, -0.0F}));
        QCOMPARE(file.find("half")->toFloats(), (std::vector<float>{1, -2, 65504, 0x1p-24F, 0}));
        QCOMPARE(file.find("double")->toFloats(), (std::vector<float>{3.141592653589793F}));
        QCOMPARE(file.find("steps")->type, TensorType::I64);
        QVERIFY(file.find("scalar")->shape.empty());
    }

    void roundTripKeepsEverything()
    {
        const TensorFile file = sample();
        const TensorFile read = parseSafetensors(safetensorsBytes(file), "memory").value();
        QCOMPARE(read.metadata, file.metadata);
        QCOMPARE(read.tensors.size(), file.tensors.size());
        for (const NamedTensor& tensor : file.tensors)
            QCOMPARE(*read.find(tensor.name), tensor);
    }

    void largestElementsComeFirstAndDataIsAligned()
    {
        const std::string bytes = safetensorsBytes(sample());
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), 8);
        QCOMPARE(length % 8, std::uint64_t{0});
        QCOMPARE(bytes[8 + length], '\x07'); // the I64, then F32, F16, U8
        QCOMPARE(bytes.back(), '\x03');
    }

    void halfAndBrainFloats()
    {
        const NamedTensor half{
            "h", TensorType::F16, {6}, std::string("\x00\x7C\x00\xFC\x01\x00\xFF\x03\x00\x04\x01\x7E", 12)};
        const std::vector<float> values = half.toFloats();
        QCOMPARE(values[0], INFINITY);
        QCOMPARE(values[1], -INFINITY);
        QCOMPARE(values[2], 0x1p-24F);        // the smallest subnormal
        QCOMPARE(values[3], 1023 * 0x1p-24F); // the largest subnormal
        QCOMPARE(values[4], 0x1p-14F);        // the smallest normal
        QVERIFY(std::isnan(values[5]));
        const NamedTensor brain{"b", TensorType::BF16, {2}, std::string("\x80\x3F\x20\xC1", 4)};
        QCOMPARE(brain.toFloats(), (std::vector<float>{1, -10}));
    }

    void hostileHeaders_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())) << says;
        };
        const auto entry = [](const char* name, const char* shape, const char* offsets) {
            std::string text("\"");
            text += name;
            text += "\":{\"dtype\":\"F32\",\"shape\":";
            text += shape;
            text += ",\"data_offsets\":";
            text += offsets;
            return text += "}";
        };
        const auto object = [](const std::string& fields) {
            return std::string("{").append(fields).append("}");
        };
        const std::string a = entry("a", "[2]", "[0,8]");
        row("empty file", "", "header length");
        row("seven bytes", std::string(7, '\0'), "header length");
        row("no header", std::string(8, '\0'), "begin with");
        row("header behind the end", std::string("\x10\0\0\0\0\0\0\0{}", 10), "behind the file");
        row("largest length", std::string(8, '\xFF') + "{}", "16 MiB");
        row("header over 16 MiB", std::string("\x01\0\0\x01\0\0\0\0", 8) + std::string(16777217, ' '),
            "16 MiB");
        row("not JSON", fileOf("{\"a\":", 0), "JSON");
        row("an array", fileOf("[]", 0), "begin with");
        row("blank in front", fileOf(" {}", 0), "begin with");
        row("invalid UTF-8", fileOf("{\"\xFF\":1}", 0), "JSON");
        row("duplicate tensor", fileOf(object(a + "," + entry("a", "[2]", "[8,16]")), 16),
            "'a' is named twice");
        row("duplicate key",
            fileOf("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4),
            "twice");
        row("overlap", fileOf(object(a + "," + entry("b", "[2]", "[4,12]")), 12), "'b' overlaps");
        row("same place", fileOf(object(a + "," + entry("b", "[2]", "[0,8]")), 8), "overlaps");
        row("hole", fileOf(object(a + "," + entry("b", "[1]", "[12,16]")), 16), "'b' leaves a hole");
        row("hole at the start", fileOf(object(entry("b", "[1]", "[4,8]")), 8), "'b' leaves a hole");
        row("bytes behind", fileOf(object(a), 9), "byte 8 of 9");
        row("truncated data", fileOf(object(a), 7), "'a' ends behind");
        row("end before begin", fileOf(object(entry("a", "[2]", "[8,0]")), 8), "'a' ends");
        row("size against shape", fileOf(object(entry("a", "[3]", "[0,8]")), 8), "its shape needs 12");
        row("product overflows", fileOf(object(entry("a", "[4294967296,4294967296,4]", "[0,8]")), 8),
            "64 bits");
        row("product overflows to 0", fileOf(object(entry("a", "[9223372036854775807,4]", "[0,8]")), 8),
            "64 bits");
        row("extent over 64 bits", fileOf(object(entry("a", "[18446744073709551615]", "[0,8]")), 8),
            "whole numbers");
        row("negative extent", fileOf(object(entry("a", "[-2]", "[0,8]")), 8), "whole numbers");
        row("fraction", fileOf(object(entry("a", "[2.0]", "[0,8]")), 8), "whole numbers");
        row("negative offset", fileOf(object(entry("a", "[2]", "[-8,0]")), 8), "data_offsets");
        row("three offsets", fileOf(object(entry("a", "[2]", "[0,8,8]")), 8), "data_offsets");
        row("old key", fileOf("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"offsets\":[0,8]}}", 8), "exactly");
        row("extra key",
            fileOf("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}", 8), "exactly");
        row("dtype is a number", fileOf("{\"a\":{\"dtype\":1,\"shape\":[2],\"data_offsets\":[0,8]}}", 8),
            "dtype");
        row("unknown dtype",
            fileOf("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}", 8), "F8_E4M3");
        row("metadata with a number", fileOf("{\"__metadata__\":{\"a\":1}}", 0), "not a text");
        row("metadata is a list", fileOf("{\"__metadata__\":[]}", 0), "not an object");
        row("nested deeply",
            fileOf("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}", 0), "deep");
    }

    void hostileHeaders()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto result = parseSafetensors(
            std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), "x.safetensors");
        QVERIFY(!result);
        const bool isUnsupported = says == "F8_E4M3";
        QCOMPARE(result.error().code, isUnsupported ? ErrorCode::Unsupported : ErrorCode::CorruptFile);
        QVERIFY2(result.error().message.find(says.toStdString()) != std::string::npos,
                 result.error().message.c_str());
        QVERIFY(result.error().message.find("x.safetensors") != std::string::npos);
    }

    /// No truncation and no flipped byte of the header may crash or give another tensor's bytes as good.
    void truncationsAreErrorsAndFlipsDoNotCrash()
    {
        const std::string bytes = safetensorsBytes(sample());
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY(!parseSafetensors(bytes.substr(0, size), "x"));
        int accepted = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            for (const char mask : {'\x01', '\x20', '\x80'}) {
                std::string flipped = bytes;
                flipped[i] = static_cast<char>(flipped[i] ^ mask);
                const auto result = parseSafetensors(flipped, "x");
                accepted += result ? 1 : 0; // a name or a value may change; that is for checksums to find
            }
        }
        QVERIFY(accepted < static_cast<int>(bytes.size() * 3));
    }

    void writerRefusesWhatItCouldNotReadBack()
    {
        const test::TemporaryFolder folder;
        TensorFile twice = sample();
        twice.tensors.push_back(twice.tensors.front());
        TensorFile wrong = sample();
        wrong.tensors.front().bytes += "x";
        TensorFile reserved;
        reserved.tensors.push_back({"__metadata__", TensorType::U8, {0}, {}});
        for (const TensorFile& file : {twice, wrong, reserved}) {
            const auto result = writeSafetensors(posixIo(), folder / "x", file);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!fs::exists(folder / "x"));
    }

    void everyFaultLeavesOldOrNew()
    {
        const std::string oldBytes = safetensorsBytes({});
        const std::string newBytes = safetensorsBytes(sample());
        bool isGood = true;
        test::forEveryFault([&](test::FaultyIoEnv& env, const test::FaultCase& fault) {
            const test::TemporaryFolder folder;
            test::writeTestFile(folder / "w", oldBytes);
            const auto result = writeSafetensors(env, folder / "w", sample());
            const std::string bytes = test::readTestFile(folder / "w");
            isGood =
                (result ? bytes == newBytes && !env.wasReached() : bytes == oldBytes || bytes == newBytes) &&
                (result || result.error().message.find((folder / "w").string()) != std::string::npos);
            if (!isGood)
                QWARN(fault.text().c_str());
            return isGood;
        });
        QVERIFY(isGood);
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
