#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/nearest.h"
#include "core/rules/rule_set_loader_parts.h"

namespace premura {
namespace {

using Names = std::vector<std::string_view>;

bool contains(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename Map>
void add_keys(const Map& map, Names& names) {
    for (const auto& [name, value] : map) {
        if (!contains(names, name)) names.push_back(name);
    }
}

class Checker {
 public:
    Checker(const LoadedParts& parts, Diagnostics& diagnostics)
        : parts_(parts), diagnostics_(diagnostics) {
        for (const LoadedCalendar& calendar : parts.calendars) {
            calendars_.push_back(calendar.spec.name);
        }
        for (const LoadedTenant& tenant : parts.tenants) tenants_.push_back(tenant.tenant.id);
        for (const LoadedRule& rule : parts.rules) rules_.push_back(rule.rule.id);
        for (const LoadedMessage& message : parts.messages) {
            messages_.push_back(message.message.id);
        }
        for (const LoadedDialerMap& map : parts.dialer_maps) dialers_.push_back(map.map.id);
    }

    void run() {
        if (parts_.tenants.empty()) {
            if (!parts_.rules.empty()) {
                diagnostics_.add(warning_at(
                    parts_.rules.front().place, "PR147",
                    "no file names a tenant: calendars, messages and teams were not checked",
                    "give the folders of rules and of tenants together"));
            }
            return;
        }
        for (const LoadedTenant& tenant : parts_.tenants) check_tenant(tenant);
        for (const LoadedMapping& mapping : parts_.mappings) {
            for (const auto& use : mapping.tenants) check_tenant_name(use.tenant, use.place);
        }
        for (const LoadedRule& rule : parts_.rules) check_rule(rule);
    }

 private:
    using Tenants = std::vector<const Tenant*>;

    void error(const Place& place, std::string_view code, std::string message, std::string hint) {
        diagnostics_.add(error_at(place, code, std::move(message), std::move(hint)));
    }

    void check_tenant(const LoadedTenant& tenant) {
        for (const NameUse& use : tenant.rules) {
            if (contains(rules_, use.name)) continue;
            error(use.place, "PR149", fmt::format("there is no rule '{}'", use.name),
                  did_you_mean_or_list(use.name, rules_));
        }
        for (const std::vector<NameUse>* uses : {&tenant.uses, &tenant.contact.uses}) {
            for (const NameUse& use : *uses) {
                if (use.kind == NameUse::Kind::team) check_team(use, {&tenant.tenant});
                if (use.kind == NameUse::Kind::message) check_message(use, {&tenant.tenant});
            }
        }
        const std::string& dialer = tenant.tenant.dialer.map;
        if (!dialer.empty() && !contains(dialers_, dialer)) {
            error(tenant.dialer_place, "PR177", fmt::format("there is no dialer '{}'", dialer),
                  dialers_.empty() ? "give the folder with the dialers too" : did_you_mean_or_list(dialer, dialers_));
        }
        for (const auto& use : tenant.calendars) {
            if (contains(calendars_, use.calendar)) continue;
            error(use.place, "PR140", fmt::format("there is no calendar '{}'", use.calendar),
                  did_you_mean_or_list(use.calendar, calendars_));
        }
    }

    void check_tenant_name(const std::string& name, const Place& place) {
        if (contains(tenants_, name)) return;
        error(place, "PR146", fmt::format("there is no tenant '{}'", name),
              did_you_mean_or_list(name, tenants_));
    }

    Tenants tenants_of(const Rule& rule) const {
        Tenants tenants;
        for (const LoadedTenant& tenant : parts_.tenants) {
            const auto& named = rule.tenants;
            if (named.empty() ||
                std::find(named.begin(), named.end(), tenant.tenant.id) != named.end()) {
                tenants.push_back(&tenant.tenant);
            }
        }
        return tenants;
    }

    void check_rule(const LoadedRule& rule) {
        const Tenants tenants = tenants_of(rule.rule);
        for (const NameUse& use : rule.uses) {
            switch (use.kind) {
                case NameUse::Kind::tenant:
                    check_tenant_name(use.name, use.place);
                    break;
                case NameUse::Kind::calendar:
                    check_calendar(use, tenants);
                    break;
                case NameUse::Kind::team:
                    check_team(use, tenants);
                    break;
                case NameUse::Kind::rule:
                    break;
                case NameUse::Kind::message:
                case NameUse::Kind::script:
                    check_message(use, tenants);
                    break;
            }
        }
    }

    // Says that all the tenants of a rule, or which of them, lack a name.
    void missing(const NameUse& use, std::string_view code, std::string_view what,
                 const Names& lacking, std::size_t tenants, const Names& known) {
        if (lacking.empty()) return;
        std::string message = fmt::format("there is no {} '{}'", what, use.name);
        if (lacking.size() < tenants || tenants > 1) {
            message += fmt::format(" of the tenant{} {}", lacking.size() == 1 ? "" : "s",
                                   join_names(lacking));
        }
        error(use.place, code, std::move(message), did_you_mean_or_list(use.name, known));
    }

    void check_calendar(const NameUse& use, const Tenants& tenants) {
        if (use.calendar.fact != 0) {
            for (const Tenant* tenant : tenants) {
                if (!tenant->warehouses.empty()) continue;
                error(use.place, "PR148",
                      fmt::format("the tenant '{}' names no calendars of warehouses", tenant->id),
                      "add to the tenant for example warehouses: { MI1: warehouse-mi1 }");
            }
            return;
        }
        Names lacking;
        Names known;
        for (const Tenant* tenant : tenants) {
            add_keys(tenant->calendars, known);
            if (!tenant->calendars.contains(use.name) && !contains(calendars_, use.name)) {
                lacking.push_back(tenant->id);
            }
        }
        known.insert(known.end(), calendars_.begin(), calendars_.end());
        missing(use, "PR140", "calendar", lacking, tenants.size(), known);
    }

    void check_team(const NameUse& use, const Tenants& tenants) {
        Names lacking;
        Names known;
        for (const Tenant* tenant : tenants) {
            add_keys(tenant->teams, known);
            if (!tenant->teams.contains(use.name)) lacking.push_back(tenant->id);
        }
        missing(use, "PR145", "team", lacking, tenants.size(), known);
    }

    void check_message(const NameUse& use, const Tenants& tenants) {
        const auto found = std::find(messages_.begin(), messages_.end(), use.name);
        if (found == messages_.end()) {
            error(use.place, "PR142", fmt::format("there is no message '{}'", use.name),
                  did_you_mean_or_list(use.name, messages_));
            return;
        }
        const auto position = static_cast<std::size_t>(found - messages_.begin());
        const LoadedMessage& message = parts_.messages[position];
        const bool script = use.kind == NameUse::Kind::script;
        const std::string_view part = script ? "script" : "email or sms";
        const auto& texts = message.message.texts;
        const bool any = std::any_of(texts.begin(), texts.end(), [script](const auto& each) {
            return has_part(each.second, script);
        });
        if (!any) {
            error(use.place, "PR143", fmt::format("the message '{}' has no {}", use.name, part),
                  script ? "a call needs a 'script'" : "to notify somebody it needs one of them");
            return;
        }
        for (const Tenant* tenant : tenants) {
            for (const std::string& language : tenant->languages) {
                check_language(message, *tenant, language, script, part);
            }
        }
    }

    static bool has_part(const Message::Texts& texts, bool script) {
        return script ? !texts.script.empty() : !texts.email.text.empty() || !texts.sms.empty();
    }

    void check_language(const LoadedMessage& message, const Tenant& tenant,
                        const std::string& language, bool script, std::string_view part) {
        const auto text = message.message.texts.find(language);
        const bool there = text != message.message.texts.end() && has_part(text->second, script);
        if (there) return;
        // Several rules may use the message; it lacks the language once.
        const std::string lack = fmt::format("{}/{}/{}", message.message.id, language, part);
        if (!told_.insert(lack).second) return;
        diagnostics_.add(warning_at(
            message.place, "PR144",
            fmt::format("the message '{}' has no {} in '{}', a language of the tenant '{}'",
                        message.message.id, part, language, tenant.id),
            "its customers would get another language"));
    }

    const LoadedParts& parts_;
    Diagnostics& diagnostics_;
    Names calendars_;
    Names tenants_;
    Names messages_;
    Names dialers_;
    Names rules_;
    std::set<std::string> told_;
};

}  // namespace

void check_across_files(const LoadedParts& parts, Diagnostics& diagnostics) {
    Checker{parts, diagnostics}.run();
}

}  // namespace premura
