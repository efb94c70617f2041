#pragma once

#include <boost/asio/executor_work_guard.hpp>

#include "core/contacts/contacts_stage.h"
#include "core/incidents/incidents_stage.h"
#include "daemon/desk/ops_watch.h"
#include "tests/daemon/desk_world.h"

// A daemon's desk with the stages that decide for it, as premurad runs them: the owner of the customers, and the one that
// looks at the whole house.
namespace premura::desk_world {

using std::chrono::hours;

// The shipped rules, where four late cases of one warehouse within the hour are an incident.
inline std::shared_ptr<const RuleSet> three_per_warehouse() {
    auto rules = std::make_shared<RuleSet>(*shipped_rules());
    Surge surge;
    surge.name = "warehouse";
    surge.more_than = 3;
    surge.per = {Surge::By::warehouse};
    surge.message = "packing-delay";
    rules->tenants.at("acme-it").surges = {surge};
    return rules;
}

struct StagesWorld : DeskWorld {
    explicit StagesWorld(std::shared_ptr<const RuleSet> rules) : DeskWorld{false}, rules_{std::move(rules)} { start_stages(); }
    ~StagesWorld() {
        context_.stop();
        watching_.join();
        worker->stop();
    }

    void start_stages() {
        const std::string findings = names.full(topic::findings);
        const std::string house = names.full(topic::house);
        Worker::StageSetup contacts{{}, names, {}, {}};
        contacts.options.stage = "contacts";
        contacts.make_log = [this, findings](boost::asio::io_context& context) {
            return log->reader({"contacts", {findings, names.full(topic::house_words), names.full(topic::agent_actions)},
                                {findings}, names.full(topic::contact_state)}, context.get_executor());
        };
        contacts.make_stage = [this](int) { return std::make_unique<ContactsStage>(ContactsOptions{}, rules_); };
        Worker::StageSetup incidents{{}, names, {}, {}};
        incidents.options.stage = "incidents";
        incidents.make_log = [this, house](boost::asio::io_context& context) {
            return log->reader({"incidents", {house}, {house}, names.full(topic::house_state)}, context.get_executor());
        };
        incidents.make_stage = [this](int) { return std::make_unique<IncidentsStage>(IncidentsOptions{}, rules_); };
        Worker::Callbacks callbacks;
        callbacks.observer.committed = [](const Effects&) {};
        callbacks.observer.log = [](std::string_view, const std::string&) {};
        callbacks.failed = [](const std::string&) {};
        callbacks.now = [this] { return Instant{Milliseconds{now_ms.load()}}; };
        std::vector<Worker::StageSetup> setups;
        setups.push_back(std::move(contacts));
        setups.push_back(std::move(incidents));
        worker = std::make_unique<Worker>(std::move(setups), std::move(callbacks));
        worker->start();
        OpsWatch::Options counted;
        counted.instance = "one";
        counted.feeds.emplace(findings, hours{1});
        counted.every = Milliseconds{20};
        counted.slice = 2;
        ops_watch_ = std::make_unique<OpsWatch>(std::move(counted), names, log->writer(), std::vector{worker.get()}, context_,
                                                [this] { return Instant{Milliseconds{now_ms.load()}}; });
        ops_watch_->start();
        // While the workers count, the watch has nothing of its own to do; the thread waits for them.
        watching_ = std::thread{[this] {
            const auto waits = boost::asio::make_work_guard(context_);
            context_.run();
        }};
    }

    // The customer's only order is late at the warehouse, and they are to be called about it.
    void late_with_call(const std::string& customer, const std::string& warehouse = "MI1") {
        Finding finding;
        finding.kind = Finding::Kind::late;
        finding.case_id = "case-" + customer;
        finding.id = finding.case_id + "-late";
        finding.tenant = "acme-it";
        finding.rule = "order-not-packed";
        finding.customer = customer;
        finding.order = finding.subject = "A-" + customer;
        finding.started_at = tuesday_ten - std::chrono::days{3};
        finding.deadline = finding.planned_at = finding.decided_at = tuesday_ten;
        finding.facts = json::serialize(json::object{
            {"order", json::object{{"id", finding.order}, {"number", "100" + customer}, {"warehouse", warehouse}}},
            {"customer", json::object{{"id", customer}, {"name", "Giulia Conti"}, {"phone", "+390255500101"}}}});
        finding.history = "[]";
        Finding step = finding;
        step.kind = Finding::Kind::step;
        step.id = finding.case_id + "-call";
        step.verb = Step::Verb::call;
        step.target = "customer";
        step.text = "packing-delay";
        append(output_of(finding));
        append(output_of(step));
    }
    void append(Output output) {
        output.topic = names.full(output.topic);
        log->writer().append({std::move(output)}, [](const std::string&) {});
    }
    // Asks until the answer is as it should be; what was answered last.
    Reply get_until(const std::string& user, const std::string& path, const std::function<bool(const Reply&)>& is_it) {
        Reply reply;
        for (int i = 0; i < 1'000; ++i) {
            reply = agent(user).get(path);
            if (is_it(reply)) return reply;
            std::this_thread::sleep_for(Milliseconds{5});
        }
        INFO(reply.text);
        FAIL("it never came");
        return reply;
    }

 private:
    const std::shared_ptr<const RuleSet> rules_;
    boost::asio::io_context context_{1};
    std::unique_ptr<OpsWatch> ops_watch_;
    std::thread watching_;
};

}  // namespace premura::desk_world
