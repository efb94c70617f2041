#include "core/cel/environment.h"

#include <utility>

namespace premura::cel {

VariableNumber Environment::add_variable(std::string name, Type type) {
    variables_.push_back({std::move(name), std::move(type)});
    return static_cast<VariableNumber>(variables_.size() - 1);
}

void Environment::add_function(Function function) {
    functions_.push_back(std::make_shared<const Function>(std::move(function)));
}

std::optional<VariableNumber> Environment::find_variable(std::string_view name) const {
    for (std::size_t i = 0; i < variables_.size(); ++i) {
        if (variables_[i].name == name) return static_cast<VariableNumber>(i);
    }
    return std::nullopt;
}

std::vector<std::string> Environment::candidates(std::string_view name, bool absolute) const {
    std::vector<std::string> found;
    std::string_view container = absolute ? std::string_view{} : container_;
    while (!container.empty()) {
        found.push_back(std::string{container} + '.' + std::string{name});
        const std::size_t dot = container.rfind('.');
        container = dot == std::string_view::npos ? std::string_view{} : container.substr(0, dot);
    }
    found.emplace_back(name);
    return found;
}

}  // namespace premura::cel
