#include "tests/simulation/run.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tests/simulation/machine.h"
#include "tests/simulation/people.h"

namespace premura {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr int cycles_max = 20;
// How often something that is due and waits for its input is looked at again before the next event.
constexpr int retries_max = 3;
// The same when nothing else will come: stages that wait for each other need more rounds.
constexpr int last_retries_max = 40;
constexpr Milliseconds max_future = 5min;  // by docs/RULES.md, 1

// In which order stages run: orders twice, because one partition may have to hear from the other how far it is.
const std::vector<int> without_house{Machine::orders, Machine::orders, Machine::contacts};
const std::vector<int> with_house{Machine::orders, Machine::orders, Machine::contacts, Machine::incidents};
// Topics of the contacts stage.
const std::vector<std::string_view> contact_topics{topic::call_tasks, topic::notifications, topic::expedites};

std::string header(const Record& record, std::string_view name) {
    for (const auto& [key, value] : record.headers) {
        if (key == name) return value;
    }
    return {};
}

std::string json_of(const ModelValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return '"' + *text + '"';
    if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* time = std::get_if<Instant>(&value)) return '"' + format_utc(*time) + '"';
    return '"' + format_date(std::chrono::year_month_day{std::get<std::chrono::sys_days>(value)}) + '"';
}

std::string data_of(const ModelEvent& event) {
    std::string json;
    const auto add = [&json](std::string_view name, const std::string& value) {
        json += fmt::format("{}\"{}\":{}", json.empty() ? '{' : ',', name, value);
    };
    for (std::size_t i = 0; i < subject_type_count; ++i) {
        if (!event.ids[i].empty()) add(fact(id_fact_of(static_cast<SubjectType>(i))).name, '"' + event.ids[i] + '"');
    }
    for (const auto& [number, value] : event.facts) add(fact(number).name, json_of(value));
    return json + '}';
}

// A CloudEvent in binary mode.
Output record_of(const WorldEvent& event, const std::string& key, Instant wall) {
    Output output;
    output.topic = SimulationRules::source_topic;
    output.key = output.partition_key = key;
    output.value = data_of(event.content);
    output.timestamp = wall;
    output.headers = {{"ce_specversion", "1.0"},
                      {"ce_type", std::string{event_definition(event.content.type).name}},
                      {"ce_source", "/shop"},
                      {"ce_id", event.content.id},
                      {"content-type", "application/json"}};
    if (!event.timeless) output.headers.emplace_back("ce_time", format_utc(event.content.time));
    return output;
}

class Run {
 public:
    Run(const World& world, const SimulationRules& rules, Weather weather)
        : world_{world},
          rules_{rules},
          stormy_{weather == Weather::stormy},
          random_{world.seed ^ 0x5eed},
          machine_{stormy_ ? Machine::Options{2, 2, world.batch_records_max, world.has_house}
                           : Machine::Options{1, 1, 5000, world.has_house},
                   rules.set,
                   [this](const Output& output) { heard(output); },
                   [this](const Record& record, Instant wall) { was_read(record, wall); }},
          people_{world},
          now_{world.begin} {}

    RunResult result() {
        while (step()) {
        }
        finish();
        return std::move(result_);
    }

 private:
    Instant wall() const { return now_ + clock_offset_; }

    void heard(const Output& output) {
        if (world_.has_house) people_.hear(output, now_);
        for (const auto& [name, value] : output.headers) {
            if (name != "ce_id") continue;
            steps_of_.try_emplace(output.topic + '/' + value + '/' + output.value.value_or(""), step_);
        }
    }

    void was_read(const Record& record, Instant wall) {
        const auto [place, is_first] =
            read_at_[header(record, "ce_id")].insert_or_assign({record.partition, record.offset}, wall);
        if (!is_first) ++result_.tally["record delivered again"];
    }

    void tally_arrivals() {
        std::map<std::string, Instant> last;  // by order
        for (const Arrival& arrival : result_.arrivals) {
            Instant& latest = last.try_emplace(arrival.content.id_of(SubjectType::order), instant_min).first->second;
            if (arrival.content.time < latest) ++result_.tally["event out of order"];
            latest = std::max(latest, arrival.content.time);
            if (arrival.wall > arrival.content.time + 1h) ++result_.tally["event told late"];
            if (arrival.content.time > arrival.wall + max_future) ++result_.tally["event from the future"];
        }
    }

    // The time that counts for an event: what it claims, or the log's, but nothing that was still to come when it
    // was read. docs/RULES.md, 1.
    void date(Arrival& arrival) {
        const auto& read_at = read_at_[arrival.content.id];
        if (read_at.empty()) return;
        const Instant claimed = arrival.content.time;
        const auto judged = [claimed](Instant wall) { return claimed > wall + max_future ? wall : claimed; };
        const auto& [first_place, first_wall] = *read_at.begin();
        arrival.content.time = judged(first_wall);
        for (const auto& [place, wall] : read_at) {
            const bool differs = judged(wall) != arrival.content.time;
            if (differs && place.first != first_place.first) result_.undetermined = true;
        }
    }

    // Goes on to whatever comes next; false at the end of the world.
    bool step() {
        const auto next = next_moment();
        if (next > world_.end) return false;
        now_ = std::max(now_, next);
        ++step_;
        for (int worker = 0; worker < machine_.options().workers; ++worker) {
            if (!machine_.is_up(worker) && down_until_[worker] <= now_) machine_.start(worker);
        }
        if (!is_edited_ && world_.edited_at <= now_) {
            is_edited_ = true;
            ++result_.tally["rules edited"];
            machine_.use(rules_.edited);
        }
        while (next_appending_ < world_.appendings.size() && world_.appendings[next_appending_].at <= now_) {
            append(world_.appendings[next_appending_++]);
        }
        for (Output& output : people_.act(now_, wall())) {
            output.topic = Machine::topic(output.topic);
            machine_.broker().writer().append({std::move(output)}, [](const std::string&) {});
        }
        while (next_fault_ < world_.faults.size() && world_.faults[next_fault_].at <= now_) {
            suffer(world_.faults[next_fault_++]);
        }
        run_all();
        retries_ = is_retry_ ? retries_ + 1 : 0;
        return true;
    }

    Instant next_moment() {
        Instant next = instant_max;
        if (next_appending_ < world_.appendings.size()) next = world_.appendings[next_appending_].at;
        if (next_fault_ < world_.faults.size()) next = std::min(next, world_.faults[next_fault_].at);
        next = std::min(next, people_.next());
        if (!is_edited_) next = std::min(next, world_.edited_at);
        for (const Instant wakes : down_until_) {
            if (wakes > now_) next = std::min(next, wakes);
        }
        for (const auto& [pipeline, wakes] : paused_until_) {
            if (wakes > now_) next = std::min(next, wakes);
        }
        if (const auto due = machine_.next_due(wall())) {
            Instant at = *due - clock_offset_;
            if (stormy_ && random_.chance(world_.due_ignored_percent)) at += Milliseconds{random_.between(1, 8h / 1ms)};
            next = std::min(next, at);
        }
        const Instant retry = now_ + 1min;
        const bool nothing_comes = next > world_.end;
        is_retry_ = retry < next && retries_ < (nothing_comes ? last_retries_max : retries_max) && machine_.is_waiting(wall());
        return is_retry_ ? retry : next;
    }

    void append(const Appending& appending) {
        const WorldEvent& event = world_.events[appending.event];
        machine_.broker().writer().append({record_of(event, appending.key, wall())}, [](const std::string&) {});
        if (!arrived_.insert(appending.event).second) {
            ++result_.tally["event sent again"];
            return;
        }
        Arrival arrival{event.content, step_, wall(), wall_seen_};
        if (event.timeless) arrival.content.time = wall();
        result_.arrivals.push_back(std::move(arrival));
    }

    void suffer(const Fault& fault) {
        if (fault.kind == Fault::Kind::clock_step) {
            ++result_.tally[fault.length.count() < 0 ? "clock set back" : "clock set forward"];
            clock_offset_ += fault.length;
            return;
        }
        if (!stormy_ || !machine_.is_up(fault.worker)) return;
        const Instant until = now_ + fault.length;
        ++result_.tally["fault: " + std::string{name_of(fault.kind)}];
        switch (fault.kind) {
            case Fault::Kind::pause_worker:
                for (int stage = 0; stage < machine_.stages(); ++stage) paused_until_[{fault.worker, stage}] = until;
                break;
            case Fault::Kind::pause_stage: paused_until_[{fault.worker, fault.stage}] = until; break;
            case Fault::Kind::crash_before_commit:
                machine_.broker().lose_next_commit(machine_.log(fault.worker, fault.stage));
                machine_.pump_once(fault.worker, fault.stage, wall());
                [[fallthrough]];
            case Fault::Kind::crash:
                machine_.crash(fault.worker);
                down_until_[fault.worker] = until;
                break;
            case Fault::Kind::stop:
                machine_.stop(fault.worker);
                down_until_[fault.worker] = until;
                break;
            case Fault::Kind::lose_commit:
                machine_.broker().lose_next_commit(machine_.log(fault.worker, fault.stage));
                break;
            case Fault::Kind::expel: machine_.broker().expel(machine_.log(fault.worker, fault.stage)); break;
            case Fault::Kind::assign:
                machine_.broker().assign(machine_.log(fault.worker, fault.stage), {fault.partition});
                break;
            case Fault::Kind::clock_step: break;
        }
    }

    // Until nothing comes.
    void run_all() {
        for (int cycle = 0; cycle < cycles_max; ++cycle) {
            machine_.was_busy();
            for (const int stage : world_.has_house ? with_house : without_house) {
                wall_seen_ = std::max(wall_seen_, wall());
                const int first = stormy_ ? static_cast<int>(random_.between(0, 1)) : 0;
                for (int i = 0; i < machine_.options().workers; ++i) {
                    const int worker = i ^ first;
                    const auto paused = paused_until_.find({worker, stage});
                    if (paused == paused_until_.end() || paused->second <= now_) machine_.pump(worker, stage, wall());
                }
                now_ += 1ms;
            }
            if (!machine_.was_busy()) return;
        }
    }

    void finish() {
        result_.wall_end = wall();
        tally_arrivals();
        for (Arrival& arrival : result_.arrivals) date(arrival);
        add(result_.tally, machine_.tally());
        for (const Record& record : machine_.broker().records(Machine::topic(topic::findings))) take_finding(record);
        for (const auto name : contact_topics) {
            for (Record& record : machine_.broker().records(Machine::topic(name))) {
                if (record.tombstone) continue;
                const std::size_t when = step_of(name, record);
                result_.contacts.push_back({std::move(record), when});
            }
        }
        const auto by_step = [](const auto& one, const auto& other) { return one.step < other.step; };
        std::stable_sort(result_.findings.begin(), result_.findings.end(), by_step);
        std::stable_sort(result_.contacts.begin(), result_.contacts.end(), by_step);
        take(topic::desk_answers, result_.answers);
        take(topic::house_words, result_.words);
        for (const Record& record : machine_.broker().records(Machine::topic(topic::house))) {
            if (header(record, "ce_type") != "premura.house-report.v1") continue;
            result_.reports.push_back({record, step_of(topic::house, record)});
        }
        result_.said = people_.said();
        add(result_.tally, people_.tally());
        result_.quarantined = machine_.broker().records(Machine::topic(topic::quarantine)).size();
        for (int partition = 0; partition < machine_.options().partitions; ++partition) {
            for (const auto& [key, value] :
                 machine_.broker().state(Machine::topic(topic::contact_state), partition)) {
                Customer customer;
                if (key.starts_with("progress/") || key.starts_with("premura/") || key.starts_with("heard/")) continue;
                if (!decode(value, customer)) result_.problems.push_back("unreadable state of " + key);
                result_.customers.push_back(std::move(customer));
            }
        }
    }

    void take(std::string_view name, std::vector<Committed<Record>>& records) {
        for (Record& record : machine_.broker().records(Machine::topic(name))) {
            const std::size_t when = step_of(name, record);
            records.push_back({std::move(record), when});
        }
        std::stable_sort(records.begin(), records.end(),
                         [](const auto& one, const auto& other) { return one.step < other.step; });
    }

    void take_finding(const Record& record) {
        if (!header(record, "ce_type").starts_with("premura.finding.")) return;
        std::string error;
        auto finding = finding_of(record, error);
        if (!finding) {
            result_.problems.push_back("a finding that cannot be read: " + error);
            return;
        }
        auto& all = finding->kind == Finding::Kind::news ? result_.news : result_.findings;
        all.push_back({std::move(*finding), step_of(topic::findings, record)});
    }

    std::size_t step_of(std::string_view topic, const Record& record) {
        const auto found = steps_of_.find(Machine::topic(topic) + '/' + header(record, "ce_id") + '/' + record.value);
        if (found != steps_of_.end()) return found->second;
        result_.problems.push_back("a record that nobody committed: " + header(record, "ce_id"));
        return 0;
    }

    const World& world_;
    const SimulationRules& rules_;
    const bool stormy_;
    bool is_edited_ = false;
    Random random_;
    Machine machine_;
    People people_;
    Instant now_;  // the true time
    Milliseconds clock_offset_{0};
    Instant wall_seen_ = instant_min;  // the latest time at which a worker ran
    std::size_t step_ = 0;
    std::size_t next_appending_ = 0;
    std::size_t next_fault_ = 0;
    int retries_ = 0;
    bool is_retry_ = false;
    std::array<Instant, 2> down_until_{};
    std::map<std::pair<int, int>, Instant> paused_until_;
    std::set<std::size_t> arrived_;
    std::map<std::string, std::size_t> steps_of_;
    // By event and place in the log.
    std::map<std::string, std::map<std::pair<int, std::int64_t>, Instant>> read_at_;
    RunResult result_;
};

}  // namespace

RunResult run(const World& world, const SimulationRules& rules, Weather weather) {
    return Run{world, rules, weather}.result();
}

}  // namespace premura
