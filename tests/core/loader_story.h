#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/yaml_reader.h"

namespace premura {

// A YAML text that a test reads, and what was said about it.
struct YamlStory {
    explicit YamlStory(std::string text) : yaml(read_yaml("file.yaml", std::move(text), found)) {}

    const YamlNode& root() const { return yaml->root(); }
    YamlReader reader() { return {*yaml, found}; }
    // `PR104 3:12 '2hh' is not a duration`, one a diagnostic.
    std::vector<std::string> told() const { return told(found); }

    static std::vector<std::string> told(const Diagnostics& diagnostics) {
        std::vector<std::string> lines;
        for (const Diagnostic& each : diagnostics.all()) {
            lines.push_back(each.code + " " + std::to_string(each.line) + ":" +
                            std::to_string(each.column) + " " + each.message);
        }
        return lines;
    }

    Diagnostics found;
    std::optional<YamlText> yaml;
};

using Lines = std::vector<std::string>;

}  // namespace premura
