// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/labels/annotation.h"
#include "core/labels/geometry.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace trainyard {

/// How far two people agree who labelled the same items.
///
/// Class tags: Cohen's kappa (Cohen 1960), (po - pe) / (1 - pe), over the items that both gave a class;
/// of one class: the same of "this class or another".
///
/// Shapes: pairs of one shape each, of the same kind, taken greedily by falling IoU as long as it reaches the
/// threshold (ties by the order given); a shape is in at most one pair. Items where one of the two drew
/// no shape are left out, as nothing says whether that person looked for any.

struct KappaFigures
{
    std::int64_t items = 0;      ///< n: what both gave a class
    std::int64_t agreeing = 0;   ///< for one class: both or neither said it
    std::optional<double> kappa; ///< nothing for n = 0 and where chance alone would always agree (pe = 1)

    bool operator==(const KappaFigures&) const = default;
};

struct ShapeFigures
{
    std::int64_t first = 0;  ///< shapes of the first person (for one class: of that class)
    std::int64_t second = 0; ///< of the second
    std::int64_t paired = 0; ///< pairs with the same class
    double meanIou = 0;      ///< of these pairs, 0 where there is none

    /// 2 paired / (first + second): 1 where everything has its like. Nothing without shapes.
    [[nodiscard]] std::optional<double> f1() const;
    bool operator==(const ShapeFigures&) const = default;
};

/// What the first and what the second person said of one thing, 0 for none, with how often.
using Confusions = std::map<std::pair<ClassId, ClassId>, std::int64_t>;

/// On what two people differ over one item that both labelled.
struct ItemDifference
{
    ItemId item = 0;
    ClassId firstTag = 0; ///< the first two classes in which they differ, 0 for none; else both are 0
    ClassId secondTag = 0;
    std::int64_t onlyFirst = 0; ///< shapes that have no partner
    std::int64_t onlySecond = 0;
    std::int64_t otherClass = 0; ///< shapes at the same place with two classes

    bool operator==(const ItemDifference&) const = default;
};

struct Agreement
{
    KappaFigures tags;
    std::map<ClassId, KappaFigures> tagsPerClass;
    ShapeFigures shapes;
    std::map<ClassId, ShapeFigures> shapesPerClass;
    std::int64_t pairs = 0;                ///< shapes at the same place, whatever their class
    KappaFigures shapeClasses;             ///< over these pairs: do they name them alike
    std::int64_t items = 0;                ///< items that both labelled
    Confusions tagAnswers;                 ///< of the items that both gave a class
    Confusions shapeAnswers;               ///< of the pairs
    std::vector<ItemDifference> differing; ///< in the order given
};

/// What two people said of one item.
struct TwoOpinions
{
    std::vector<Annotation> first;
    std::vector<Annotation> second;
    ItemId item = 0;
};

/// 0 to 1, of two shapes.
using ShapeOverlap = double (*)(const Shape&, const Shape&);

Agreement measureAgreement(std::span<const TwoOpinions> items, double threshold = 0.5,
                           ShapeOverlap overlap = intersectionOverUnion);

/// Cohen's kappa of two lists of classes of the same length.
KappaFigures cohensKappa(std::span<const std::pair<ClassId, ClassId>> answers);

/// An item's annotations as two opinions: the project's own (`name` empty stands for them; models' and
/// imports' labels count as own, a model's once it is reviewed) and those of a named person. Gives those of
/// `firstName` and `secondName`.
TwoOpinions opinionsOf(std::span<const Annotation> annotations, const std::string& firstName,
                       const std::string& secondName);
/// The same of many items, whose annotations stand one item after the other.
std::vector<TwoOpinions> opinionsByItem(std::span<const Annotation> annotations, const std::string& firstName,
                                        const std::string& secondName);

} // namespace trainyard
