#include "core/contacts/customer_codec_calls.h"

namespace premura {
namespace {

constexpr std::uint64_t list_max = 10'000;  // as in the rest of the record

// One description of the layout for both ways: Out writes what it is given, In reads into it.
class Out {
 public:
    explicit Out(ByteWriter& out) : out_{out} {}
    void text(const std::string& text) { out_.text(text); }
    void time(const Instant& time) { out_.signed_varint(milliseconds_of(time)); }
    void flag(const bool& flag) { out_.byte(flag ? 1 : 0); }
    template <typename Enumeration>
    void one_of(const Enumeration& value) {
        out_.byte(static_cast<std::uint8_t>(value));
    }
    template <typename Item, typename Each>
    void list(const std::vector<Item>& list, Each each) {
        out_.varint(list.size());
        for (const Item& item : list) each(*this, item);
    }
    template <typename Item, typename Each>
    void optional(const std::optional<Item>& item, Each each) {
        flag(item.has_value());
        if (item) each(*this, *item);
    }

 private:
    ByteWriter& out_;
};

class In {
 public:
    explicit In(ByteReader& in) : in_{in} {}
    void text(std::string& text) { text = std::string{in_.text()}; }
    void time(Instant& time) { time = instant_of(in_.signed_varint()); }
    void flag(bool& flag) { flag = in_.byte() != 0; }
    template <typename Enumeration>
    void one_of(Enumeration& value) {
        value = static_cast<Enumeration>(in_.byte());
    }
    template <typename Item, typename Each>
    void list(std::vector<Item>& list, Each each) {
        const std::uint64_t count = in_.varint();
        if (count > list_max) return;
        for (std::uint64_t i = 0; i < count && in_.ok(); ++i) each(*this, list.emplace_back());
    }
    template <typename Item, typename Each>
    void optional(std::optional<Item>& item, Each each) {
        bool is_there = false;
        flag(is_there);
        if (is_there) each(*this, item.emplace());
    }

 private:
    ByteReader& in_;
};

constexpr auto a_text = [](auto& way, auto& text) { way.text(text); };
constexpr auto a_time = [](auto& way, auto& time) { way.time(time); };

constexpr auto a_person = [](auto& way, auto& person) {
    way.text(person.user);
    way.text(person.name);
};

constexpr auto a_claim = [](auto& way, auto& claim) {
    a_person(way, claim.by);
    way.time(claim.since);
    way.time(claim.expires_at);
};

constexpr auto a_call_back = [](auto& way, auto& call_back) {
    way.time(call_back.at);
    a_person(way, call_back.agreed_with);
};

constexpr auto an_attempt = [](auto& way, auto& attempt) {
    way.time(attempt.at);
    way.one_of(attempt.outcome);
    way.text(attempt.number);
};

constexpr auto a_call = [](auto& way, auto& contact) {
    way.optional(contact.claim, a_claim);
    way.list(contact.attempts, an_attempt);
    way.optional(contact.call_back, a_call_back);
    way.flag(contact.waiting);
    way.time(contact.retry_at);
};

constexpr auto an_answer = [](auto& way, auto& answered) {
    way.text(answered.action);
    way.text(answered.answer);
};

constexpr auto an_ended_call = [](auto& way, auto& ended) {
    way.text(ended.task);
    way.text(ended.reason);
    way.text(ended.event);
    way.time(ended.at);
};

constexpr auto a_talk = [](auto& way, auto& talk) {
    way.time(talk.at);
    way.flag(talk.inbound);
    way.text(talk.channel);
    a_person(way, talk.with);
    way.text(talk.outcome);
    way.text(talk.mood);
    way.text(talk.note);
};

constexpr auto told_us = [](auto& way, auto& told) {
    way.time(told.at);
    way.text(told.channel);
    way.text(told.text);
};

constexpr auto a_deed = [](auto& way, auto& deed) {
    way.time(deed.at);
    way.text(deed.what);
    way.text(deed.target);
    way.text(deed.text);
};

constexpr auto a_promise = [](auto& way, auto& made) {
    way.text(made.task);
    way.text(made.order);
    auto& promise = made.promise;
    way.text(promise.id);
    way.text(promise.kind);
    way.text(promise.channel);
    way.time(promise.made_at);
    a_person(way, promise.made_by);
    way.optional(promise.due_at, a_time);
    way.text(promise.text);
    way.text(promise.state);
};

constexpr auto a_gesture = [](auto& way, auto& made) {
    way.text(made.task);
    auto& gesture = made.gesture;
    way.text(gesture.id);
    way.text(gesture.kind);
    way.text(gesture.amount.amount);
    way.text(gesture.amount.currency);
    way.time(gesture.requested_at);
    a_person(way, gesture.requested_by);
    way.text(gesture.state);
    way.text(gesture.order);
    way.text(gesture.note);
};

constexpr auto a_bad_number = [](auto& way, auto& bad) {
    way.text(bad.number);
    way.text(bad.state);
};

constexpr auto a_stop = [](auto& way, auto& stop) {
    way.text(stop.scope);
    way.time(stop.at);
    a_person(way, stop.by);
    way.text(stop.note);
};

// All but the actions that wait, which are JSON.
template <typename Way, typename AnyCustomer>
void each_part(Way& way, AnyCustomer& customer) {
    for (auto& contact : customer.contacts) a_call(way, contact);
    way.list(customer.answers, an_answer);
    way.list(customer.ended_calls, an_ended_call);
    way.list(customer.tasks, a_text);
    way.list(customer.talks, a_talk);
    way.list(customer.told, told_us);
    way.list(customer.deeds, a_deed);
    way.list(customer.promises, a_promise);
    way.list(customer.gestures, a_gesture);
    way.list(customer.bad_numbers, a_bad_number);
    way.list(customer.told_cases, a_text);
    way.optional(customer.stop, a_stop);
}

}  // namespace

void write_calls(ByteWriter& out, const Customer& customer) {
    Out way{out};
    each_part(way, customer);
    std::vector<std::string> waiting;
    for (const AgentAction& action : customer.actions) waiting.push_back(output_of(action).value.value());
    way.list(waiting, a_text);
}

void read_calls(ByteReader& in, Customer& customer) {
    In way{in};
    each_part(way, customer);
    std::vector<std::string> waiting;
    way.list(waiting, a_text);
    for (std::string& json : waiting) {
        Record record;
        record.value = std::move(json);
        std::string error;
        if (auto action = agent_action_of(record, error)) customer.actions.push_back(std::move(*action));
    }
}

}  // namespace premura
