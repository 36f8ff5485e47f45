// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/orientation.h"

#include "core/labels/mask_ops.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

/// One of the eight ways to turn and mirror a picture of a size.
class Turn
{
public:
    Turn(int orientation, double width, double height)
        : m_isTransposed(orientation >= 5),
          m_fromRight(orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8),
          m_fromBottom(orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7),
          m_width(width), m_height(height)
    {
    }

    Shape operator()(std::monostate) const { return {}; }
    Shape operator()(const Box& box) const
    {
        // As numbers and not by corners, so that sides keep their last bit.
        const double x = m_fromRight ? m_width - box.x - box.width : box.x;
        const double y = m_fromBottom ? m_height - box.y - box.height : box.y;
        return m_isTransposed ? Box{y, x, box.height, box.width} : Box{x, y, box.width, box.height};
    }
    Shape operator()(const RotatedBox& box) const
    {
        const Vertex centre = at({box.centreX, box.centreY});
        // Half a turn is no change of a box, so each way back gives the same angle.
        const bool isMirrored = m_fromRight != m_fromBottom;
        double angle = box.angle;
        if (!m_isTransposed)
            angle = isMirrored ? -angle : angle;
        else if (!isMirrored)
            angle = wrapped(90 - angle);
        else
            angle = wrapped(m_fromBottom ? angle + 90 : angle - 90);
        return RotatedBox{centre.x, centre.y, box.width, box.height, angle};
    }
    Shape operator()(Polygon polygon) const
    {
        for (PolygonPart& part : polygon.parts) {
            turn(part.outline);
            for (Ring& hole : part.holes)
                turn(hole);
        }
        return polygon;
    }
    Shape operator()(Polyline line) const
    {
        turn(line.vertices);
        return line;
    }
    Shape operator()(const Vertex& point) const { return at(point); }
    Shape operator()(Keypoints keypoints) const
    {
        for (Keypoint& point : keypoints.points)
            if (point.state != KeypointState::Absent)
                point.at = at(point.at);
        return keypoints;
    }
    Shape operator()(const Mask& mask) const
    {
        const Bitmap from = bitmapFromMask(mask);
        const Box place =
            std::get<Box>((*this)(Box{static_cast<double>(mask.x), static_cast<double>(mask.y),
                                      static_cast<double>(mask.width), static_cast<double>(mask.height)}));
        Bitmap to{static_cast<int>(std::lround(place.x)), static_cast<int>(std::lround(place.y)),
                  static_cast<int>(std::lround(place.width)), static_cast<int>(std::lround(place.height)),
                  std::vector<std::uint8_t>(from.bytes.size())};
        for (int y = 0; y < from.height; ++y) {
            const int toY = m_fromBottom ? from.height - 1 - y : y;
            for (int x = 0; x < from.width; ++x) {
                const int toX = m_fromRight ? from.width - 1 - x : x;
                (m_isTransposed ? to.row(toX)[toY] : to.row(toY)[toX]) = from.row(y)[x];
            }
        }
        return maskFromBitmap(to);
    }

private:
    [[nodiscard]] Vertex at(const Vertex& from) const
    {
        const double x = m_fromRight ? m_width - from.x : from.x;
        const double y = m_fromBottom ? m_height - from.y : from.y;
        return m_isTransposed ? Vertex{y, x} : Vertex{x, y};
    }
    void turn(Ring& ring) const
    {
        for (Vertex& vertex : ring)
            vertex = at(vertex);
    }
    static double wrapped(double angle)
    {
        if (angle > -180 && angle <= 180)
            return angle;
        return 180 - std::fmod(std::fmod(180 - angle, 360) + 360, 360);
    }

    bool m_isTransposed;
    bool m_fromRight;
    bool m_fromBottom;
    double m_width;
    double m_height;
};

} // namespace

Shape uprightShape(const Shape& shape, int orientation, double storedWidth, double storedHeight)
{
    return orientation >= 2 && orientation <= 8
               ? std::visit(Turn(orientation, storedWidth, storedHeight), shape)
               : shape;
}

Shape storedShape(const Shape& shape, int orientation, double storedWidth, double storedHeight)
{
    // All but the quarter turns are their own way back.
    const int back = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
    return orientation >= 5 ? uprightShape(shape, back, storedHeight, storedWidth)
                            : uprightShape(shape, back, storedWidth, storedHeight);
}

} // namespace trainyard
