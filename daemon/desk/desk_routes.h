#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/incidents/house_messages.h"
#include "daemon/accounts/sessions.h"
#include "daemon/desk/answered_keys.h"
#include "daemon/desk/call_export.h"
#include "daemon/desk/desk.h"
#include "daemon/http/http_server.h"

namespace premura {

// The routes of docs/openapi.yaml for calls, incidents and the desk stream. Sessions are asked on the server's thread, all
// else happens on the desk's. Owned by the main thread; outlives the server, and sessions, desk and stream outlive it.
class DeskRoutes {
 public:
    // Races for the next call that may be lost one after the other, before the agent is asked to come back.
    static constexpr int races_max = 20;
    static constexpr std::size_t list_limit_max = 500;
    static constexpr std::size_t list_limit = 100;

    DeskRoutes(const Sessions& sessions, CallDesk& desk, std::shared_ptr<StreamHub> stream);

    // Before the server starts.
    void install(HttpServer& server);
    // Gives back what somebody who signs out has claimed. Any thread.
    void give_back(const Session& session);

 private:
    using SessionPtr = std::shared_ptr<const Session>;
    using Answer = HttpServer::Answer;
    // One write of somebody, on the desk's thread: `answer` ends it, once.
    struct Write {
        SessionPtr session;
        HttpRequest request;
        std::string about;     // of the path: the task, or the incident
        Answer answer;
    };
    using WriteHandler = void (DeskRoutes::*)(Write write);
    // What a question answers, on the desk's thread.
    using ReadHandler = HttpResponse (DeskRoutes::*)(const Session& session, const HttpRequest& request);

    void read(HttpServer& server, const std::string& path, std::vector<Role> roles, ReadHandler handler);
    void write(HttpServer& server, const std::string& path, std::vector<Role> roles, WriteHandler handler);

    HttpResponse list(const Session& session, const HttpRequest& request);
    HttpResponse open(const Session& session, const HttpRequest& request);
    HttpResponse incidents(const Session& session, const HttpRequest& request);
    HttpResponse effect(const Session& session, const HttpRequest& request);
    HttpResponse ops_rules(const Session& session, const HttpRequest& request);
    HttpResponse ops_held(const Session& session, const HttpRequest& request);
    HttpResponse ops_feeds(const Session& session, const HttpRequest& request);

    void next(Write write);
    void claim(Write write);
    void renew(Write write);
    void release(Write write);
    void outcome(Write write);
    void promise(Write write);
    void gesture(Write write);
    void do_not_contact(Write write);

    // incident_acts.cpp
    void release_incident(Write write);
    void close_incident(Write write);
    void message_incident(Write write);
    std::optional<IncidentBook::Found> incident_of(const Write& write) const;
    IncidentAction action_of(const Write& write, IncidentAction::Kind kind, const IncidentBook::Found& incident) const;
    void act(Write write, const IncidentAction& action);

    struct Race;
    void race(const std::shared_ptr<Race>& race);
    // The call that the write is about, of the session's tenants; null: the refusal has been answered.
    const DeskCall* call_of(const Write& write) const;
    const DeskCall* seen(const Session& session, std::string_view task) const;
    AgentAction action_of(const Write& write, AgentAction::Kind kind, const DeskCall& call) const;
    // Sends it; `done` makes the answer of what was done.
    using Done = std::function<HttpResponse(const DeskAnswer&)>;
    void act(Write write, const AgentAction& action, Done done);
    HttpResponse story(const Session& session, std::string_view task) const;
    HttpServer::Listening listen(const HttpRequest& request) const;

    const Sessions& sessions_;
    CallDesk& desk_;
    const std::shared_ptr<StreamHub> stream_;
    CallExports exports_;
    // On the desk's thread:
    AnsweredKeys answered_;
    std::map<std::string, std::string> claiming_;  // tasks that are being claimed here, by user
};

}  // namespace premura
