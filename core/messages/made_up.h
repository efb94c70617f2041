#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace premura {

// Facts of a customer and an order that do not exist, one for every fact of the vocabulary, and a history in which every
// event happened: so that a message can be seen before it is sent.
boost::json::object made_up_facts(std::string_view language);
boost::json::array made_up_history();

}  // namespace premura
