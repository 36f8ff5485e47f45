// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace trainyard;
using namespace trainyard::widgets;

class TestRecipeForm : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_form = std::make_unique<RecipeForm>();
        m_form->resize(480, 1200);
        m_form->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
    }
    void cleanup() { m_form.reset(); }

    void everyFieldHasAnEditor()
    {
        for (const RecipeField& field : recipeFields()) {
            QWidget* editor = m_form->editor(QString::fromStdString(field.key));
            QVERIFY2(editor != nullptr, field.key.c_str());
            QCOMPARE(editor->accessibleName(), QString::fromStdString(field.label));
            QVERIFY(editor->accessibleDescription().startsWith(QString::fromStdString(field.help)));
        }
        QVERIFY(m_form->editor("no-such-field") == nullptr);
    }

    void everyNamedRecipeComesBack()
    {
        for (const std::string& name : recipeNames()) {
            const auto recipe = namedRecipe(name);
            QVERIFY(recipe);
            QSignalSpy changed(m_form.get(), &RecipeForm::changed);
            m_form->setRecipe(*recipe);
            QVERIFY2(m_form->recipe() == *recipe, name.c_str());
            QVERIFY(m_form->isValid());
            QCOMPARE(changed.count(), 0);
            for (const RecipeField& field : recipeFields())
                QCOMPARE(shown(field), QString::fromStdString(recipeValue(*recipe, field.key)));
        }
    }

    void typingChangesTheRecipe()
    {
        QSignalSpy changed(m_form.get(), &RecipeForm::changed);
        type("epochs", "37");
        QCOMPARE(m_form->recipe().epochs, 37);
        QVERIFY(changed.count() >= 1);
        type("learning-rate", "2e-4");
        QCOMPARE(m_form->recipe().learningRate, 2e-4);
        auto* flip = qobject_cast<QCheckBox*>(m_form->editor("flip-vertical"));
        QTest::mouseClick(flip, Qt::LeftButton, {}, QPoint(8, flip->height() / 2));
        QVERIFY(m_form->recipe().flipsVertically);
        auto* schedule = qobject_cast<QComboBox*>(m_form->editor("schedule"));
        schedule->setFocus();
        QTest::keyClicks(schedule, "constant");
        QCOMPARE(QString::fromStdString(m_form->recipe().schedule), QStringLiteral("constant"));
    }

    void badValuesAreSaidAndNotTaken_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("no number") << "epochs"
                                   << "many";
        QTest::newRow("empty") << "epochs"
                               << "";
        QTest::newRow("below the range") << "epochs"
                                         << "0";
        QTest::newRow("beyond the range") << "label-smoothing"
                                          << "1.5";
        QTest::newRow("fraction of a whole number") << "batch-size"
                                                    << "3.5";
        QTest::newRow("not a number") << "learning-rate"
                                      << "nan";
    }
    void badValuesAreSaidAndNotTaken()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        auto* line = qobject_cast<QLineEdit*>(m_form->editor(key));
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, value);
        QVERIFY(!m_form->isValid());
        QVERIFY(!m_form->errorText(key).isEmpty());
        QCOMPARE(line->text(), value);
        QCOMPARE(line->accessibleDescription(), m_form->errorText(key));
        m_form->setRecipe(Recipe{});
        QVERIFY(m_form->isValid());
        QVERIFY(m_form->errorText(key).isEmpty());
        QVERIFY(recipeValue(m_form->recipe(), key.toStdString()) == recipeValue(Recipe{}, key.toStdString()));
    }

    void fieldsWithoutEffectAreHidden()
    {
        QVERIFY(!m_form->editor("momentum")->isVisible());
        auto* optimizer = qobject_cast<QComboBox*>(m_form->editor("optimizer"));
        optimizer->setFocus();
        QTest::keyClicks(optimizer, "sgd");
        QVERIFY(m_form->editor("momentum")->isVisible());
        Recipe recipe;
        m_form->setRecipe(recipe);
        QVERIFY(!m_form->editor("momentum")->isVisible());
    }

    void theWheelPassesOver()
    {
        auto* schedule = qobject_cast<QComboBox*>(m_form->editor("schedule"));
        m_form->editor("epochs")->setFocus();
        const QString before = schedule->currentText();
        const QPointF place(20, 10);
        QWheelEvent wheel(place, schedule->mapToGlobal(place), {}, {0, -120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(schedule, &wheel);
        QCOMPARE(schedule->currentText(), before);
    }

    void readOnlyShowsButDoesNotTake()
    {
        m_form->setReadOnly(true);
        auto* line = qobject_cast<QLineEdit*>(m_form->editor("epochs"));
        QTest::keyClicks(line, "5");
        QCOMPARE(m_form->recipe().epochs, Recipe{}.epochs);
    }

private:
    void type(const char* key, const char* value)
    {
        auto* line = qobject_cast<QLineEdit*>(m_form->editor(key));
        QVERIFY(line != nullptr);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, value);
    }
    QString shown(const RecipeField& field) const
    {
        QWidget* editor = m_form->editor(QString::fromStdString(field.key));
        if (auto* box = qobject_cast<QCheckBox*>(editor))
            return box->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
        if (auto* list = qobject_cast<QComboBox*>(editor))
            return list->currentText();
        return qobject_cast<QLineEdit*>(editor)->text();
    }

    std::unique_ptr<RecipeForm> m_form;
};

QTEST_MAIN(TestRecipeForm)
#include "tst_recipe_form.moc"
