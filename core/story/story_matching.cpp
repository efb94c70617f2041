#include "core/story/story_matching.h"

namespace premura {

StoryMatching::StoryMatching(const std::vector<StoryOutcome>& expected,
                             const std::vector<StoryOutcome>& happened)
    : expected_{expected}, happened_{happened}, owners_(happened.size(), nobody) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        std::vector<bool> tried(happened.size(), false);
        matched_.push_back(assign(i, tried));
    }
}

void StoryMatching::add_missing(std::vector<StoryOutcome>& list) const {
    for (std::size_t i = 0; i < expected_.size(); ++i) {
        if (!matched_[i]) list.push_back(expected_[i]);
    }
}

void StoryMatching::add_unexpected(std::vector<StoryOutcome>& list) const {
    for (std::size_t i = 0; i < happened_.size(); ++i) {
        if (owners_[i] == nobody) list.push_back(happened_[i]);
    }
}

bool StoryMatching::assign(std::size_t expectation, std::vector<bool>& tried) {
    for (std::size_t i = 0; i < happened_.size(); ++i) {
        if (tried[i] || !fits(expected_[expectation], happened_[i])) continue;
        tried[i] = true;
        if (owners_[i] == nobody || assign(owners_[i], tried)) {
            owners_[i] = expectation;
            return true;
        }
    }
    return false;
}

}  // namespace premura
