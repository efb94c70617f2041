#include "core/events/mapping_apply.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/hash.h"
#include "core/events/limits.h"
#include "core/events/mapping_value.h"

namespace premura {
namespace {

using Kind = FoundValue::Kind;
using simdjson::dom::array;
using simdjson::dom::element;

// The body, parsed when it is first asked for.
class LazyBody {
 public:
    LazyBody(simdjson::dom::parser& parser, const JsonBuffer& text)
        : parser_{parser}, text_{text} {}

    const std::optional<element>& get() {
        if (!parsed_) {
            parsed_ = true;
            element root;
            // False: the text has its padding already, so that it need not be copied.
            if (!parser_.parse(text_.data(), text_.size(), false).get(root)) root_ = root;
        }
        return root_;
    }

 private:
    simdjson::dom::parser& parser_;
    const JsonBuffer& text_;
    bool parsed_ = false;
    std::optional<element> root_;
};

// Reads one record by one mapping.
class MappingRun {
 public:
    MappingRun(const Mapping& mapping, DecodeContext& context, MappingScope scope)
        : mapping_{mapping}, context_{context}, scope_{scope} {}

    std::optional<Rejection> run() {
        if (mapping_.for_each.empty()) return read_event();
        element list;
        if (scope_.body->at_pointer(mapping_.for_each).get(list) || list.is_null()) {
            return std::nullopt;
        }
        array members;
        if (list.get_array().get(members)) {
            return reject(rejected::bad_data, "`for_each` must find a list", mapping_.for_each);
        }
        if (members.size() > batch_events_max) {
            return reject(rejected::too_large,
                          fmt::format("a list holds {} events at most", batch_events_max),
                          mapping_.for_each);
        }
        for (const element member : members) {
            scope_.element = member;
            if (auto rejection = read_event()) return rejection;
            ++index_;
        }
        return std::nullopt;
    }

    std::string_view label() const { return label_; }

 private:
    std::optional<Rejection> read_event() {
        const FoundValue type = evaluate(mapping_.type, scope_);
        if (type.kind == Kind::ignored) return ignore(mapping_.name);
        const auto name = text_of(type, context_.arena);
        if (!name) return reject(rejected::no_type, "no event type was found", mapping_.type);

        const FoundValue tenant_name = evaluate(mapping_.tenant, scope_);
        if (tenant_name.kind == Kind::ignored) return ignore(mapping_.name);
        const auto tenant_text = text_of(tenant_name, context_.arena);
        const Tenant* tenant = nullptr;
        if (tenant_text || !mapping_.tenant.given()) {
            tenant = find_tenant(context_, tenant_text.value_or(""));
        }
        if (tenant == nullptr) {
            return reject(rejected::unknown_tenant, "whose event it is cannot be told",
                          mapping_.tenant);
        }
        const EventDefinition* definition = find_event(*name, tenant);
        if (definition == nullptr) return ignore("unknown_event_type");

        Event& event = context_.events.add();
        context_.builder.start(event);
        event.type = definition->number;
        if (auto rejection = read_identity(event, *tenant)) return rejection;
        if (auto rejection = read_time(event, *tenant)) return rejection;
        for (const Mapping::FactRule& rule : mapping_.facts) {
            if (auto rejection = read_fact(rule, *tenant)) return rejection;
        }
        return complete(*tenant, context_);
    }

    std::optional<Rejection> ignore(std::string_view label) {
        label_ = label;
        ++context_.ignored_events;
        return std::nullopt;
    }

    std::optional<Rejection> read_identity(Event& event, const Tenant& tenant) {
        const auto id = text_of(evaluate(mapping_.id, scope_), context_.arena);
        if (!id) return reject(rejected::no_id, "no event id was found", mapping_.id);
        event.identity =
            hash64({context_.record.topic, tenant.id, *id, event_definition(event.type).name});
        return std::nullopt;
    }

    std::optional<Rejection> read_time(Event& event, const Tenant& tenant) {
        const FoundValue found = evaluate(mapping_.time, scope_);
        if (found.kind == Kind::missing) {
            set_time(event, std::nullopt, context_);
            return std::nullopt;
        }
        const Converted time = convert(found, mapping_.time, FactKind::time, tenant.timezone,
                                       context_.zones, context_.arena);
        std::optional<Instant> instant;
        if (time.value.kind == Value::Kind::time) instant = time.value.as_time();
        if (time.value.kind == Value::Kind::date) {
            const auto& zone = mapping_.time.zone.empty() ? tenant.timezone : mapping_.time.zone;
            const TimeZone* known = context_.zones.find(zone);
            const std::chrono::local_days day{time.value.as_date().time_since_epoch()};
            if (known != nullptr) instant = known->start_of_day(day);
        }
        if (!instant || !is_writable(*instant)) {
            return reject(rejected::bad_time, "when it happened cannot be read",
                          place_of(found, mapping_.time));
        }
        set_time(event, instant, context_);
        return std::nullopt;
    }

    std::optional<Rejection> read_fact(const Mapping::FactRule& rule, const Tenant& tenant) {
        const FactDefinition& definition = fact(rule.fact);
        const FoundValue found = evaluate(rule.value, scope_);
        if (found.kind == Kind::missing || found.kind == Kind::ignored) return std::nullopt;
        if (found.kind == Kind::broken) {
            return reject(rejected::bad_attribute, "the header or key is not UTF-8",
                          place_of(found, rule.value));
        }
        const Converted converted = convert(found, rule.value, definition.kind, tenant.timezone,
                                            context_.zones, context_.arena);
        FactError error = converted.error;
        if (error == FactError::none) {
            error = context_.builder.add_value(rule.fact, converted.value);
        }
        if (error == FactError::none) return std::nullopt;
        if (error == FactError::too_long) {
            return reject(
                rejected::too_large,
                fmt::format("{} is longer than {} bytes", definition.name, text_bytes_max),
                place_of(found, rule.value));
        }
        return reject(rejected::bad_fact,
                      fmt::format("{} must be a {}", definition.name, name_of(definition.kind)),
                      place_of(found, rule.value));
    }

    std::optional<Rejection> reject(std::string_view reason, const std::string& message,
                                    std::string place) const {
        return Rejection{reason, fmt::format("mapping '{}': {}", mapping_.name, message),
                         std::move(place)};
    }
    std::optional<Rejection> reject(std::string_view reason, const std::string& message,
                                    const ValueExpression& expression) const {
        return reject(reason, message, place_of({}, expression));
    }

    // Where the value was found, or where it was looked for first.
    std::string place_of(const FoundValue& found, const ValueExpression& expression) const {
        const ValuePath* path = found.path;
        if (path == nullptr && !expression.first_of.empty()) path = &expression.first_of.front();
        if (path == nullptr) return {};
        switch (path->root) {
            case ValuePath::Root::body:
                return path->path;
            case ValuePath::Root::element:
                return fmt::format("{}/{}{}", mapping_.for_each, index_, path->path);
            case ValuePath::Root::header:
                return fmt::format("header.{}", path->path);
            case ValuePath::Root::key:
                return "key";
            case ValuePath::Root::constant:
                break;
        }
        return {};
    }

    const Mapping& mapping_;
    DecodeContext& context_;
    MappingScope scope_;
    std::string_view label_;
    std::size_t index_ = 0;
};

bool fits(const Mapping& mapping, MappingScope& scope, LazyBody& body) {
    return std::all_of(
        mapping.match.begin(), mapping.match.end(), [&scope, &body](const Mapping::Match& match) {
            if (match.path.root == ValuePath::Root::body) scope.body = body.get();
            const FoundValue found = find_value(match.path, scope);
            if (found.kind == Kind::missing || found.kind == Kind::broken) return false;
            if (match.any_of.empty()) return true;
            const auto text = text_of(found, scope.arena);
            return text &&
                   std::find(match.any_of.begin(), match.any_of.end(), *text) != match.any_of.end();
        });
}

}  // namespace

MappingOutcome MappingReader::apply(DecodeContext& context, const JsonBuffer& text) {
    LazyBody body{parser_, text};
    MappingScope scope{context.record, std::nullopt, std::nullopt, context.arena};
    for (const std::uint32_t index : context.plan.mappings) {
        const Mapping& mapping = context.rules.mappings[index];
        if (!fits(mapping, scope, body)) continue;
        MappingOutcome outcome{.mapping = &mapping, .rejection = {}, .label = mapping.name};
        scope.body = body.get();
        if (!scope.body) {
            outcome.rejection =
                Rejection{rejected::not_json,
                          fmt::format("mapping '{}': the body is not JSON", mapping.name),
                          {}};
            return outcome;
        }
        MappingRun run{mapping, context, scope};
        outcome.rejection = run.run();
        if (!run.label().empty()) outcome.label = run.label();
        return outcome;
    }
    return {};
}

}  // namespace premura
