#include "daemon/desk/desk_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/hash.h"
#include "core/contacts/call_json.h"
#include "daemon/desk/desk_bodies.h"
#include "daemon/desk/desk_problems.h"
#include "daemon/desk/effect_answer.h"
#include "daemon/http/http_problem.h"

namespace premura {
namespace {

namespace json = boost::json;
using Kind = AgentAction::Kind;

// Whether a session that listens goes on is asked so often at most.
constexpr auto session_asked_every = std::chrono::seconds{5};

HttpResponse json_response(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}
HttpResponse json_response(int status, const json::object& body) { return json_response(status, json::serialize(body)); }

// "/v1/calls/T-1/claim" is about T-1, "/v1/incidents/I-1/close" about I-1.
std::string about_of(std::string_view path) {
    for (int part = 0; part < 3; ++part) {
        const std::size_t slash = path.find('/');
        if (slash == path.npos) return {};
        path.remove_prefix(slash + 1);
    }
    return decoded_part(path.substr(0, path.find('/')));
}

Person person_of(const Session& session) { return {session.user, session.name}; }

// What a key was used for: who asks again asks the same.
std::string digest_of(const HttpRequest& request) { return derived_id({request.method, request.path, request.body}); }

}  // namespace

DeskRoutes::DeskRoutes(const Sessions& sessions, CallDesk& desk, std::shared_ptr<StreamHub> stream)
    : sessions_{sessions}, desk_{desk}, stream_{std::move(stream)}, exports_{sessions, desk} {}

void DeskRoutes::install(HttpServer& server) {
    const std::vector<Role> callers{Role::agent, Role::lead};
    read(server, "/v1/calls", {}, &DeskRoutes::list);
    read(server, "/v1/calls/{}", {}, &DeskRoutes::open);
    read(server, "/v1/incidents", {}, &DeskRoutes::incidents);
    read(server, "/v1/ops/rules", {Role::lead, Role::ops}, &DeskRoutes::ops_rules);
    read(server, "/v1/ops/held", {Role::lead, Role::ops}, &DeskRoutes::ops_held);
    read(server, "/v1/ops/feeds", {Role::lead, Role::ops}, &DeskRoutes::ops_feeds);
    read(server, "/v1/ops/effect", {Role::lead, Role::ops}, &DeskRoutes::effect);
    exports_.install(server);
    write(server, "/v1/calls/next", callers, &DeskRoutes::next);
    write(server, "/v1/calls/{}/claim", callers, &DeskRoutes::claim);
    write(server, "/v1/calls/{}/renew", callers, &DeskRoutes::renew);
    write(server, "/v1/calls/{}/release", callers, &DeskRoutes::release);
    write(server, "/v1/calls/{}/outcome", callers, &DeskRoutes::outcome);
    write(server, "/v1/calls/{}/promises", callers, &DeskRoutes::promise);
    write(server, "/v1/calls/{}/gestures", callers, &DeskRoutes::gesture);
    write(server, "/v1/calls/{}/do-not-contact", callers, &DeskRoutes::do_not_contact);
    write(server, "/v1/incidents/{}/release", {Role::ops}, &DeskRoutes::release_incident);
    write(server, "/v1/incidents/{}/close", {Role::ops}, &DeskRoutes::close_incident);
    write(server, "/v1/incidents/{}/message", {Role::ops}, &DeskRoutes::message_incident);
    server.stream("/v1/desk/stream", stream_, [this](const HttpRequest& request) { return listen(request); });
}

void DeskRoutes::read(HttpServer& server, const std::string& path, std::vector<Role> roles, ReadHandler handler) {
    server.handle("GET", path, [this, roles = std::move(roles), handler](HttpRequest request, Answer answer) {
        SessionPtr session = sessions_.find(request);
        if (auto refusal = admit(request, session, {false, roles})) return answer(std::move(*refusal));
        desk_.post([this, handler, session = std::move(session), request = std::move(request), answer = std::move(answer)] {
            // What is listed while the past is being read is not all.
            answer(desk_.caught_up() ? (this->*handler)(*session, request) : unavailable());
        });
    });
}

void DeskRoutes::write(HttpServer& server, const std::string& path, std::vector<Role> roles, WriteHandler handler) {
    server.handle("POST", path, [this, roles = std::move(roles), handler](HttpRequest request, Answer answer) {
        SessionPtr session = sessions_.find(request);
        if (auto refusal = admit(request, session, {true, roles})) return answer(std::move(*refusal));
        desk_.post([this, handler, session = std::move(session), request = std::move(request),
                    answer = std::move(answer)]() mutable {
            if (!desk_.caught_up()) return answer(unavailable());
            const std::string key{request.header("idempotency-key")};
            const bool first = answered_.begin(session->user, key, digest_of(request), desk_.now(), std::move(answer));
            if (!first) return;
            const auto finish = [this, user = session->user, key](const HttpResponse& response) {
                answered_.finish(user, key, response);
            };
            std::string about = about_of(request.path);
            (this->*handler)({std::move(session), std::move(request), std::move(about), finish});
        });
    });
}

HttpServer::Listening DeskRoutes::listen(const HttpRequest& request) const {
    const SessionPtr session = sessions_.find(request);
    if (auto refusal = admit(request, session, {})) return std::move(*refusal);
    StreamListener listener;
    listener.hears = [session](const StreamAudience& audience) {
        const bool is_ops = session->is(Role::ops);
        if (audience.who == DeskAudience::ops && !is_ops) return false;
        if (audience.who == DeskAudience::all_but_ops && is_ops) return false;
        if (audience.who == DeskAudience::staff && !is_ops && !session->is(Role::lead)) return false;
        return audience.tenant.empty() || session->holds(audience.tenant);
    };
    listener.goes_on = [this, request, asked = std::make_shared<std::chrono::steady_clock::time_point>(
                                           std::chrono::steady_clock::now())] {
        const auto now = std::chrono::steady_clock::now();
        if (now < *asked + session_asked_every) return true;
        *asked = now;
        return sessions_.find(request) != nullptr;
    };
    return listener;
}

HttpResponse DeskRoutes::list(const Session& session, const HttpRequest& request) {
    const TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    std::size_t limit = list_limit;
    if (const auto given = request.query.find("limit"); given != request.query.end()) {
        const std::string& text = given->second;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
        if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > list_limit_max) {
            return invalid("limit", fmt::format("limit is a number from 1 to {}", list_limit_max));
        }
    }
    const Board::List listed = desk_.board().list(chosen.tenants, limit);
    return json_response(200, fmt::format(R"({{"calls":{},"total":{},"as_of":"{}","event":"{}"}})", listed.calls,
                                          listed.total, format_utc(desk_.now()), desk_.last_event()));
}

const DeskCall* DeskRoutes::seen(const Session& session, std::string_view task) const {
    const DeskCall* call = desk_.board().find(task);
    return call != nullptr && session.holds(call->tenant) ? call : nullptr;
}

HttpResponse DeskRoutes::story(const Session& session, std::string_view task) const {
    const DeskCall* call = seen(session, task);
    if (call == nullptr) return not_found();
    if (call->state == DeskCall::State::over) return withdrawn(*call);
    return json_response(200, desk_.board().story_of(*call, person_of(session)));
}

HttpResponse DeskRoutes::open(const Session& session, const HttpRequest& request) {
    return story(session, about_of(request.path));
}

HttpResponse DeskRoutes::incidents(const Session& session, const HttpRequest& request) {
    const TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    return json_response(200, desk_.incidents().list(chosen.tenants, session.is(Role::ops), desk_.now()));
}

HttpResponse DeskRoutes::ops_rules(const Session& session, const HttpRequest& request) {
    const TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    return json_response(200, desk_.ops().rules(chosen.tenants, *desk_.rules(), desk_.board(), desk_.now()));
}

HttpResponse DeskRoutes::ops_held(const Session& session, const HttpRequest& request) {
    const TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    return json_response(200, desk_.ops().held(chosen.tenants, desk_.now()));
}

HttpResponse DeskRoutes::ops_feeds(const Session& session, const HttpRequest& request) {
    const TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    return json_response(200, desk_.ops().feeds(chosen.tenants, *desk_.rules(), desk_.now()));
}

HttpResponse DeskRoutes::effect(const Session& session, const HttpRequest& request) {
    TenantChoice chosen = tenants_asked(request, session);
    if (chosen.refusal) return *chosen.refusal;
    return effect_answer(desk_.effect(), request, std::move(chosen.tenants), desk_.rules().get(), desk_.now());
}

const DeskCall* DeskRoutes::call_of(const Write& write) const {
    const DeskCall* call = seen(*write.session, write.about);
    if (call == nullptr) {
        write.answer(not_found());
    } else if (call->state == DeskCall::State::over) {
        write.answer(withdrawn(*call));
        call = nullptr;
    }
    return call;
}

// The id follows from who asks and their key, so that the stage knows a repeat by whichever daemon it comes; and from the
// task, because one wish for the next call may try several.
AgentAction DeskRoutes::action_of(const Write& write, Kind kind, const DeskCall& call) const {
    AgentAction action;
    action.id = derived_id({"desk", write.session->user, std::string{write.request.header("idempotency-key")}, call.task});
    action.kind = kind;
    action.tenant = call.tenant;
    action.customer = call.customer;
    action.task = call.task;
    action.by = person_of(*write.session);
    action.lead = write.session->is(Role::lead);
    action.at = desk_.now();
    return action;
}

void DeskRoutes::act(Write write, const AgentAction& action, Done done) {
    desk_.act(action, [write = std::move(write), done = std::move(done)](const std::optional<DeskAnswer>& answer) {
        if (!answer) return write.answer(unavailable());
        write.answer(answer->done() ? done(*answer) : refusal_of(*answer));
    });
}

void DeskRoutes::claim(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    const std::string& user = write.session->user;
    const auto hold_another = [&write](const std::string& task) {
        write.answer(problem(409, "you_hold_another", "you have one call at a time: record how that one ended, or give it back",
                             {{"task", task}}));
    };
    if (const DeskCall* held = desk_.board().held_by(user); held != nullptr && held != call) return hold_another(held->task);
    if (call->claim && call->claim->by.user == user) return write.answer(story(*write.session, call->task));
    if (const auto other = claiming_.find(user); other != claiming_.end() && other->second != call->task) {
        return hold_another(other->second);
    }
    claiming_[user] = call->task;
    const AgentAction action = action_of(write, Kind::claim, *call);
    Answer answer = std::move(write.answer);
    write.answer = [this, user, answer = std::move(answer)](HttpResponse response) {
        claiming_.erase(user);
        answer(std::move(response));
    };
    const SessionPtr session = write.session;
    act(std::move(write), action,
        [this, session](const DeskAnswer& done) { return story(*session, done.task); });
}

// One wish for the next call, through the races that it loses.
struct DeskRoutes::Race {
    Write write;
    DeskViewer viewer;
    std::set<std::string> lost;
};

void DeskRoutes::next(Write write) {
    NextWish wish;
    if (auto refusal = read_next(write.request.body, wish)) return write.answer(std::move(*refusal));
    const Session& session = *write.session;
    DeskViewer viewer{session.user, session.tenants, wish.languages};
    if (!wish.tenant.empty()) {
        if (!session.holds(wish.tenant)) return write.answer(invalid("tenant", "that is no tenant of yours"));
        viewer.tenants = {wish.tenant};
    }
    if (const DeskCall* held = desk_.board().held_by(session.user); held != nullptr) {
        const json::object call = desk_.board().story_of(*held, person_of(session));
        return write.answer(json_response(200, {{"call", call}, {"next_at", nullptr}}));
    }
    // Another wish of theirs is under way, from another page.
    if (claiming_.contains(session.user)) return write.answer(unavailable());
    race(std::make_shared<Race>(Race{std::move(write), std::move(viewer), {}}));
}

void DeskRoutes::race(const std::shared_ptr<Race>& race) {
    const std::string user = race->write.session->user;
    // What colleagues claim here at this moment is as good as theirs.
    std::set<std::string> without = race->lost;
    for (const auto& [other, task] : claiming_) without.insert(task);
    const DeskCall* call = desk_.board().next_for(race->viewer, without);
    if (call == nullptr) {
        const std::optional<Instant> next_at = desk_.board().next_at(race->viewer);
        return race->write.answer(json_response(200, {{"call", nullptr}, {"next_at", time_or_null(next_at)}}));
    }
    claiming_[user] = call->task;
    const AgentAction action = action_of(race->write, Kind::claim, *call);
    desk_.act(action, [this, race, user, task = call->task](const std::optional<DeskAnswer>& answer) {
        claiming_.erase(user);
        if (!answer) return race->write.answer(unavailable());
        if (answer->done()) {
            const DeskCall* mine = seen(*race->write.session, task);
            if (mine != nullptr && mine->claim && mine->claim->by.user == user) {
                const json::object own = desk_.board().story_of(*mine, person_of(*race->write.session));
                return race->write.answer(json_response(200, {{"call", own}, {"next_at", nullptr}}));
            }
        }
        // Somebody was faster, or there is no need any more.
        race->lost.insert(task);
        if (race->lost.size() >= static_cast<std::size_t>(races_max)) return race->write.answer(unavailable());
        this->race(race);
    });
}

void DeskRoutes::renew(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    const AgentAction action = action_of(write, Kind::renew, *call);
    act(std::move(write), action, [](const DeskAnswer& answer) {
        return answer.claim ? json_response(200, to_json(*answer.claim)) : unavailable();
    });
}

void DeskRoutes::release(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    const AgentAction action = action_of(write, Kind::release, *call);
    act(std::move(write), action, [](const DeskAnswer&) { return HttpResponse{204, {}, {}}; });
}

void DeskRoutes::outcome(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    AgentAction action = action_of(write, Kind::outcome, *call);
    if (auto refusal = read_outcome(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action, [](const DeskAnswer& answer) {
        return answer.outcome ? json_response(200, to_json(*answer.outcome, answer.task)) : unavailable();
    });
}

void DeskRoutes::promise(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    AgentAction action = action_of(write, Kind::promise, *call);
    if (auto refusal = read_promise(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action, [](const DeskAnswer& answer) {
        return answer.promise ? json_response(201, to_json(*answer.promise)) : unavailable();
    });
}

void DeskRoutes::gesture(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    AgentAction action = action_of(write, Kind::gesture, *call);
    if (auto refusal = read_gesture(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action, [](const DeskAnswer& answer) {
        return answer.gesture ? json_response(201, to_json(*answer.gesture)) : unavailable();
    });
}

void DeskRoutes::do_not_contact(Write write) {
    const DeskCall* call = call_of(write);
    if (call == nullptr) return;
    AgentAction action = action_of(write, Kind::do_not_contact, *call);
    if (auto refusal = read_do_not_contact(write.request.body, action)) return write.answer(std::move(*refusal));
    act(std::move(write), action, [](const DeskAnswer& answer) {
        return answer.do_not_contact ? json_response(200, to_json(*answer.do_not_contact)) : unavailable();
    });
}

void DeskRoutes::give_back(const Session& session) {
    desk_.post([this, person = person_of(session)] {
        const DeskCall* held = desk_.board().held_by(person.user);
        if (held == nullptr) return;
        AgentAction action;
        action.kind = Kind::release;
        action.tenant = held->tenant;
        action.customer = held->customer;
        action.task = held->task;
        action.by = person;
        action.at = desk_.now();
        action.id = derived_id({"desk-sign-out", person.user, held->task, std::to_string(held->version)});
        desk_.send(action);
    });
}

}  // namespace premura
