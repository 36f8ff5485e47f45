// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"

#include <QTest>
#include <set>

using namespace trainyard;

class RecipeTest : public QObject
{
    Q_OBJECT

private slots:
    void everyFieldIsComplete();
    void everyFieldRoundTrips();
    void badValues_data();
    void badValues();
    void unusedFields();
    void tomlKeepsWhatTheFileDoesNotSay();
    void badToml_data();
    void badToml();
    void namedRecipesAreValid();
};

namespace {

/// Another accepted value than the default, by the field's type alone.
std::string otherValue(const RecipeField& field, const std::string& present)
{
    switch (field.type) {
    case FieldType::Flag:
        return present == "true" ? "false" : "true";
    case FieldType::Choice:
        return field.choices.back() == present ? field.choices.front() : field.choices.back();
    case FieldType::Integer:
        return std::to_string(static_cast<std::int64_t>(field.minimum) + 17);
    case FieldType::Real:
        return QByteArray::number((field.minimum + field.maximum) / 3, 'g', 17).toStdString();
    }
    return {};
}

} // namespace

void RecipeTest::everyFieldIsComplete()
{
    std::set<std::string> keys;
    for (const RecipeField& field : recipeFields()) {
        QVERIFY2(keys.insert(field.key).second, field.key.c_str());
        QVERIFY2(!field.label.empty() && !field.help.empty() && !field.group.empty(), field.key.c_str());
        QVERIFY2(field.type != FieldType::Choice || !field.choices.empty(), field.key.c_str());
        if (!field.dependsOn.empty())
            QVERIFY2(recipeField(field.dependsOn.substr(0, field.dependsOn.find('='))) != nullptr,
                     field.key.c_str());
    }
    // One row for each member: the defaults of a changed member would otherwise be lost in files.
    QCOMPARE(keys.size(), std::size_t(29));
}

void RecipeTest::everyFieldRoundTrips()
{
    Recipe all;
    for (const RecipeField& field : recipeFields()) {
        Recipe one;
        const std::string value = otherValue(field, recipeValue(one, field.key));
        QVERIFY2(setRecipeValue(one, field.key, value).has_value(), (field.key + "=" + value).c_str());
        QVERIFY2(!(one == Recipe{}), field.key.c_str());
        QVERIFY(setRecipeValue(all, field.key, value).has_value());
        const auto fromToml = recipeFromToml(recipeToToml(one), "recipe.toml");
        QVERIFY2(fromToml.has_value(), fromToml ? "" : fromToml.error().message.c_str());
        QVERIFY2(*fromToml == one, field.key.c_str());
        const auto json = parseJson(jsonLine(recipeToJson(one)), "resolved.json");
        const auto fromJson = recipeFromJson(*json, "resolved.json");
        QVERIFY2(fromJson.has_value() && *fromJson == one, field.key.c_str());
    }
    const auto read = recipeFromToml(recipeToToml(all), "recipe.toml");
    QVERIFY(read.has_value());
    QVERIFY(*read == all);
}

void RecipeTest::badValues_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("below the range") << "epochs"
                                     << "0";
    QTest::newRow("above the range") << "momentum"
                                     << "1.5";
    QTest::newRow("not a number") << "learning-rate"
                                  << "fast";
    QTest::newRow("nan") << "learning-rate"
                         << "nan";
    QTest::newRow("infinite") << "learning-rate"
                              << "inf";
    QTest::newRow("number and more") << "epochs"
                                     << "3 epochs";
    QTest::newRow("real for a whole number") << "batch-size"
                                             << "2.5";
    QTest::newRow("overflow") << "epochs"
                              << "99999999999999999999";
    QTest::newRow("empty") << "seed"
                           << "";
    QTest::newRow("negative seed") << "seed"
                                   << "-1";
    QTest::newRow("unknown choice") << "optimizer"
                                    << "adam";
    QTest::newRow("unknown network") << "network"
                                     << "resnet-9000";
    QTest::newRow("flag in other words") << "class-weights"
                                         << "yes";
    QTest::newRow("unknown key") << "leaning-rate"
                                 << "0.1";
    QTest::newRow("device") << "device"
                            << "cuda:x";
}

void RecipeTest::badValues()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    Recipe recipe;
    const auto set = setRecipeValue(recipe, key.toStdString(), value.toStdString());
    QVERIFY(!set.has_value());
    QCOMPARE(set.error().code, ErrorCode::InvalidArgument);
    QVERIFY2(set.error().message.find(key.toStdString()) != std::string::npos, set.error().message.c_str());
    QVERIFY(recipe == Recipe{});
}

void RecipeTest::unusedFields()
{
    Recipe recipe;
    QVERIFY(!isRecipeFieldUsed(recipe, "momentum"));
    QVERIFY(isRecipeFieldUsed(recipe, "freeze-backbone"));
    QVERIFY(setRecipeValue(recipe, "optimizer", "sgd").has_value());
    QVERIFY(isRecipeFieldUsed(recipe, "momentum"));
    QVERIFY(setRecipeValue(recipe, "network", "resnet-small").has_value());
    QVERIFY(!isRecipeFieldUsed(recipe, "starter-weights"));
    QVERIFY(!isRecipeFieldUsed(recipe, "freeze-backbone"));
    QVERIFY(!isRecipeFieldUsed(recipe, "no-such-field"));
}

void RecipeTest::tomlKeepsWhatTheFileDoesNotSay()
{
    const auto recipe =
        recipeFromToml("epochs = 3\nlearning-rate = 1 # a whole number is a rate, too\n", "a.toml");
    QVERIFY(recipe.has_value());
    Recipe expected;
    expected.epochs = 3;
    expected.learningRate = 1.0;
    QVERIFY(*recipe == expected);
}

void RecipeTest::badToml_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("part");
    const int invalid = static_cast<int>(ErrorCode::InvalidFile);
    QTest::newRow("unknown key") << "epochs = 3\nepoch = 4\n" << invalid << "a.toml, line 2";
    QTest::newRow("bad value") << "\n\nepochs = -4\n" << invalid << "a.toml, line 3";
    QTest::newRow("syntax") << "epochs = = 3\n" << invalid << "a.toml, line 1";
    QTest::newRow("table") << "[epochs]\nx = 1\n" << invalid << "epochs";
    QTest::newRow("twice") << "epochs = 1\nepochs = 2\n" << invalid << "line 2";
    QTest::newRow("newer") << "version = 2\n" << static_cast<int>(ErrorCode::Unsupported) << "version 2";
    QTest::newRow("tiny input") << "input-edge = 8\n" << invalid << "input-edge";
}

void RecipeTest::badToml()
{
    QFETCH(QString, text);
    QFETCH(int, code);
    QFETCH(QString, part);
    const auto recipe = recipeFromToml(text.toStdString(), "a.toml");
    QVERIFY(!recipe.has_value());
    QCOMPARE(static_cast<int>(recipe.error().code), code);
    QVERIFY2(recipe.error().message.find(part.toStdString()) != std::string::npos,
             recipe.error().message.c_str());
}

void RecipeTest::namedRecipesAreValid()
{
    QCOMPARE(recipeNames().front(), std::string("transfer"));
    for (const std::string& name : recipeNames()) {
        const auto recipe = namedRecipe(name);
        QVERIFY2(recipe.has_value(), name.c_str());
        QVERIFY2(validateRecipe(*recipe).has_value(), name.c_str());
    }
    QCOMPARE(namedRecipe("nothing").error().code, ErrorCode::NotFound);
}

QTEST_APPLESS_MAIN(RecipeTest)
#include "tst_recipe.moc"
