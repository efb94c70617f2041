#include "cli/kafka_property.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace premura {

std::string read_property(const std::string& text, std::map<std::string, std::string>& properties) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        return fmt::format("--property {}: write name=value, or name=@file", text);
    }
    std::string value = text.substr(equals + 1);
    if (value.starts_with('@')) {
        std::ifstream file{value.substr(1), std::ios::binary};
        if (!file) return fmt::format("--property: {} cannot be read", value.substr(1));
        value.assign(std::istreambuf_iterator<char>{file}, {});
        while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
    }
    properties[text.substr(0, equals)] = value;
    return {};
}

}  // namespace premura
