// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/studio/studio_driver.h"

#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "tests/support/test_folders.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <algorithm>
#include <random>

namespace trainyard::test {

void makeUser(const std::filesystem::path& folder)
{
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"}) {
        std::filesystem::create_directories(folder / name);
        std::filesystem::permissions(folder / name, std::filesystem::perms::owner_all);
        qputenv(name, QByteArray::fromStdString((folder / name).native()));
    }
}

studio::Programs builtPrograms()
{
    const auto bin = binFolder();
    return {bin / "trainyard", bin.parent_path() / "libexec" / "trainyard" / "trainyard-decode"};
}

bool openProjectIn(studio::Application& application, const std::filesystem::path& folder)
{
    const auto isOpen = [&] {
        return application.mainWindow() != nullptr && application.mainWindow()->hasProject();
    };
    return application.start(folder) && QTest::qWaitFor(isOpen, kJobMs);
}

void writePicture(const std::filesystem::path& file, int red, int green, int blue, unsigned seed)
{
    std::mt19937 random(seed);
    std::string pixels;
    for (int pixel = 0; pixel < 32 * 32; ++pixel)
        for (const int colour : {red, green, blue})
            pixels += static_cast<char>(std::clamp(colour + static_cast<int>(random() % 121) - 60, 0, 255));
    writeTestFile(file, "P6\n32 32\n255\n" + pixels);
}

QPushButton* button(const QWidget& parent, const QString& beginning)
{
    for (QPushButton* button : parent.findChildren<QPushButton*>())
        if (button->isVisible() && button->text().startsWith(beginning))
            return button;
    return nullptr;
}

bool press(const QWidget& parent, const QString& beginning, int patienceMs)
{
    const auto ready = [&] {
        const QPushButton* found = button(parent, beginning);
        return found != nullptr && found->isEnabled();
    };
    if (!QTest::qWaitFor(ready, patienceMs))
        return false;
    QTest::mouseClick(button(parent, beginning), Qt::LeftButton);
    return true;
}

void fill(QLineEdit& field, const QString& text)
{
    field.setFocus();
    QTest::keyClick(&field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(&field, text);
}

bool drop(QWidget& target, const std::filesystem::path& path)
{
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(QString::fromStdString(path.native()))});
    const QPoint middle = target.rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent event(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
    return event.isAccepted();
}

void answerFolderDialog(const std::filesystem::path& folder)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, folder] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (dialog == nullptr)
            return;
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        name->setCompleter(nullptr); // its proposals depend on what the dialog has listed so far
        const QString wanted = QString::fromStdString(folder.native());
        fill(*name, wanted);
        if (name->text() != wanted)
            return; // the dialog has just listed something and taken the field; once more
        timer->deleteLater();
        QTest::keyClick(name, Qt::Key_Return);
    });
    timer->start(20);
}

} // namespace trainyard::test
