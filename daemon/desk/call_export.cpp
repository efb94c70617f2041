#include "daemon/desk/call_export.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <utility>

#include "core/base/hash.h"
#include "core/base/nearest.h"
#include "daemon/desk/desk_problems.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr std::string_view map_by_default = "premura";

std::string asked(const HttpRequest& request, std::string_view name, std::string_view otherwise) {
    const auto given = request.query.find(name);
    return given == request.query.end() ? std::string{otherwise} : given->second;
}

std::string no_such_map(const std::string& name, const RuleSet& rules) {
    std::vector<std::string_view> names;
    for (const auto& [id, map] : rules.dialer_maps) names.push_back(id);
    if (names.empty()) return "no dialer is known here: add the folder config/dialers to 'rules' in the settings";
    return fmt::format("there is no dialer '{}'; {}", name, did_you_mean_or_list(name, names));
}

}  // namespace

struct CallExports::Export {
    SessionPtr session;
    Answer answer;
    std::vector<std::string> tenants;
    std::string map_id;
    std::string profile_name;
    CsvProfile profile = CsvProfile::dialer;
    std::string when;
    std::shared_ptr<const RuleSet> rules;  // those it began with: its columns stay what they were
    std::vector<Board::Callable> calls;
    std::size_t next = 0;
    std::size_t left_out = 0;
    std::string text;
    ZonesByName zones;
};

void CallExports::install(HttpServer& server) {
    server.handle("GET", "/v1/calls.csv", [this](HttpRequest request, Answer answer) {
        SessionPtr session = sessions_.find(request);
        if (auto refusal = admit(request, session, {false, {Role::lead, Role::ops}})) return answer(std::move(*refusal));
        desk_.post([this, session = std::move(session), request = std::move(request), answer = std::move(answer)]() mutable {
            begin(std::move(session), request, std::move(answer));
        });
    });
}

void CallExports::begin(SessionPtr session, const HttpRequest& request, Answer answer) {
    if (!desk_.caught_up() || under_way_ >= at_once_max) return answer(unavailable());
    TenantChoice chosen = tenants_asked(request, *session);
    if (chosen.refusal) return answer(std::move(*chosen.refusal));
    auto one = std::make_shared<Export>();
    one->rules = desk_.rules();
    one->map_id = asked(request, "map", map_by_default);
    const DialerMap* map = one->rules->dialer_map(one->map_id);
    if (map == nullptr) return answer(invalid("map", no_such_map(one->map_id, *one->rules)));
    one->profile_name = asked(request, "profile", "dialer");
    if (one->profile_name != "dialer" && one->profile_name != "spreadsheet") {
        return answer(invalid("profile", "profile is dialer or spreadsheet"));
    }
    one->profile = one->profile_name == "dialer" ? CsvProfile::dialer : CsvProfile::spreadsheet;
    one->when = asked(request, "when", "now");
    if (one->when != "now" && one->when != "day") return answer(invalid("when", "when is now or day"));
    one->session = std::move(session);
    one->answer = std::move(answer);
    one->tenants = std::move(chosen.tenants);
    one->calls = desk_.board().callable(one->tenants, desk_.now() + (one->when == "day" ? soon : Milliseconds{0}));
    if (one->calls.size() > rows_max) {
        one->left_out = one->calls.size() - rows_max;
        one->calls.resize(rows_max);
    }
    one->text = csv_line(dialer_header(*map), one->profile);
    ++under_way_;
    keep_who(one);
}

// Names and numbers leave the house: nobody gets them without its being known who. Not how many they are: some calls may be
// solved before their line is written.
void CallExports::keep_who(const std::shared_ptr<Export>& one) {
    const Instant now = desk_.now();
    const Session& session = *one->session;
    const json::object body{
        {"by", json::object{{"user", session.user}, {"name", session.name}}},
        {"tenants", json::array(one->tenants.begin(), one->tenants.end())},
        {"map", one->map_id},
        {"profile", one->profile_name},
        {"when", one->when},
        {"calls", one->calls.size()},
        {"at", format_utc(now)},
    };
    Output record;
    record.topic = topic::desk_exports;
    record.key = derived_id({"desk-export", session.user, one->map_id, format_utc(now), desk_.last_event()});
    record.partition_key = record.key;
    record.value = json::serialize(body);
    record.timestamp = now;
    record.headers = {
        {"ce_specversion", "1.0"}, {"ce_type", "premura.desk-export.v1"}, {"ce_source", "/premura/desk"},
        {"ce_id", record.key},     {"ce_time", format_utc(now)},          {"content-type", "application/json"},
    };
    desk_.keep(std::move(record), [this, one](bool kept) {
        if (!kept) return end(*one, unavailable());
        write_slice(one);
    });
}

void CallExports::write_slice(const std::shared_ptr<Export>& one) {
    const DialerMap& map = *one->rules->dialer_map(one->map_id);
    for (std::size_t i = 0; i < slice && one->next < one->calls.size(); ++i, ++one->next) {
        const Board::Callable& callable = one->calls[one->next];
        // It may have been claimed or solved since the file was begun.
        const DeskCall* call = desk_.board().find(callable.task);
        if (call == nullptr || call->state != DeskCall::State::open || call->claim) continue;
        if (one->text.size() >= bytes_max) {
            ++one->left_out;
            continue;
        }
        boost::system::error_code error;
        const json::value body = json::parse(call->body, error);
        if (error || !body.is_object() || dialer_state(body.get_object()) != "open") continue;
        const DialerTask task{body.get_object(), one->rules->tenant(call->tenant), {callable.not_before, callable.not_after}};
        one->text += csv_line(dialer_row(map, task, one->zones), one->profile);
    }
    if (one->next < one->calls.size()) return desk_.post([this, one] { write_slice(one); });
    HttpResponse response{200,
                          {{"Content-Type", "text/csv; charset=utf-8; header=present"},
                           {"Content-Disposition", fmt::format("attachment; filename=\"calls-{}.csv\"", one->map_id)},
                           {"Premura-Calls-Left-Out", std::to_string(one->left_out)}},
                          std::move(one->text)};
    end(*one, std::move(response));
}

void CallExports::end(const Export& one, HttpResponse response) {
    --under_way_;
    one.answer(std::move(response));
}

}  // namespace premura
