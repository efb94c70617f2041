#pragma once

#include <atomic>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "core/contacts/agent_action.h"
#include "core/contacts/call_json.h"
#include "core/contacts/desk_answer.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/desk_routes.h"
#include "daemon/pipeline/worker.h"
#include "daemon/sqlite/sqlite_log.h"
#include "tests/core/desk_story.h"
#include "tests/daemon/http_client.h"
#include "tests/daemon/temporary_folder.h"

// A daemon's desk on a real log, with its HTTP server, and the owner of the customers behind it.
namespace premura::desk_world {

using namespace desk_story;

// Decides claims and outcomes as the owner of the customers does, in a few words: who is first has it.
class OwnerStage final : public Stage {
 public:
    void restore(std::string_view, std::string_view) override {}
    void apply(const Record& record, Instant, Effects& effects) override {
        if (record.topic.find("call-tasks") != std::string::npos) {
            json::object body = json::parse(record.value).as_object();
            json::object& known = tasks_[record.key];
            if (known.empty() || known.at("version").as_int64() < body.at("version").as_int64()) known = std::move(body);
            return;
        }
        std::string error;
        const auto action = agent_action_of(record, error);
        // Of a task that it has not read yet it says nothing, as one that is busy.
        if (!action || !knows(action->task)) return;
        DeskAnswer answer;
        answer.action = action->id;
        answer.kind = name_of(action->kind);
        answer.tenant = action->tenant;
        answer.customer = action->customer;
        answer.task = action->task;
        answer.at = action->at;
        if (const auto earlier = answers_.find(action->id); earlier != answers_.end()) {
            effects.outputs.push_back(output_of(earlier->second));
            return;
        }
        json::object& task = tasks_[action->task];
        const json::value* claim = task.if_contains("claim");
        const bool is_claimed = claim != nullptr && claim->is_object();
        Person holder;
        if (is_claimed) {
            std::string ignored;
            holder = JsonMembers{claim->as_object(), ignored}.person("claimed_by");
        }
        const bool mine = is_claimed && holder.user == action->by.user;
        using Kind = AgentAction::Kind;
        if (action->kind == Kind::claim && is_claimed && !mine) {
            answer.problem = "claimed_by_other";
            answer.claimed_by = holder;
        } else if (action->kind != Kind::claim && !mine && !(action->kind == Kind::release && action->lead && is_claimed)) {
            answer.problem = "claim_lost";
            if (is_claimed) answer.claimed_by = holder;
        } else {
            decide(*action, task, answer);
            answer.version = static_cast<int>(task["version"].as_int64()) + 1;
            task["version"] = answer.version;
            Output changed;
            changed.topic = "call-tasks";
            changed.key = action->task;
            changed.partition_key = action->tenant + "/" + action->customer;
            changed.value = json::serialize(task);
            changed.timestamp = action->at;
            effects.outputs.push_back(std::move(changed));
        }
        effects.outputs.push_back(output_of(answer));
        answers_.emplace(action->id, std::move(answer));
    }
    void fire(const Horizon&, Effects&) override {}
    std::optional<Instant> next_due() const override { return std::nullopt; }
    void collect_state(Effects&) override {}
    void use(std::shared_ptr<const RuleSet>) override {}
    std::size_t size() const override { return tasks_.size(); }
    bool knows(const std::string& task) const { return tasks_.contains(task); }

 private:
    static void decide(const AgentAction& action, json::object& task, DeskAnswer& answer) {
        using Kind = AgentAction::Kind;
        const Claim claim{action.by, action.at, action.at + std::chrono::minutes{10}};
        if (action.kind == Kind::claim || action.kind == Kind::renew) {
            task["claim"] = to_json(claim);
            answer.claim = claim;
        } else if (action.kind == Kind::release) {
            task["claim"] = nullptr;
        } else if (action.kind == Kind::outcome) {
            answer.outcome = OutcomeResult{action.outcome, AfterCall::closed, std::nullopt};
            task["state"] = "done";
            task["outcome"] = name_of(action.outcome);
            task["by"] = to_json(action.by);
            task["decided_at"] = format_utc(action.at);
            task["claim"] = nullptr;
        } else if (action.kind == Kind::promise) {
            answer.promise = CallPromise{"P-1", action.promise_kind, action.channel, action.at, action.by,
                                         action.within ? std::optional{action.at + *action.within} : action.due_at,
                                         action.text, "running"};
            task["promises"] = json::array{to_json(*answer.promise)};
        }
    }

    std::map<std::string, json::object> tasks_;
    std::map<std::string, DeskAnswer> answers_;
};

// Whoever says a name in the cookie is signed in under it.
class NamedSessions final : public Sessions {
 public:
    std::shared_ptr<const Session> find(const HttpRequest& request) const override {
        const std::string_view cookie = request.header("cookie");
        const auto session = sessions.find(std::string{cookie.substr(cookie.find('=') + 1)});
        return session == sessions.end() || ended ? nullptr : session->second;
    }
    void add(const std::string& user, const std::string& name, std::vector<Role> roles,
             std::vector<std::string> tenants = {"acme-it"}) {
        auto session = std::make_shared<Session>();
        session->user = user;
        session->name = name;
        session->roles = std::move(roles);
        session->tenants = std::move(tenants);
        session->language = "en";
        session->csrf_token = "token-of-" + user;
        sessions[user] = session;
    }
    std::map<std::string, std::shared_ptr<const Session>> sessions;
    std::atomic<bool> ended = false;
};

struct Reply {
    int status = 0;
    std::string head;
    std::string text;
    json::object body() const { return json::parse(text).as_object(); }
    std::string word() const {
        const std::string type = body().at("type").as_string().c_str();
        return type.substr(type.rfind(':') + 1);
    }
};

inline std::string quoted(std::string_view text) { return json::serialize(json::value(json::string(text))); }

// One agent at a browser.
class Agent {
 public:
    Agent(std::uint16_t port, std::string user) : port_{port}, user_{std::move(user)} {}

    Reply get(const std::string& path) { return ask("GET", path, "", ""); }
    Reply post(const std::string& path, const std::string& body = "", std::string key = "") {
        if (key.empty()) key = user_ + "-key-" + std::to_string(++keys_);
        return ask("POST", path, body, "X-Premura-CSRF: token-of-" + user_ + "\r\nIdempotency-Key: " + key + "\r\n");
    }
    Reply ask(const std::string& method, const std::string& path, const std::string& body, const std::string& headers) {
        HttpClient client{port_};
        client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: premura_session=" + user_ +
                    "\r\n" + headers + (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" + body);
        const std::string all = client.read_to_end();
        const std::size_t end = all.find("\r\n\r\n");
        if (end == all.npos) return {};
        return {std::stoi(all.substr(9, 3)), all.substr(0, end), all.substr(end + 4)};
    }

 private:
    const std::uint16_t port_;
    const std::string user_;
    static inline std::atomic<int> keys_ = 0;  // of all, so that no two requests share one
};

struct DeskWorld {
    explicit DeskWorld(bool with_owner = true, Milliseconds answer_wait = std::chrono::seconds{10}) {
        sessions.add("anna", "Anna Ferri", {Role::agent});
        sessions.add("marco", "Marco Bassi", {Role::agent});
        sessions.add("lucia", "Lucia Riva", {Role::agent, Role::lead, Role::ops});
        sessions.add("nora", "Nora Nord", {Role::agent}, {"nord-de"});
        if (with_owner) start_owner();
        CallDesk::Callbacks callbacks;
        callbacks.rules = shipped_rules;
        callbacks.now = [this] { return Instant{Milliseconds{now_ms.load()}}; };
        callbacks.tail = [this](std::vector<std::string> topics, boost::asio::any_io_executor executor) {
            return log->tail(std::move(topics), std::move(executor));
        };
        callbacks.record_refused = [](const std::string&, const std::string&) {};
        callbacks.failed = [](const std::string&) {};
        CallDesk::Options options;
        options.answer_wait = answer_wait;
        desk = std::make_unique<CallDesk>(options, names, log->writer(), stream, std::move(callbacks));
        routes = std::make_unique<DeskRoutes>(sessions, *desk, stream);
        HttpServerOptions http;
        http.port = 0;
        http.heartbeat_interval = Milliseconds{100};
        server = std::make_unique<HttpServer>(http);
        routes->install(*server);
        desk->start();
        server->start();
        for (int i = 0; i < 1'000 && !caught_up(); ++i) std::this_thread::sleep_for(Milliseconds{5});
    }
    ~DeskWorld() {
        server->stop();
        desk->stop();
        if (worker) worker->stop();
    }

    void start_owner() {
        Worker::StageSetup setup{{}, names, {}, {}};
        setup.options.stage = "contacts";
        setup.make_log = [this](boost::asio::io_context& context) {
            const std::string actions = names.full(topic::agent_actions);
            const std::string tasks = names.full(topic::call_tasks);
            return log->reader({"contacts", {tasks, actions}, {}, "premura.contact-state.v1"}, context.get_executor());
        };
        setup.make_stage = [](int) { return std::make_unique<OwnerStage>(); };
        Worker::Callbacks callbacks;
        callbacks.observer.committed = [](const Effects&) {};
        callbacks.observer.log = [](std::string_view, const std::string&) {};
        callbacks.failed = [](const std::string&) {};
        callbacks.now = [] { return tuesday_ten; };
        worker = std::make_unique<Worker>(std::vector{std::move(setup)}, std::move(callbacks));
        worker->start();
    }

    // A call task, and until the list has that version of it.
    void raise(const TaskStory& story) {
        Output output;
        output.topic = names.full(topic::call_tasks);
        output.key = story.task;
        const json::object body = story.body();
        output.partition_key = story.tenant + "/" + std::string{body.at("customer").as_string()};
        output.value = json::serialize(body);
        log->writer().append({output}, [](const std::string&) {});
        for (int i = 0; i < 1'000; ++i) {
            if (version_of(story.task) >= story.version && owner_knows(story.task)) return;
            std::this_thread::sleep_for(Milliseconds{5});
        }
        FAIL("the board does not show " << story.task);
    }
    bool owner_knows(const std::string& task) {
        if (!worker) return true;
        const auto answer = std::make_shared<std::promise<bool>>();
        auto known = answer->get_future();
        worker->ask([answer, task](const Worker::Pipelines& pipelines) {
            bool found = false;
            for (const Pipeline* pipeline : pipelines) {
                const auto* stage = dynamic_cast<const OwnerStage*>(pipeline->stage(0));
                found = found || (stage != nullptr && stage->knows(task));
            }
            answer->set_value(found);
            return Worker::Asked::done;
        });
        return known.get();
    }
    bool caught_up() {
        std::promise<bool> answer;
        desk->post([&] { answer.set_value(desk->caught_up()); });
        return answer.get_future().get();
    }
    std::int64_t version_of(const std::string& task) {
        std::promise<std::int64_t> version;
        desk->post([&] {
            const DeskCall* call = desk->board().find(task);
            version.set_value(call == nullptr ? 0 : call->version);
        });
        return version.get_future().get();
    }
    Agent agent(const std::string& user) const { return Agent{server->port(), user}; }

    const TemporaryFolder folder;
    const TopicNames names{"premura"};
    std::unique_ptr<SqliteLog> log = [this] {
        SqliteLogOptions options;
        options.durability = Durability::normal;
        return std::make_unique<SqliteLog>(folder.file("log.db"), options);
    }();
    std::atomic<std::int64_t> now_ms = milliseconds_of(tuesday_ten);
    NamedSessions sessions;
    const std::shared_ptr<StreamHub> stream = [] {
        StreamHubOptions options;
        options.replay_after_missed = false;
        return std::make_shared<StreamHub>(options, "run");
    }();
    std::unique_ptr<Worker> worker;
    std::unique_ptr<CallDesk> desk;
    std::unique_ptr<DeskRoutes> routes;
    std::unique_ptr<HttpServer> server;
};

}  // namespace premura::desk_world
