#pragma once

#include <vector>

#include "core/story/story.h"

namespace premura {

// Finds for each expectation something that happened, so that as many as possible have one each.
// Source: the augmenting paths of Kuhn (1955), The Hungarian method for the assignment problem.
class StoryMatching {
 public:
    // Both outlive the matching.
    StoryMatching(const std::vector<StoryOutcome>& expected,
                  const std::vector<StoryOutcome>& happened);

    // What was expected and did not happen, and what happened and was not expected, appended in
    // their order.
    void add_missing(std::vector<StoryOutcome>& list) const;
    void add_unexpected(std::vector<StoryOutcome>& list) const;

 private:
    static constexpr std::size_t nobody = ~std::size_t{0};

    bool assign(std::size_t expectation, std::vector<bool>& tried);

    const std::vector<StoryOutcome>& expected_;
    const std::vector<StoryOutcome>& happened_;
    std::vector<std::size_t> owners_;  // by what happened: the expectation it was given to
    std::vector<bool> matched_;        // by expectation; once given something, it keeps something
};

}  // namespace premura
