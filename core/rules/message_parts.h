#pragma once

#include <string_view>
#include <vector>

namespace premura {

// What every message about a trouble tells the customer. One that leaves a part out makes them call: to ask what
// happened, when it is over, or whether they must do something.
enum class MessagePart : unsigned char { cause, date, next_step };

constexpr std::string_view message_part_names[] = {"cause", "date", "next_step"};

// The parts that a template of ours does not tell, as far as words of its language and its tags show; in the order of the
// names. Nothing is missed in a language whose words are not known here: it is not looked at (known: it, en).
// `language`: an ISO 639 code. Pure.
std::vector<MessagePart> missing_parts(std::string_view language, std::string_view text);

}  // namespace premura
