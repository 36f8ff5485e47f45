// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_picture.h"
#include "widgets/views/canvas_scene.h"
#include "widgets/views/canvas_snap.h"
#include "widgets/views/tools/tool.h"

#include <QObject>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace trainyard::widgets {

/// What lies on the canvas: the annotations of one item, their classes, which are selected, hidden and
/// locked, what a tool shows meanwhile, and guides. It is what tools work on.
///
/// Hidden and locked are states of the view: they are forgotten with the item, never saved and never
/// exported. Changes go out through the proposal handler, which makes an Edit and hands the outcome back with
/// setAnnotations(). GUI thread.
class CanvasContents : public QObject, public CanvasPort
{
    Q_OBJECT
public:
    /// Gives the ids of what was added; nothing where it was refused.
    using ProposalHandler = std::function<std::optional<std::vector<AnnotationId>>(
        AnnotationChanges changes, const std::string& verb, const std::string& text)>;

    explicit CanvasContents(const CanvasPicture& picture, QObject* parent = nullptr);

    // --- from the panel ---
    /// Another state of the same item keeps selection, hidden and locked; another item forgets them.
    void setAnnotations(ItemId item, std::vector<Annotation> annotations);
    void setClasses(CanvasClasses classes);
    void setCurrentClass(ClassId id);
    void setReadOnly(bool isReadOnly) { m_isReadOnly = isReadOnly; }
    void setProposalHandler(ProposalHandler handler) { m_handler = std::move(handler); }
    void setHidden(const std::set<AnnotationId>& ids, bool isHidden);
    void setLocked(const std::set<AnnotationId>& ids, bool isLocked);
    [[nodiscard]] bool isHidden(AnnotationId id) const { return m_hidden.contains(id); }
    [[nodiscard]] bool isLocked(AnnotationId id) const { return m_locked.contains(id); }
    [[nodiscard]] const std::set<AnnotationId>& hidden() const { return m_hidden; }
    [[nodiscard]] const std::set<AnnotationId>& locked() const { return m_locked; }
    bool selectNeighbour(int by); ///< the next or previous shape that can be selected; false beyond the end
    void selectAll();
    [[nodiscard]] std::vector<Annotation> selected() const; ///< back to front
    /// What a model proposes and nobody took yet: shown with broken lines under the shapes, never selected
    /// and changed by no tool. In the order given; ids do not count.
    void setSuggested(std::vector<Annotation> suggested);
    /// The place of the suggestion there in that order: its line within reach, or its area.
    [[nodiscard]] std::optional<std::size_t> suggestedAt(const QPointF& at) const;
    void setGuides(CanvasGuides guides);
    [[nodiscard]] const CanvasGuides& guides() const { return m_guides; }

    // --- for the view ---
    [[nodiscard]] const std::shared_ptr<const CanvasScene>& scene() const { return m_scene; }
    [[nodiscard]] const CanvasScene& suggested() const { return m_suggested; }
    [[nodiscard]] const std::shared_ptr<const CanvasClasses>& classes() const { return m_classes; }
    [[nodiscard]] const std::map<AnnotationId, Annotation>& previewed() const { return m_preview; }
    void setTransform(const CanvasTransform& transform) { m_transform = transform; }
    /// The front shape at a place, also a locked one.
    [[nodiscard]] std::optional<AnnotationId> anyShapeAt(const QPointF& at) const;

    // --- CanvasPort ---
    [[nodiscard]] QSize pictureSize() const override { return m_picture.fullSize(); }
    [[nodiscard]] QImage picturePixels() const override { return m_picture.pixels(); }
    [[nodiscard]] CanvasTransform transform() const override { return m_transform; }
    [[nodiscard]] std::span<const Annotation> shapes() const override { return m_scene->shapes(); }
    [[nodiscard]] const Annotation* shape(AnnotationId id) const override { return m_scene->find(id); }
    [[nodiscard]] const std::set<AnnotationId>& selection() const override { return m_selection; }
    void select(std::set<AnnotationId> ids) override;
    [[nodiscard]] std::optional<AnnotationId> shapeAt(const QPointF& at) const override;
    [[nodiscard]] std::set<AnnotationId> shapesIn(const QRectF& area) const override;
    [[nodiscard]] double reach() const override;
    [[nodiscard]] QPointF snapped(const QPointF& at, SnapTo to,
                                  const std::set<AnnotationId>& except) const override;
    [[nodiscard]] ClassId currentClass() const override { return m_currentClass; }
    [[nodiscard]] const ItemClass* classOf(ClassId id) const override;
    [[nodiscard]] QColor colourOf(ClassId id) const override;
    [[nodiscard]] double brushRadius() const override { return m_brushRadius; }
    void setBrushRadius(double radius) override;
    void preview(std::vector<Annotation> shapes) override;
    void clearPreview() override;
    bool propose(AnnotationChanges changes, const std::string& verb, const std::string& text,
                 bool selectsNew = true) override;
    [[nodiscard]] bool isReadOnly() const override { return m_isReadOnly; }
    void tell(const QString& sentence) override { emit told(sentence); }
    void repaint() override { emit overlayChanged(); }

signals:
    void shapesChanged();  ///< the middle layer looks different
    void overlayChanged(); ///< only what lies over it does
    void selectionChanged();
    void currentClassChanged();
    void drawn(trainyard::AnnotationId id); ///< a tool made this one shape
    void told(const QString& sentence);

private:
    [[nodiscard]] bool isSelectable(const Annotation& annotation) const;
    [[nodiscard]] bool isShown(const Annotation& annotation) const;

    const CanvasPicture& m_picture;
    CanvasTransform m_transform;
    ItemId m_item = 0;
    std::shared_ptr<const CanvasScene> m_scene = std::make_shared<CanvasScene>();
    std::shared_ptr<const CanvasClasses> m_classes = std::make_shared<CanvasClasses>();
    CanvasScene m_suggested; ///< ids are places in the order given, from 1
    std::set<AnnotationId> m_selection;
    std::set<AnnotationId> m_hidden;
    std::set<AnnotationId> m_locked;
    std::map<AnnotationId, Annotation> m_preview;
    CanvasGuides m_guides;
    ClassId m_currentClass = 0;
    double m_brushRadius = 12;
    bool m_isReadOnly = false;
    ProposalHandler m_handler;
};

} // namespace trainyard::widgets
