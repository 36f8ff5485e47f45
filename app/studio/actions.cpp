// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/actions.h"

#include <QCoreApplication>

namespace trainyard::studio {

using widgets::Workspace;

namespace {

constexpr const char* kContext = "actions";

constexpr ActionSpec kActions[] = {
    {"app.palette", QT_TRANSLATE_NOOP("actions", "Find an action"), "Ctrl+K", std::nullopt},
    {"app.keys", QT_TRANSLATE_NOOP("actions", "Show and change the keys"), "F1", std::nullopt},
    {"app.data", QT_TRANSLATE_NOOP("actions", "Go to Data"), "Ctrl+1", std::nullopt},
    {"app.clean", QT_TRANSLATE_NOOP("actions", "Go to Clean"), "Ctrl+2", std::nullopt},
    {"app.label", QT_TRANSLATE_NOOP("actions", "Go to Label"), "Ctrl+3", std::nullopt},
    {"app.train", QT_TRANSLATE_NOOP("actions", "Go to Train"), "Ctrl+4", std::nullopt},
    {"app.evaluate", QT_TRANSLATE_NOOP("actions", "Go to Evaluate"), "Ctrl+5", std::nullopt},
    {"app.models", QT_TRANSLATE_NOOP("actions", "Go to Models"), "Ctrl+6", std::nullopt},
    {"app.undo", QT_TRANSLATE_NOOP("actions", "Undo"), "Ctrl+Z", std::nullopt},
    {"app.redo", QT_TRANSLATE_NOOP("actions", "Redo"), "Ctrl+Shift+Z", std::nullopt},
    {"app.jobs", QT_TRANSLATE_NOOP("actions", "Show all jobs"), "Ctrl+J", std::nullopt},
    {"app.theme", QT_TRANSLATE_NOOP("actions", "Switch between light and dark"), "Ctrl+Shift+L",
     std::nullopt},
    {"app.new", QT_TRANSLATE_NOOP("actions", "New project…"), "Ctrl+N", std::nullopt},
    {"app.open", QT_TRANSLATE_NOOP("actions", "Open a project…"), "Ctrl+O", std::nullopt},
    {"app.close", QT_TRANSLATE_NOOP("actions", "Close the window"), "Ctrl+W", std::nullopt},
    {"data.import", QT_TRANSLATE_NOOP("actions", "Import a folder…"), "Ctrl+I", std::nullopt},
    {"data.export", QT_TRANSLATE_NOOP("actions", "Export dataset…"), "Ctrl+Shift+E", std::nullopt},
    {"data.split", QT_TRANSLATE_NOOP("actions", "Split into train, val and test…"), "", std::nullopt},
    {"data.task", QT_TRANSLATE_NOOP("actions", "Change the task…"), "", std::nullopt},
    {"data.classes", QT_TRANSLATE_NOOP("actions", "Manage the classes"), "Ctrl+Shift+C", std::nullopt},
    {"data.search", QT_TRANSLATE_NOOP("actions", "Search file names"), "Ctrl+F", Workspace::Data},
    {"data.all", QT_TRANSLATE_NOOP("actions", "Show all pictures"), "Ctrl+Shift+A", Workspace::Data},
    {"data.sort", QT_TRANSLATE_NOOP("actions", "Choose the order of the pictures"), "O", Workspace::Data},
    {"data.reverse", QT_TRANSLATE_NOOP("actions", "Turn the order of the pictures round"), "Shift+O",
     Workspace::Data},
    {"data.1", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 1"), "1", Workspace::Data},
    {"data.2", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 2"), "2", Workspace::Data},
    {"data.3", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 3"), "3", Workspace::Data},
    {"data.4", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 4"), "4", Workspace::Data},
    {"data.5", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 5"), "5", Workspace::Data},
    {"data.6", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 6"), "6", Workspace::Data},
    {"data.7", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 7"), "7", Workspace::Data},
    {"data.8", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 8"), "8", Workspace::Data},
    {"data.9", QT_TRANSLATE_NOOP("actions", "Give the selected pictures class 9"), "9", Workspace::Data},
    {"data.suggest", QT_TRANSLATE_NOOP("actions", "Suggest classes from the labels so far"), "Ctrl+Shift+S",
     Workspace::Data},
    {"data.acceptSuggestions",
     QT_TRANSLATE_NOOP("actions", "Accept the suggested classes of the page or of several selected"), "A",
     Workspace::Data},
    {"data.rejectSuggestions",
     QT_TRANSLATE_NOOP("actions", "The suggested classes of the selected are wrong"), "Shift+W",
     Workspace::Data},
    {"data.none", QT_TRANSLATE_NOOP("actions", "Take the class of the selected pictures away"), "Backspace",
     Workspace::Data},
    {"data.exclude", QT_TRANSLATE_NOOP("actions", "Leave the selected pictures out, or use them again"), "X",
     Workspace::Data},
    {"clean.check", QT_TRANSLATE_NOOP("actions", "Check now"), "Ctrl+Return", Workspace::Clean},
    {"clean.fix", QT_TRANSLATE_NOOP("actions", "Fix the chosen issues"), "F", Workspace::Clean},
    {"clean.dismiss", QT_TRANSLATE_NOOP("actions", "Dismiss the chosen issues"), "D", Workspace::Clean},
    {"clean.fixAll", QT_TRANSLATE_NOOP("actions", "Fix all of this kind"), "", Workspace::Clean},
    {"label.1", QT_TRANSLATE_NOOP("actions", "Give class 1"), "1", Workspace::Label},
    {"label.2", QT_TRANSLATE_NOOP("actions", "Give class 2"), "2", Workspace::Label},
    {"label.3", QT_TRANSLATE_NOOP("actions", "Give class 3"), "3", Workspace::Label},
    {"label.4", QT_TRANSLATE_NOOP("actions", "Give class 4"), "4", Workspace::Label},
    {"label.5", QT_TRANSLATE_NOOP("actions", "Give class 5"), "5", Workspace::Label},
    {"label.6", QT_TRANSLATE_NOOP("actions", "Give class 6"), "6", Workspace::Label},
    {"label.7", QT_TRANSLATE_NOOP("actions", "Give class 7"), "7", Workspace::Label},
    {"label.8", QT_TRANSLATE_NOOP("actions", "Give class 8"), "8", Workspace::Label},
    {"label.9", QT_TRANSLATE_NOOP("actions", "Give class 9"), "9", Workspace::Label},
    {"label.none", QT_TRANSLATE_NOOP("actions", "Take the class away"), "Backspace", Workspace::Label},
    {"label.previous", QT_TRANSLATE_NOOP("actions", "Previous picture"), "Left", Workspace::Label},
    {"label.next", QT_TRANSLATE_NOOP("actions", "Next picture"), "Right", Workspace::Label},
    {"label.unlabelled", QT_TRANSLATE_NOOP("actions", "Next picture that is not labelled"), "N",
     Workspace::Label},
    {"label.exclude", QT_TRANSLATE_NOOP("actions", "Leave the picture out, or use it again"), "X",
     Workspace::Label},
    {"label.newClass", QT_TRANSLATE_NOOP("actions", "New class"), "Ctrl+E", Workspace::Label},
    {"label.secondPerson", QT_TRANSLATE_NOOP("actions", "Label as a second person…"), "Ctrl+Shift+P",
     std::nullopt},
    {"label.tool.select", QT_TRANSLATE_NOOP("actions", "Tool: select and reshape"), "V", Workspace::Label},
    {"label.tool.box", QT_TRANSLATE_NOOP("actions", "Tool: box"), "B", Workspace::Label},
    {"label.tool.rotated-box", QT_TRANSLATE_NOOP("actions", "Tool: rotated box"), "R", Workspace::Label},
    {"label.tool.polygon", QT_TRANSLATE_NOOP("actions", "Tool: polygon"), "P", Workspace::Label},
    {"label.tool.polyline", QT_TRANSLATE_NOOP("actions", "Tool: line"), "L", Workspace::Label},
    {"label.tool.point", QT_TRANSLATE_NOOP("actions", "Tool: point"), "D", Workspace::Label},
    {"label.tool.keypoints", QT_TRANSLATE_NOOP("actions", "Tool: keypoints"), "K", Workspace::Label},
    {"label.tool.brush", QT_TRANSLATE_NOOP("actions", "Tool: brush"), "M", Workspace::Label},
    {"label.tool.eraser", QT_TRANSLATE_NOOP("actions", "Tool: eraser"), "E", Workspace::Label},
    {"label.tool.smart-box", QT_TRANSLATE_NOOP("actions", "Tool: mask from a box"), "G", Workspace::Label},
    {"label.tool.magnetic", QT_TRANSLATE_NOOP("actions", "Tool: magnetic outline"), "I", Workspace::Label},
    {"label.tool.wand", QT_TRANSLATE_NOOP("actions", "Tool: magic wand"), "Q", Workspace::Label},
    {"label.tool.superpixels", QT_TRANSLATE_NOOP("actions", "Tool: superpixel brush"), "Y", Workspace::Label},
    {"label.tool.cut", QT_TRANSLATE_NOOP("actions", "Tool: cut"), "S", Workspace::Label},
    {"label.tool.subtract", QT_TRANSLATE_NOOP("actions", "Tool: subtract"), "U", Workspace::Label},
    {"label.pickClass", QT_TRANSLATE_NOOP("actions", "Choose the class by typing its name"), "C",
     Workspace::Label},
    {"label.copy", QT_TRANSLATE_NOOP("actions", "Copy the selected shapes"), "Ctrl+C", Workspace::Label},
    {"label.paste", QT_TRANSLATE_NOOP("actions", "Paste shapes"), "Ctrl+V", Workspace::Label},
    {"label.pasteNext", QT_TRANSLATE_NOOP("actions", "Copy the selected shapes to the next picture"),
     "Ctrl+Shift+V", Workspace::Label},
    {"label.interpolate", QT_TRANSLATE_NOOP("actions", "Fill the pictures since this shape was seen last"),
     "Shift+I", Workspace::Label},
    {"label.duplicate", QT_TRANSLATE_NOOP("actions", "Duplicate the selected shapes"), "Ctrl+D",
     Workspace::Label},
    {"label.delete", QT_TRANSLATE_NOOP("actions", "Delete the selected shapes"), "Delete", Workspace::Label},
    {"label.repeat", QT_TRANSLATE_NOOP("actions", "Draw the last shape again at the cursor"), "F",
     Workspace::Label},
    {"label.selectAll", QT_TRANSLATE_NOOP("actions", "Select all shapes"), "Ctrl+A", Workspace::Label},
    {"label.nextShape", QT_TRANSLATE_NOOP("actions", "Select the next shape"), "Tab", Workspace::Label},
    {"label.previousShape", QT_TRANSLATE_NOOP("actions", "Select the previous shape"), "Shift+Tab",
     Workspace::Label},
    {"label.join", QT_TRANSLATE_NOOP("actions", "Join the selected shapes"), "J", Workspace::Label},
    {"label.subtract", QT_TRANSLATE_NOOP("actions", "Take the front shape away from the others"), "Shift+J",
     Workspace::Label},
    {"label.split", QT_TRANSLATE_NOOP("actions", "Split into separate parts"), "Shift+S", Workspace::Label},
    {"label.toPolygon", QT_TRANSLATE_NOOP("actions", "Make polygons of the selected shapes"), "Shift+P",
     Workspace::Label},
    {"label.toMask", QT_TRANSLATE_NOOP("actions", "Make masks of the selected shapes"), "Shift+M",
     Workspace::Label},
    {"label.toBox", QT_TRANSLATE_NOOP("actions", "Make boxes of the selected shapes"), "Shift+B",
     Workspace::Label},
    {"label.toRotatedBox", QT_TRANSLATE_NOOP("actions", "Make rotated boxes of the selected shapes"),
     "Shift+R", Workspace::Label},
    {"label.front", QT_TRANSLATE_NOOP("actions", "Bring to the front"), "Ctrl+Shift+Up", Workspace::Label},
    {"label.back", QT_TRANSLATE_NOOP("actions", "Send to the back"), "Ctrl+Shift+Down", Workspace::Label},
    {"label.up", QT_TRANSLATE_NOOP("actions", "Bring forward"), "Shift+PgUp", Workspace::Label},
    {"label.down", QT_TRANSLATE_NOOP("actions", "Send backward"), "Shift+PgDown", Workspace::Label},
    {"label.group", QT_TRANSLATE_NOOP("actions", "Group the selected shapes"), "Ctrl+G", Workspace::Label},
    {"label.ungroup", QT_TRANSLATE_NOOP("actions", "Ungroup the selected shapes"), "Ctrl+Shift+G",
     Workspace::Label},
    {"label.occluded", QT_TRANSLATE_NOOP("actions", "Occluded, or not"), "O", Workspace::Label},
    {"label.truncated", QT_TRANSLATE_NOOP("actions", "Truncated, or not"), "T", Workspace::Label},
    {"label.crowd", QT_TRANSLATE_NOOP("actions", "Crowd, or not"), "W", Workspace::Label},
    {"label.hide", QT_TRANSLATE_NOOP("actions", "Hide the selected shapes"), "H", Workspace::Label},
    {"label.showAll", QT_TRANSLATE_NOOP("actions", "Show all hidden shapes"), "Shift+H", Workspace::Label},
    {"label.lock", QT_TRANSLATE_NOOP("actions", "Lock the selected shapes"), "Ctrl+L", Workspace::Label},
    {"label.unlockAll", QT_TRANSLATE_NOOP("actions", "Unlock all shapes"), "Ctrl+Alt+L", Workspace::Label},
    {"label.brushSmaller", QT_TRANSLATE_NOOP("actions", "Smaller brush"), "[", Workspace::Label},
    {"label.brushLarger", QT_TRANSLATE_NOOP("actions", "Larger brush"), "]", Workspace::Label},
    {"label.guideUpright", QT_TRANSLATE_NOOP("actions", "Upright guide at the cursor"), "Ctrl+Alt+V",
     Workspace::Label},
    {"label.guideLevel", QT_TRANSLATE_NOOP("actions", "Level guide at the cursor"), "Ctrl+Alt+H",
     Workspace::Label},
    {"label.clearGuides", QT_TRANSLATE_NOOP("actions", "Remove all guides"), "", Workspace::Label},
    {"label.zoomIn", QT_TRANSLATE_NOOP("actions", "Zoom in"), "+", Workspace::Label},
    {"label.zoomOut", QT_TRANSLATE_NOOP("actions", "Zoom out"), "-", Workspace::Label},
    {"label.zoomFit", QT_TRANSLATE_NOOP("actions", "Fit the picture"), "0", Workspace::Label},
    {"label.zoomActual", QT_TRANSLATE_NOOP("actions", "One pixel as one"), "Ctrl+0", Workspace::Label},
    {"label.display", QT_TRANSLATE_NOOP("actions", "How the picture is shown"), "", Workspace::Label},
    {"label.autoWindow", QT_TRANSLATE_NOOP("actions", "Show most values of a 16-bit picture"), "Shift+L",
     Workspace::Label},
    {"label.autoAdvance", QT_TRANSLATE_NOOP("actions", "After each shape to the next picture, or not"),
     "Shift+A", Workspace::Label},
    {"label.acceptClass", QT_TRANSLATE_NOOP("actions", "Accept the suggested class"), "A", Workspace::Label},
    {"label.rejectClass", QT_TRANSLATE_NOOP("actions", "The suggested class is wrong"), "Shift+W",
     Workspace::Label},
    {"label.acceptShape", QT_TRANSLATE_NOOP("actions", "Accept the suggested shape under the mouse"),
     "Shift+Return", Workspace::Label},
    {"label.rejectShape", QT_TRANSLATE_NOOP("actions", "Reject the suggested shape under the mouse"),
     "Shift+Delete", Workspace::Label},
    {"label.acceptShapes", QT_TRANSLATE_NOOP("actions", "Accept all suggested shapes"), "Ctrl+Return",
     Workspace::Label},
    {"label.reviewAccept", QT_TRANSLATE_NOOP("actions", "Review: the labels are right"), "Ctrl+R",
     Workspace::Label},
    {"label.reviewReject", QT_TRANSLATE_NOOP("actions", "Review: reject, with a comment"), "Ctrl+Shift+R",
     Workspace::Label},
    {"label.reviewNext", QT_TRANSLATE_NOOP("actions", "Review: the next picture that waits"), "Shift+N",
     Workspace::Label},
    {"train.start", QT_TRANSLATE_NOOP("actions", "Start training"), "Ctrl+Return", Workspace::Train},
    {"train.pause", QT_TRANSLATE_NOOP("actions", "Pause the run"), "", Workspace::Train},
    {"train.stop", QT_TRANSLATE_NOOP("actions", "Stop the run"), "", Workspace::Train},
    {"train.resume", QT_TRANSLATE_NOOP("actions", "Go on with the run"), "", Workspace::Train},
    {"evaluate.run", QT_TRANSLATE_NOOP("actions", "Evaluate the run on the test set"), "Ctrl+Return",
     Workspace::Evaluate},
    {"evaluate.report", QT_TRANSLATE_NOOP("actions", "Open the report in the browser"), "",
     Workspace::Evaluate},
    {"evaluate.people", QT_TRANSLATE_NOOP("actions", "Compare what two people labelled"), "Ctrl+Alt+P",
     std::nullopt},
    {"models.publish", QT_TRANSLATE_NOOP("actions", "Publish the chosen run"), "", Workspace::Models},
    {"models.export", QT_TRANSLATE_NOOP("actions", "Export a package…"), "", Workspace::Models},
    {"models.verify", QT_TRANSLATE_NOOP("actions", "Verify the registry"), "", Workspace::Models},
};

struct WorkspaceWords
{
    Workspace workspace;
    const char* name;
    const char* icon;
};

constexpr WorkspaceWords kWorkspaces[] = {
    {Workspace::Data, QT_TRANSLATE_NOOP("actions", "Data"), "data"},
    {Workspace::Clean, QT_TRANSLATE_NOOP("actions", "Clean"), "clean"},
    {Workspace::Label, QT_TRANSLATE_NOOP("actions", "Label"), "label"},
    {Workspace::Train, QT_TRANSLATE_NOOP("actions", "Train"), "train"},
    {Workspace::Evaluate, QT_TRANSLATE_NOOP("actions", "Evaluate"), "evaluate"},
    {Workspace::Models, QT_TRANSLATE_NOOP("actions", "Models"), "models"},
};

} // namespace

std::span<const ActionSpec> actionTable()
{
    return kActions;
}

const ActionSpec* findAction(const QString& key)
{
    for (const ActionSpec& action : kActions)
        if (key == QLatin1String(action.key))
            return &action;
    return nullptr;
}

QString actionText(const ActionSpec& action)
{
    return QCoreApplication::translate(kContext, action.text);
}

QString workspaceName(std::optional<Workspace> workspace)
{
    if (!workspace)
        return QCoreApplication::translate("trainyard::widgets::KeysDialog", "Everywhere");
    return QCoreApplication::translate(kContext, kWorkspaces[static_cast<std::size_t>(*workspace)].name);
}

QString workspaceIcon(Workspace workspace)
{
    return QLatin1String(kWorkspaces[static_cast<std::size_t>(workspace)].icon);
}

} // namespace trainyard::studio
