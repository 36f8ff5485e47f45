// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/theme.h"
#include "widgets/elements/class_guide.h"
#include "widgets/elements/review_bar.h"
#include "widgets/views/thumbnail_source.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

QPushButton* buttonOf(const QWidget& parent, const QString& text)
{
    for (QPushButton* button : parent.findChildren<QPushButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

} // namespace

class TestReviewBar : public QObject
{
    Q_OBJECT
private slots:
    void asksForAReason()
    {
        Theme theme;
        ReviewBar bar(theme);
        bar.show();
        QVERIFY(QTest::qWaitForWindowActive(&bar));
        QVERIFY(!buttonOf(bar, "Accept")->isEnabled());
        QList<std::pair<ReviewState, QString>> asked;
        connect(&bar, &ReviewBar::reviewRequested, this, [&](ReviewState state, const QString& comment) {
            asked.append({state, comment});
        });
        bar.setItem(1, ReviewState::Labelled, {});
        QTest::mouseClick(buttonOf(bar, "Reject"), Qt::LeftButton);
        QVERIFY(asked.isEmpty());
        auto* comment = bar.findChild<QLineEdit*>();
        QVERIFY(comment->hasFocus());
        QTest::keyClicks(comment, "too wide");
        QTest::keyClick(comment, Qt::Key_Return);
        QCOMPARE(asked.size(), 1);
        QVERIFY(asked[0].first == ReviewState::Rejected);
        QCOMPARE(asked[0].second, QString("too wide"));
        bar.setItem(1, ReviewState::Rejected, "too wide");
        QTest::mouseClick(buttonOf(bar, "Accept"), Qt::LeftButton);
        QCOMPARE(asked.size(), 2);
        QVERIFY(asked[1].first == ReviewState::Reviewed);
        QCOMPARE(asked[1].second, QString());
        bar.setItem(1, ReviewState::Reviewed, {});
        QCOMPARE(comment->text(), QString());
        QTest::keyClicks(comment, "half a sentence");
        bar.setItem(1, ReviewState::Labelled, {}); // something else changed meanwhile
        QCOMPARE(comment->text(), QString("half a sentence"));
        bar.setItem(2, ReviewState::Labelled, {});
        QCOMPARE(comment->text(), QString());
        QSignalSpy next(&bar, &ReviewBar::nextRequested);
        QTest::mouseClick(buttonOf(bar, "Next to review"), Qt::LeftButton);
        QCOMPARE(next.size(), 1);
    }

    void guideShowsTextAndExamples()
    {
        Theme theme;
        ThumbnailSource thumbnails([](ItemId, std::uint64_t) { return std::nullopt; },
                                   [](ItemId) { return std::uint64_t(1); });
        QWidget window;
        window.resize(240, 400);
        ClassGuide guide(thumbnails, theme, &window);
        ItemClass itemClass;
        itemClass.name = "cat";
        guide.setClass(&itemClass);
        QVERIFY(guide.isHidden()); // it has nothing to say
        itemClass.guide = "<b>whiskers</b>";
        itemClass.examples = {7, 9};
        guide.setClass(&itemClass);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(guide.isVisible());
        guide.resize(240, guide.sizeHint().height());
        ItemId clicked = 0;
        connect(&guide, &ClassGuide::exampleClicked, this, [&](ItemId item) { clicked = item; });
        for (QWidget* part : guide.findChildren<QWidget*>())
            if (part->accessibleName().contains("example"))
                QTest::mouseClick(part, Qt::LeftButton, {}, QPoint(76 + 20, 20)); // the second picture
        QCOMPARE(clicked, ItemId(9));
        guide.setClass(nullptr);
        QVERIFY(guide.isHidden());
    }
};

QTEST_MAIN(TestReviewBar)
#include "tst_review_bar.moc"
