// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/workspaces.h"
#include "tests/app/studio/label_fixture.h"
#include "widgets/dialogs/keys_dialog.h"
#include "widgets/views/tool_strip.h"

#include <QKeySequenceEdit>
#include <QLabel>
#include <QRegularExpression>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>

using namespace trainyard;
using namespace trainyard::widgets;

/// Tool tips say the keys that a person has set, and the Label workspace says what a label takes.
class KeyTipsTest : public QObject
{
    Q_OBJECT
private:
    test::LabelFixture m_hands;

    [[nodiscard]] QString tip(const QString& name) const
    {
        for (const QAbstractButton* button : m_hands.window().findChildren<QAbstractButton*>())
            if (button->isVisible() && button->accessibleName() == name)
                return button->toolTip();
        return QStringLiteral("no such button");
    }
    [[nodiscard]] QLabel& time() const
    {
        for (QLabel* label : m_hands.panel().findChildren<QLabel*>())
            if (label->accessibleName() == QStringLiteral("Time that a label takes"))
                return *label;
        qFatal("there is no label for the time");
    }
    /// As a person does it: in the page of keys.
    void setKey(const QString& action, const QKeySequence& key)
    {
        m_hands.window().runAction(QStringLiteral("app.keys"));
        auto* dialog = m_hands.window().findChild<KeysDialog*>();
        QVERIFY(dialog != nullptr);
        auto* tree = dialog->findChild<QTreeWidget*>();
        for (QTreeWidgetItemIterator it(tree); *it != nullptr; ++it)
            if ((*it)->text(0) == action)
                tree->setCurrentItem(*it);
        auto* edit = dialog->findChild<QKeySequenceEdit*>();
        edit->setKeySequence(key);
        emit edit->editingFinished();
        dialog->close();
        QTRY_VERIFY(m_hands.window().findChild<KeysDialog*>() == nullptr);
    }

private slots:
    void init() { m_hands.open(); }
    void cleanup() { m_hands.close(); }

    void tipsFollowThePersonsKeys()
    {
        const ToolStrip& strip = *m_hands.panel().findChild<ToolStrip*>();
        QCOMPARE(strip.button(QStringLiteral("box"))->toolTip(), QStringLiteral("Box (B)"));
        QCOMPARE(tip(QStringLiteral("Next picture")), QStringLiteral("Next picture (Right)"));
        QCOMPARE(tip(QStringLiteral("Clean")), QStringLiteral("Clean (Ctrl+2)"));
        QCOMPARE(tip(QStringLiteral("Undo")), QStringLiteral("Undo (Ctrl+Z)"));
        setKey(QStringLiteral("Tool: box"), QKeySequence(Qt::SHIFT | Qt::Key_F5));
        setKey(QStringLiteral("Next picture"), QKeySequence(Qt::Key_F6));
        setKey(QStringLiteral("Go to Clean"), QKeySequence());
        QCOMPARE(strip.button(QStringLiteral("box"))->toolTip(), QStringLiteral("Box (Shift+F5)"));
        QCOMPARE(strip.button(QStringLiteral("polygon"))->toolTip(), QStringLiteral("Polygon (P)"));
        QCOMPARE(tip(QStringLiteral("Next picture")), QStringLiteral("Next picture (F6)"));
        QCOMPARE(tip(QStringLiteral("Clean")), QStringLiteral("Clean")); // none
    }

    void theTimeOfALabelIsSaidHereAlone()
    {
        QCOMPARE(time().text(), QString());
        m_hands.tool("box");
        m_hands.contents().setCurrentClass(m_hands.classId("cat"));
        m_hands.drag(2, 2, 10, 10);
        QVERIFY(time().text().startsWith(QStringLiteral("1 label, ")));
        m_hands.drag(20, 2, 30, 10);
        m_hands.tool("select");
        m_hands.click(44, 30);
        m_hands.key(Qt::Key_1); // a class for the picture counts as well
        const QRegularExpression wanted(QStringLiteral("^3 labels, \\d+[.,]\\d s each$"));
        QVERIFY2(wanted.match(time().text()).hasMatch(), qPrintable(time().text()));
        QVERIFY(time().isVisible());
        QVERIFY(time().toolTip().contains(QStringLiteral("a box, 2 today")));
        QVERIFY(time().toolTip().contains(QStringLiteral("a class, 1 today")));
        m_hands.window().workspaces().show(Workspace::Data);
        for (const QLabel* label : m_hands.window().findChildren<QLabel*>())
            QVERIFY(!label->isVisible() || !label->text().contains(QStringLiteral("s each")));
    }
};

QTEST_MAIN(KeyTipsTest)
#include "tst_key_tips.moc"
