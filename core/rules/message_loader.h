#pragma once

#include "core/base/yaml_reader.h"
#include "core/rules/message.h"

namespace premura {

struct LoadedMessage {
    Message message;
    Place place;
};

// Reads one entry of `messages:`; the key is its id, and every key in it but `purpose` a language.
// Looks into the templates too, and at the length of an SMS.
LoadedMessage load_message(const YamlEntry& entry, YamlReader& reader);

}  // namespace premura
