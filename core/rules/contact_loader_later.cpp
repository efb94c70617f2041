#include "core/rules/contact_loader_later.h"

#include <fmt/format.h>

#include "core/rules/contact_loader.h"
#include "core/rules/duration_loader.h"

namespace premura {
namespace {

constexpr std::string_view limit_keys[] = {"at_most", "of", "per"};
constexpr std::string_view limited[] = {"call", "message", "any"};
constexpr std::string_view wait_keys[] = {"wait"};
constexpr std::string_view retry_keys[] = {"no_answer", "busy", "voicemail", "then"};
constexpr std::string_view then_keys[] = {"notify", "message"};
constexpr std::string_view surge_keys[] = {"name", "more_than", "per", "do"};
constexpr std::string_view surge_steps[] = {"hold", "escalate"};
constexpr std::string_view held[] = {"call", "message", "any"};

constexpr int contacts_max = 1000;

void check_limit(const YamlNode& node, YamlReader& reader) {
    if (!reader.map(node, "a limit", limit_keys)) return;
    if (const YamlNode* at_most = reader.required(node, "at_most", "the limit")) {
        reader.whole_number(*at_most, "'at_most'", 0, contacts_max);
    }
    if (const YamlNode* of = reader.required(node, "of", "the limit")) {
        reader.word(*of, "'of'", limited);
    }
    const YamlNode* per = reader.required(node, "per", "the limit");
    if (per == nullptr || per->text == "day" || per->text == "case") return;
    load_duration(*per, reader);
}

void check_retry(const YamlNode& node, YamlReader& reader) {
    if (!reader.map(node, "'retry_call'", retry_keys)) return;
    for (const YamlEntry& entry : node.entries) {
        if (entry.key.text == "then") {
            if (!reader.map(entry.value, "'then'", then_keys)) continue;
            reader.required_text(entry.value, "notify", "'then'");
            reader.required_text(entry.value, "message", "'then'");
            continue;
        }
        for (const YamlNode* delay : reader.one_or_many(entry.value, "the delays")) {
            load_duration(*delay, reader);
        }
    }
}

}  // namespace

void check_later_contact_keys(const YamlNode& contact, YamlReader& reader) {
    const YamlNode* limits = contact.find("limits");
    if (limits != nullptr && reader.list(*limits, "'limits'")) {
        for (const YamlNode& limit : limits->items) check_limit(limit, reader);
    }
    if (const YamlNode* one_call = contact.find("one_call_for_all_open_cases")) {
        reader.boolean(*one_call, "'one_call_for_all_open_cases'");
    }
    const YamlNode* after = contact.find("after_customer_contacts_us");
    if (after != nullptr && reader.map(*after, "'after_customer_contacts_us'", wait_keys)) {
        const YamlNode* wait = reader.required(*after, "wait", "'after_customer_contacts_us'");
        if (wait != nullptr) load_duration(*wait, reader);
    }
    if (const YamlNode* retry = contact.find("retry_call")) check_retry(*retry, reader);
}

void check_surge(const YamlNode& node, YamlReader& reader) {
    if (!reader.list(node, "'surge'")) return;
    for (const YamlNode& item : node.items) {
        if (!reader.map(item, "a surge rule", surge_keys)) continue;
        reader.required_text(item, "name", "the surge rule");
        reader.required_text(item, "more_than", "the surge rule");
        reader.texts_under(item, "per");
        const YamlNode* steps = reader.required(item, "do", "the surge rule");
        if (steps == nullptr || !reader.list(*steps, "'do'")) continue;
        for (const YamlNode& step : steps->items) {
            if (!reader.map(step, "a surge step", surge_steps)) continue;
            if (const YamlNode* hold = step.find("hold")) reader.word(*hold, "'hold'", held);
            reader.text_under(step, "escalate");
        }
    }
}

}  // namespace premura
