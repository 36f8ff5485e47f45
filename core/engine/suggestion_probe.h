// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/engine/embedding_matrix.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace trainyard {

/// A row of an EmbeddingMatrix whose class is known.
struct ProbeExample
{
    std::int64_t row = 0;
    ClassId classId = 0;
};

/// What a probe says of some rows, in their order.
struct ProbeAnswers
{
    std::vector<ClassId> best;
    std::vector<float> probability; ///< of the best class
    std::vector<float> margin;      ///< to the second-best class
    std::vector<float> ofClass;     ///< of the class asked for; empty where none was
};

/// A classifier that learns while somebody labels: multinomial logistic regression on embeddings, fitted anew
/// with every batch of labels, from the weights it had.
///
/// The time of a fit is bounded by the work it may do (some tenths of a second on one core), not by a clock:
/// the same examples in the same order give the same answers. Of more than 8,192 examples that many are
/// taken, spread evenly over each class. One thread at a time.
class SuggestionProbe
{
public:
    SuggestionProbe();
    ~SuggestionProbe();
    SuggestionProbe(const SuggestionProbe&) = delete;
    SuggestionProbe& operator=(const SuggestionProbe&) = delete;

    /// Refused with fewer than two classes.
    Result<void> fit(const EmbeddingMatrix& matrix, std::span<const ProbeExample> examples);
    [[nodiscard]] bool isFitted() const;
    [[nodiscard]] const std::vector<ClassId>& classes() const; ///< of the last fit, by rising id

    /// Refused before the first fit. `ofClass` 0: no class is asked for; one that was not learnt has
    /// probability 0.
    [[nodiscard]] Result<ProbeAnswers> answer(const EmbeddingMatrix& matrix,
                                              std::span<const std::int64_t> rows, ClassId ofClass = 0) const;

    /// The probability that a probe gives the class of each example in `asked`, after it learnt from `learnt`
    /// alone; 0 for a class that is not among them.
    static Result<std::vector<float>> heldOut(const EmbeddingMatrix& matrix,
                                              std::span<const ProbeExample> learnt,
                                              std::span<const ProbeExample> asked);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace trainyard
