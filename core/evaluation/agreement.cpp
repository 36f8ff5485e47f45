// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/agreement.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace trainyard {

namespace {

using Answers = std::vector<std::pair<ClassId, ClassId>>;

using Tags = std::set<ClassId>;

Tags tagsOf(const std::vector<Annotation>& annotations)
{
    Tags tags;
    for (const Annotation& annotation : annotations)
        if (annotation.isClassTag() && annotation.classId != 0)
            tags.insert(annotation.classId);
    return tags;
}

std::vector<const Annotation*> shapesOf(const std::vector<Annotation>& annotations)
{
    std::vector<const Annotation*> shapes;
    for (const Annotation& annotation : annotations)
        if (!annotation.isClassTag())
            shapes.push_back(&annotation);
    return shapes;
}

struct Pair
{
    const Annotation* first = nullptr;
    const Annotation* second = nullptr;
    double overlap = 0;
};

/// Greedy, by falling overlap.
std::vector<Pair> pairsOf(const std::vector<const Annotation*>& first,
                          const std::vector<const Annotation*>& second, double threshold,
                          ShapeOverlap overlap)
{
    std::vector<Pair> candidates;
    for (const Annotation* a : first)
        for (const Annotation* b : second) {
            if (a->kind() != b->kind())
                continue;
            const double share = overlap(a->shape, b->shape);
            if (share >= threshold && share > 0)
                candidates.push_back({a, b, share});
        }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Pair& a, const Pair& b) { return a.overlap > b.overlap; });
    std::set<const Annotation*> taken;
    std::vector<Pair> pairs;
    for (const Pair& candidate : candidates) {
        if (taken.contains(candidate.first) || taken.contains(candidate.second))
            continue;
        taken.insert(candidate.first);
        taken.insert(candidate.second);
        pairs.push_back(candidate);
    }
    return pairs;
}

void addPair(ShapeFigures& figures, double overlap)
{
    ++figures.paired;
    figures.meanIou += overlap; // the sum, until it is divided
}

/// What both gave agrees; what one alone gave stands against what the other alone gave, by rising class, or
/// against 0.
void compareTags(const Tags& first, const Tags& second, Answers& answers, ItemDifference& difference)
{
    Tags onlyFirst = first;
    Tags onlySecond = second;
    for (const ClassId tag : first)
        if (onlySecond.erase(tag) > 0) {
            onlyFirst.erase(tag);
            answers.emplace_back(tag, tag);
        }
    const auto take = [](Tags& tags) {
        return tags.empty() ? ClassId{0} : tags.extract(tags.begin()).value();
    };
    while (!onlyFirst.empty() || !onlySecond.empty()) {
        const ClassId one = take(onlyFirst);
        const ClassId other = take(onlySecond);
        answers.emplace_back(one, other);
        if (difference.firstTag == 0 && difference.secondTag == 0) {
            difference.firstTag = one;
            difference.secondTag = other;
        }
    }
}

void note(Agreement& agreement, const ItemDifference& difference)
{
    if (difference != ItemDifference{difference.item})
        agreement.differing.push_back(difference);
}

void divide(ShapeFigures& figures)
{
    if (figures.paired > 0)
        figures.meanIou /= static_cast<double>(figures.paired);
}

/// Over the items that both gave tags: does it have the class.
std::map<ClassId, KappaFigures> kappaPerClass(const std::vector<std::pair<Tags, Tags>>& items)
{
    Tags classes;
    for (const auto& [first, second] : items) {
        classes.insert(first.begin(), first.end());
        classes.insert(second.begin(), second.end());
    }
    std::map<ClassId, KappaFigures> figures;
    for (const ClassId classId : classes) {
        Answers isIt;
        for (const auto& [first, second] : items)
            isIt.emplace_back(first.contains(classId) ? 1 : 0, second.contains(classId) ? 1 : 0);
        figures[classId] = cohensKappa(isIt);
    }
    return figures;
}

} // namespace

std::optional<double> ShapeFigures::f1() const
{
    if (first + second == 0)
        return std::nullopt;
    return 2.0 * static_cast<double>(paired) / static_cast<double>(first + second);
}

KappaFigures cohensKappa(std::span<const std::pair<ClassId, ClassId>> answers)
{
    KappaFigures figures;
    figures.items = static_cast<std::int64_t>(answers.size());
    if (answers.empty())
        return figures;
    std::map<ClassId, std::pair<double, double>> counts;
    for (const auto& [first, second] : answers) {
        figures.agreeing += first == second ? 1 : 0;
        counts[first].first += 1;
        counts[second].second += 1;
    }
    const double n = static_cast<double>(answers.size());
    const double observed = static_cast<double>(figures.agreeing) / n;
    double expected = 0;
    for (const auto& [classId, count] : counts)
        expected += count.first / n * (count.second / n);
    if (expected < 1)
        figures.kappa = (observed - expected) / (1 - expected);
    return figures;
}

TwoOpinions opinionsOf(std::span<const Annotation> annotations, const std::string& firstName,
                       const std::string& secondName)
{
    TwoOpinions opinions;
    opinions.item = annotations.empty() ? 0 : annotations.front().item;
    for (const Annotation& annotation : annotations) {
        if (annotation.source == AnnotationSource::Model && !annotation.isReviewed)
            continue; // nobody said so yet
        const std::string name = opinionOf(annotation);
        if (name == firstName)
            opinions.first.push_back(annotation);
        else if (name == secondName)
            opinions.second.push_back(annotation);
    }
    return opinions;
}

std::vector<TwoOpinions> opinionsByItem(std::span<const Annotation> annotations, const std::string& firstName,
                                        const std::string& secondName)
{
    std::vector<TwoOpinions> opinions;
    for (std::size_t begin = 0; begin < annotations.size();) {
        std::size_t end = begin;
        while (end < annotations.size() && annotations[end].item == annotations[begin].item)
            ++end;
        opinions.push_back(opinionsOf(annotations.subspan(begin, end - begin), firstName, secondName));
        begin = end;
    }
    return opinions;
}

Agreement measureAgreement(std::span<const TwoOpinions> items, double threshold, ShapeOverlap overlap)
{
    Agreement agreement;
    Answers tags;
    std::vector<std::pair<Tags, Tags>> tagged;
    Answers named;
    for (const TwoOpinions& item : items) {
        if (item.first.empty() || item.second.empty())
            continue;
        ++agreement.items;
        ItemDifference difference{item.item};
        if (auto both = std::pair(tagsOf(item.first), tagsOf(item.second));
            !both.first.empty() && !both.second.empty()) {
            compareTags(both.first, both.second, tags, difference);
            tagged.push_back(std::move(both));
        }
        const auto first = shapesOf(item.first);
        const auto second = shapesOf(item.second);
        if (first.empty() || second.empty()) {
            note(agreement, difference);
            continue;
        }
        for (const Annotation* shape : first)
            ++agreement.shapesPerClass[shape->classId].first;
        for (const Annotation* shape : second)
            ++agreement.shapesPerClass[shape->classId].second;
        agreement.shapes.first += static_cast<std::int64_t>(first.size());
        agreement.shapes.second += static_cast<std::int64_t>(second.size());
        const std::vector<Pair> pairs = pairsOf(first, second, threshold, overlap);
        difference.onlyFirst = std::ssize(first) - std::ssize(pairs);
        difference.onlySecond = std::ssize(second) - std::ssize(pairs);
        for (const Pair& pair : pairs) {
            ++agreement.pairs;
            ++agreement.shapeAnswers[{pair.first->classId, pair.second->classId}];
            difference.otherClass += pair.first->classId == pair.second->classId ? 0 : 1;
            named.emplace_back(pair.first->classId, pair.second->classId);
            if (pair.first->classId != pair.second->classId)
                continue;
            addPair(agreement.shapes, pair.overlap);
            addPair(agreement.shapesPerClass[pair.first->classId], pair.overlap);
        }
        note(agreement, difference);
    }
    divide(agreement.shapes);
    for (auto& [classId, figures] : agreement.shapesPerClass)
        divide(figures);
    for (const auto& answer : tags)
        ++agreement.tagAnswers[answer];
    agreement.tags = cohensKappa(tags);
    agreement.tagsPerClass = kappaPerClass(tagged);
    agreement.shapeClasses = cohensKappa(named);
    return agreement;
}

} // namespace trainyard
