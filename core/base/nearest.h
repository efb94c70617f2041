#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace premura {

// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the
// other, in bytes; anything above `most` comes out as `most` + 1. Source: the optimal string
// alignment form of Damerau (1964), A technique for computer detection and correction of spelling
// errors.
std::size_t edit_distance(std::string_view left, std::string_view right, std::size_t most);

// The name that somebody meant who wrote `written`: the candidate with the smallest distance; of
// several, the one that begins the same way for longest, because people err late in a word. Nothing
// when all are too far away to be worth a guess (a third of the letters), or when `written` is
// longer than any name of ours.
std::string_view nearest(std::string_view written, std::span<const std::string_view> names);

// `did you mean 'order.paid'?`, or an empty text when nothing is near.
std::string did_you_mean(std::string_view written, std::span<const std::string_view> names);

// The same with the list of what there is when nothing is near and the list is short enough to
// read: `there are: live, trial, paused`.
std::string did_you_mean_or_list(std::string_view written, std::span<const std::string_view> names);

// `a, b, c`.
std::string join_names(std::span<const std::string_view> names);

}  // namespace premura
