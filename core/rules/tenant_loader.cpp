#include "core/rules/tenant_loader.h"

#include <fmt/format.h>

#include "core/calendar/time_zone.h"
#include "core/rules/call_rules_loader.h"
#include "core/rules/dialer_map_loader.h"
#include "core/rules/filter_loader.h"
#include "core/rules/language_code.h"
#include "core/rules/restraint_loader.h"
#include "core/rules/tenant_channels_loader.h"

namespace premura {
namespace {

constexpr std::string_view tenant_keys[] = {
    "brand",     "timezone", "languages",  "topics", "links", "event_type_prefixes",
    "calendars", "contact",  "warehouses", "surge",  "teams", "exceptions",
    "phone",     "channels", "systems",    "dialer", "holdout", "discretion"};
constexpr std::string_view team_keys[] = {"email", "sms", "phone", "webhook"};

class TenantLoader {
 public:
    TenantLoader(const YamlEntry& entry, const Definitions& definitions, YamlReader& reader)
        : key_(entry.key), node_(entry.value), definitions_(definitions), reader_(reader) {}

    LoadedTenant load() {
        loaded_.place = reader_.place_of(key_);
        tenant().file = loaded_.place.file;
        tenant().line = loaded_.place.line;
        tenant().id = reader_.name(key_, "the id of a tenant").value_or("");
        const std::string what = fmt::format("the tenant '{}'", key_.text);
        if (!reader_.map(node_, what, tenant_keys)) return std::move(loaded_);

        tenant().brand = reader_.required_text(node_, "brand", what);
        load_zone(what);
        load_languages(what);
        tenant().topics = reader_.texts_under(node_, "topics");
        tenant().event_type_prefixes = reader_.texts_under(node_, "event_type_prefixes");
        load_links();
        tenant().calendars = load_calendar_names("calendars");
        tenant().warehouses = load_calendar_names("warehouses");
        loaded_.contact =
            load_contact(node_.find("contact"), loaded_.place, tenant().timezone, reader_);
        load_teams();
        if (const YamlNode* phone = node_.find("phone")) tenant().phone = load_phone(*phone, "'phone'", reader_);
        if (const YamlNode* channels = node_.find("channels")) tenant().channels = load_channels(*channels, reader_);
        if (const YamlNode* systems = node_.find("systems")) tenant().systems = load_systems(*systems, reader_);
        if (const YamlNode* dialer = node_.find("dialer")) {
            tenant().dialer = load_dialer_route(*dialer, reader_);
            const YamlNode* map = dialer->find("map");
            loaded_.dialer_place = reader_.place_of(map == nullptr ? *dialer : *map);
        }
        if (const YamlNode* node = node_.find("discretion")) tenant().discretion = load_discretion(*node, reader_);
        load_rule_exceptions();
        if (const YamlNode* surge = node_.find("surge")) tenant().surges = load_surges(*surge, reader_, loaded_.uses);
        if (const YamlNode* holdout = node_.find("holdout")) {
            tenant().holdout = load_holdout(*holdout, reader_, loaded_.rules);
        }
        return std::move(loaded_);
    }

 private:
    Tenant& tenant() { return loaded_.tenant; }

    void load_zone(const std::string& what) {
        const YamlNode* node = reader_.required(node_, "timezone", what);
        if (node == nullptr) return;
        const auto zone = reader_.text(*node, "'timezone'");
        if (!zone) return;
        tenant().timezone = *zone;
        loaded_.zone_known = TimeZone::find(*zone).has_value();
        if (loaded_.zone_known) return;
        reader_.error("PR160", *node, fmt::format("there is no time zone '{}'", *zone),
                      "write an IANA name, for example Europe/Rome");
    }

    void load_languages(const std::string& what) {
        const YamlNode* node = reader_.required(node_, "languages", what);
        if (node == nullptr) return;
        for (const YamlNode* item : reader_.one_or_many(*node, "'languages'")) {
            const auto language = reader_.text(*item, "a language");
            if (!language) continue;
            if (is_language_code(*language)) {
                tenant().languages.push_back(*language);
            } else {
                reader_.error("PR162", *item, fmt::format("'{}' is not a language", *language),
                              "write its ISO 639 code, for example it");
            }
        }
    }

    void load_links() {
        const YamlNode* node = node_.find("links");
        if (node == nullptr) return;
        std::vector<std::string_view> names;
        for (std::size_t i = 0; i < subject_type_count; ++i) {
            names.push_back(name_of(static_cast<SubjectType>(i)));
        }
        for (const YamlNode* item : reader_.one_or_many(*node, "'links'")) {
            const auto position = reader_.word(*item, "a link", names);
            if (!position) continue;
            const auto type = static_cast<SubjectType>(*position);
            if (type == SubjectType::order) {
                reader_.error("PR107", *item, "an order needs no link to itself",
                              "links are such as shipment: its own id leads to the order");
            } else {
                tenant().links.push_back(type);
            }
        }
    }

    std::map<std::string, std::string> load_calendar_names(std::string_view key) {
        std::map<std::string, std::string> names;
        const YamlNode* node = node_.find(key);
        if (node == nullptr || !reader_.map(*node, fmt::format("'{}'", key))) return names;
        for (const YamlEntry& entry : node->entries) {
            const auto calendar = reader_.name(entry.value, "the name of a calendar");
            if (!calendar) continue;
            names[entry.key.text] = *calendar;
            loaded_.calendars.push_back({*calendar, reader_.place_of(entry.value)});
        }
        return names;
    }

    // By rule: what this brand leaves out of it.
    void load_rule_exceptions() {
        const YamlNode* node = node_.find("exceptions");
        if (node == nullptr || !reader_.map(*node, "'exceptions'")) return;
        for (const YamlEntry& entry : node->entries) {
            tenant().exceptions[entry.key.text] = load_exceptions(entry.value, definitions_, reader_);
            NameUse use;
            use.kind = NameUse::Kind::rule;
            use.name = entry.key.text;
            use.place = reader_.place_of(entry.key);
            loaded_.rules.push_back(std::move(use));
        }
    }

    void load_teams() {
        const YamlNode* node = node_.find("teams");
        if (node == nullptr || !reader_.map(*node, "'teams'")) return;
        for (const YamlEntry& entry : node->entries) {
            Team team;
            team.name = reader_.name(entry.key, "the name of a team").value_or("");
            const std::string what = fmt::format("the team '{}'", entry.key.text);
            if (!reader_.map(entry.value, what, team_keys)) continue;
            for (const YamlEntry& channel : entry.value.entries) load_address(channel, team);
            if (entry.value.entries.empty()) {
                reader_.error("PR102", entry.value, fmt::format("{} has no address", what),
                              "give it an email, sms, phone or webhook");
            }
            tenant().teams[team.name] = std::move(team);
        }
    }

    void load_address(const YamlEntry& channel, Team& team) {
        const std::string& key = channel.key.text;
        const std::string what = fmt::format("'{}'", key);
        if (key == "email") {
            team.addresses[key] = load_email(channel.value, what, reader_);
        } else if (key == "webhook") {
            team.addresses[key] = reader_.name(channel.value, "the name of a webhook").value_or("");
        } else if (key == "sms" || key == "phone") {
            team.addresses[key] = load_phone(channel.value, what, reader_);
        }
    }

    const YamlNode& key_;
    const YamlNode& node_;
    const Definitions& definitions_;
    YamlReader& reader_;
    LoadedTenant loaded_;
};

}  // namespace

LoadedTenant load_tenant(const YamlEntry& entry, const Definitions& definitions, YamlReader& reader) {
    return TenantLoader{entry, definitions, reader}.load();
}

}  // namespace premura
