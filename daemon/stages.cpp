#include "daemon/stages.h"

#include "core/contacts/contacts_stage.h"
#include "core/incidents/incidents_stage.h"
#include "core/orders/intake_stage.h"
#include "core/orders/orders_stage.h"
#include "core/outbox/outbox_stage.h"
#include "daemon/senders/senders.h"

namespace premura {
namespace {

using CurrentRules = std::function<std::shared_ptr<const RuleSet>()>;

Worker::LogFactory reader_of(LogEngine& log, StageTopics topics, int worker) {
    return [&log, topics = std::move(topics), worker](boost::asio::io_context& context) {
        return log.reader(topics, worker, context.get_executor());
    };
}

// A source whose records are not keyed by order has a stage of its own, which sends them on.
Worker::StageSetup intake_stage(const Settings& settings, const TopicNames& names, LogEngine& log,
                                int worker, const SourceSettings& source, int order_partitions,
                                const CurrentRules& rules) {
    Worker::StageSetup setup{settings.pipeline, names, {}, {}};
    setup.options.stage = "intake-" + source.topic;
    setup.options.progress_to = {{std::string{topic::intake}, order_partitions}};
    if (source.silent_after) setup.options.silent_after[source.topic] = *source.silent_after;
    setup.make_log = reader_of(log, {setup.options.stage, {source.topic}, {source.topic}, ""}, worker);
    setup.make_stage = [options = settings.orders.decoder, rules](int) {
        return std::make_unique<IntakeStage>(options, rules());
    };
    return setup;
}

// Looks at the whole house, where the others look at one order or one customer.
Worker::StageSetup incidents_stage(const Settings& settings, const TopicNames& names, LogEngine& log, int worker,
                                   const CurrentRules& rules) {
    Worker::StageSetup setup{settings.pipeline, names, {}, {}};
    setup.options.stage = "incidents";
    const std::string house = names.full(topic::house);
    setup.make_log = reader_of(log, {"incidents", {house}, {house}, names.full(topic::house_state)}, worker);
    setup.make_stage = [options = IncidentsOptions{.partitions = log.partitions()}, rules](int) {
        return std::make_unique<IncidentsStage>(options, rules());
    };
    return setup;
}

// What the contacts stage decided, on its way out; call tasks go to dialers. The findings tell it what is solved meanwhile.
Worker::StageSetup outbox_stage(const Settings& settings, const TopicNames& names, LogEngine& log, int worker,
                                const CurrentRules& rules) {
    Worker::StageSetup setup{settings.pipeline, names, {}, {}};
    setup.options.stage = "outbox";
    StageTopics topics{"outbox", {}, {names.full(topic::notifications)}, names.full(topic::outbox_state)};
    for (const std::string_view name :
         {topic::findings, topic::notifications, topic::expedites, topic::incidents, topic::call_tasks, topic::deliveries}) {
        topics.inputs.push_back(names.full(name));
    }
    setup.make_log = reader_of(log, std::move(topics), worker);
    setup.make_stage = [options = settings.senders, rules](int partition) {
        return std::make_unique<OutboxStage>(outbox_options(options, partition), rules());
    };
    return setup;
}

}  // namespace

std::vector<SourceSettings> sources_of(const Settings& settings, const TopicNames& names) {
    if (!settings.sources.empty()) return settings.sources;
    return {{names.full(topic::events), true, std::nullopt}};
}

std::vector<Worker::StageSetup> stages_of_worker(const Settings& settings, const TopicNames& names,
                                                 LogEngine& log, int worker,
                                                 CurrentRules current_rules) {
    const int partitions = log.partitions();
    const std::string intake = names.full(topic::intake);
    std::vector<Worker::StageSetup> setups;

    Worker::StageSetup orders{settings.pipeline, names, {}, {}};
    orders.options.stage = "orders";
    StageTopics topics{"orders", {}, {}, names.full(topic::order_state)};
    int producers = partitions;
    for (const SourceSettings& source : sources_of(settings, names)) {
        // The embedded log has one partition count for all: everything can be read directly.
        const bool direct = source.keyed_by_order || partitions == 1;
        if (!direct) {
            setups.push_back(intake_stage(settings, names, log, worker, source, partitions,
                                          current_rules));
            producers += log.partitions_of(source.topic);
            continue;
        }
        topics.inputs.push_back(source.topic);
        topics.probed.push_back(source.topic);
        if (source.silent_after) orders.options.silent_after[source.topic] = *source.silent_after;
    }
    topics.inputs.push_back(intake);
    if (partitions == 1 && producers == 1) {
        // Whatever is re-keyed comes from this very partition: its end is as good as a word from it.
        topics.probed.push_back(intake);
        orders.options.loop = topic::intake;
    } else {
        orders.options.progress_from = intake;
        orders.options.producers = producers;
        orders.options.progress_to[std::string{topic::intake}] = partitions;
    }
    orders.options.progress_to[std::string{topic::findings}] = partitions;
    orders.make_log = reader_of(log, topics, worker);
    OrdersOptions order_options = settings.orders;
    order_options.partitions = partitions;
    orders.make_stage = [order_options, current_rules](int) {
        return std::make_unique<OrdersStage>(order_options, current_rules());
    };
    setups.push_back(std::move(orders));

    Worker::StageSetup contacts{settings.pipeline, names, {}, {}};
    const std::string findings = names.full(topic::findings);
    contacts.options.stage = "contacts";
    contacts.options.progress_from = findings;
    contacts.options.producers = partitions;
    // What agents do, and what the house says, may come at any time: nothing is concluded from its absence, so neither is
    // probed.
    contacts.make_log = reader_of(
        log,
        {"contacts", {findings, names.full(topic::house_words), names.full(topic::agent_actions)}, {findings},
         names.full(topic::contact_state)},
        worker);
    contacts.make_stage = [options = settings.contacts, current_rules](int) {
        return std::make_unique<ContactsStage>(options, current_rules());
    };
    setups.push_back(std::move(contacts));
    setups.push_back(incidents_stage(settings, names, log, worker, current_rules));
    if (settings.has_outbox()) setups.push_back(outbox_stage(settings, names, log, worker, current_rules));
    return setups;
}

}  // namespace premura
