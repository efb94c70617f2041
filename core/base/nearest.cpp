#include "core/base/nearest.h"

#include <algorithm>
#include <array>

namespace premura {
namespace {

// Longer than every name of the vocabulary; ids are at most 64 characters.
constexpr std::size_t name_length_max = 64;
constexpr std::size_t listed_names_max = 30;

using Row = std::array<std::size_t, name_length_max + 1>;

std::size_t common_start(std::string_view left, std::string_view right) {
    std::size_t length = 0;
    while (length < left.size() && length < right.size() && left[length] == right[length]) {
        ++length;
    }
    return length;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t most) {
    const std::size_t far = most + 1;
    if (left.size() > name_length_max || right.size() > name_length_max) return far;
    const std::size_t longer = std::max(left.size(), right.size());
    if (longer - std::min(left.size(), right.size()) > most) return far;

    Row before_previous{};
    Row previous{};
    Row current{};
    for (std::size_t j = 0; j <= right.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
            const bool swapped =
                i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) current[j] = std::min(current[j], before_previous[j - 2] + 1);
        }
        before_previous = previous;
        previous = current;
    }
    return std::min(previous[right.size()], far);
}

std::string_view nearest(std::string_view written, std::span<const std::string_view> names) {
    const std::size_t most = std::clamp<std::size_t>(written.size() / 3, 1, 4);
    std::size_t smallest = most + 1;
    std::size_t longest_start = 0;
    std::string_view best;
    for (const std::string_view name : names) {
        const std::size_t distance = edit_distance(written, name, most);
        const std::size_t start = common_start(written, name);
        if (distance > most || distance > smallest) continue;
        if (distance == smallest && start <= longest_start) continue;
        smallest = distance;
        longest_start = start;
        best = name;
    }
    return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string_view> names) {
    const std::string_view name = nearest(written, names);
    if (name.empty()) return {};
    return "did you mean '" + std::string{name} + "'?";
}

std::string did_you_mean_or_list(std::string_view written,
                                 std::span<const std::string_view> names) {
    std::string hint = did_you_mean(written, names);
    if (!hint.empty() || names.empty() || names.size() > listed_names_max) return hint;
    return "there are: " + join_names(names);
}

std::string join_names(std::span<const std::string_view> names) {
    std::string joined;
    for (const std::string_view name : names) {
        if (!joined.empty()) joined += ", ";
        joined += name;
    }
    return joined;
}

}  // namespace premura
