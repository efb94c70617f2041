#include "core/base/bytes.h"
#include "core/contacts/customer.h"
#include "core/contacts/customer_codec_calls.h"

// The layout of a contact-state record, version 5; version 1 knew neither past contacts nor edits, version 2 nothing of
// the house, version 3 nothing of what agents do, version 4 nothing of what becomes of cases.

namespace premura {
namespace {

constexpr std::uint8_t layout_version = 5;
constexpr std::uint8_t first_layout_version = 1;
constexpr std::uint8_t calls_since = 4;
constexpr std::uint8_t watches_since = 5;
constexpr std::uint64_t list_max = 10'000;  // no list of a customer is longer; more is a damaged record

void write(ByteWriter& out, Instant time) { out.signed_varint(milliseconds_of(time)); }

Instant read_time(ByteReader& in) { return instant_of(in.signed_varint()); }
std::string read_text(ByteReader& in) { return std::string{in.text()}; }

template <typename Enumeration>
void write_enum(ByteWriter& out, Enumeration value) {
    out.byte(static_cast<std::uint8_t>(value));
}
template <typename Enumeration>
Enumeration read_enum(ByteReader& in) {
    return static_cast<Enumeration>(in.byte());
}

template <typename List, typename Write>
void write_list(ByteWriter& out, const List& list, Write write_one) {
    out.varint(list.size());
    for (const auto& item : list) write_one(out, item);
}

template <typename Item, typename Read>
void read_list(ByteReader& in, std::vector<Item>& list, Read read_one) {
    const std::uint64_t count = in.varint();
    if (count > list_max) return;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) list.push_back(read_one(in));
}

void write_case(ByteWriter& out, const Customer::OpenCase& open) {
    out.text(open.id);
    out.text(open.rule);
    out.text(open.order);
    write_enum(out, open.subject_type);
    out.text(open.subject);
    out.byte(open.late ? 1 : 0);
    write(out, open.started_at);
    write(out, open.deadline);
    out.text(open.facts);
    out.text(open.history);
}

Customer::OpenCase read_case(ByteReader& in) {
    Customer::OpenCase open;
    open.id = read_text(in);
    open.rule = read_text(in);
    open.order = read_text(in);
    open.subject_type = read_enum<SubjectType>(in);
    open.subject = read_text(in);
    open.late = in.byte() != 0;
    open.started_at = read_time(in);
    open.deadline = read_time(in);
    open.facts = read_text(in);
    open.history = read_text(in);
    return open;
}

void write_contact(ByteWriter& out, const Customer::Contact& contact) {
    out.text(contact.id);
    write_enum(out, contact.state);
    write_enum(out, contact.verb);
    out.text(contact.target);
    out.text(contact.text);
    write_enum(out, contact.priority);
    out.varint(static_cast<std::uint64_t>(contact.version));
    write(out, contact.planned_at);
    write(out, contact.hold_until);
    write(out, contact.raised_at);
    write_list(out, contact.cases, [](ByteWriter& to, const std::string& id) { to.text(id); });
}

Customer::Contact read_contact(ByteReader& in) {
    Customer::Contact contact;
    contact.id = read_text(in);
    contact.state = read_enum<Customer::Contact::State>(in);
    contact.verb = read_enum<Step::Verb>(in);
    contact.target = read_text(in);
    contact.text = read_text(in);
    contact.priority = read_enum<Priority>(in);
    contact.version = static_cast<int>(in.varint());
    contact.planned_at = read_time(in);
    contact.hold_until = read_time(in);
    contact.raised_at = read_time(in);
    read_list(in, contact.cases, read_text);
    return contact;
}

// What version 3 added to a contact.
void write_house(ByteWriter& out, const Customer::Contact& contact) {
    out.text(contact.held_for);
    out.text(contact.held_by);
    write_list(out, contact.released_from, [](ByteWriter& to, const std::string& id) { to.text(id); });
    out.byte(contact.has_permit ? 1 : 0);
    out.text(contact.incident);
}

void read_house(ByteReader& in, Customer::Contact& contact) {
    contact.held_for = read_text(in);
    contact.held_by = read_text(in);
    read_list(in, contact.released_from, read_text);
    contact.has_permit = in.byte() != 0;
    contact.incident = read_text(in);
}

void write_past(ByteWriter& out, const Customer::Past& past) {
    write(out, past.at);
    write_enum(out, past.verb);
    out.text(past.contact);
    write_list(out, past.cases, [](ByteWriter& to, const std::string& id) { to.text(id); });
}

Customer::Past read_past(ByteReader& in) {
    Customer::Past past;
    past.at = read_time(in);
    past.verb = read_enum<Step::Verb>(in);
    past.contact = read_text(in);
    read_list(in, past.cases, read_text);
    return past;
}

void write_decision(ByteWriter& out, const Customer::Decision& decision) {
    write(out, decision.at);
    out.text(decision.contact);
    write_enum(out, decision.verb);
    out.text(decision.rule);
    out.text(decision.outcome);
    out.text(decision.reason);
}

Customer::Decision read_decision(ByteReader& in) {
    Customer::Decision decision;
    decision.at = read_time(in);
    decision.contact = read_text(in);
    decision.verb = read_enum<Step::Verb>(in);
    decision.rule = read_text(in);
    decision.outcome = read_text(in);
    decision.reason = read_text(in);
    return decision;
}

void write_finding(ByteWriter& out, const Finding& finding) {
    for (const std::string* text :
         {&finding.id, &finding.case_id, &finding.tenant, &finding.rule, &finding.customer,
          &finding.order, &finding.subject, &finding.reason, &finding.target, &finding.text,
          &finding.facts, &finding.history}) {
        out.text(*text);
    }
    for (const Instant time :
         {finding.started_at, finding.deadline, finding.planned_at, finding.decided_at}) {
        write(out, time);
    }
    write_enum(out, finding.kind);
    write_enum(out, finding.mode);
    write_enum(out, finding.subject_type);
    out.byte(finding.warning_step ? 1 : 0);
    out.varint(static_cast<std::uint64_t>(finding.step));
    write_enum(out, finding.verb);
    write_enum(out, finding.priority);
}

Finding read_finding(ByteReader& in) {
    Finding finding;
    for (std::string* text :
         {&finding.id, &finding.case_id, &finding.tenant, &finding.rule, &finding.customer,
          &finding.order, &finding.subject, &finding.reason, &finding.target, &finding.text,
          &finding.facts, &finding.history}) {
        *text = read_text(in);
    }
    for (Instant* time : {&finding.started_at, &finding.deadline, &finding.planned_at,
                          &finding.decided_at}) {
        *time = read_time(in);
    }
    finding.kind = read_enum<Finding::Kind>(in);
    finding.mode = read_enum<Rule::Mode>(in);
    finding.subject_type = read_enum<SubjectType>(in);
    finding.warning_step = in.byte() != 0;
    finding.step = static_cast<int>(in.varint());
    finding.verb = read_enum<Step::Verb>(in);
    finding.priority = read_enum<Priority>(in);
    return finding;
}

void write_watch(ByteWriter& out, const CaseWatch& watch) {
    write_enum(out, watch.kind);
    for (const std::string* text : {&watch.id, &watch.rule, &watch.order}) out.text(*text);
    for (const bool flag : {watch.late, watch.right, watch.holdout}) out.byte(flag ? 1 : 0);
    out.varint(static_cast<std::uint64_t>(watch.outreaches));
    for (const Instant time : {watch.started_at, watch.late_at, watch.tell_at, watch.spoke_at, watch.inbound_at}) write(out, time);
}

CaseWatch read_watch(ByteReader& in) {
    CaseWatch watch;
    watch.kind = read_enum<CaseResult::Kind>(in);
    for (std::string* text : {&watch.id, &watch.rule, &watch.order}) *text = read_text(in);
    for (bool* flag : {&watch.late, &watch.right, &watch.holdout}) *flag = in.byte() != 0;
    watch.outreaches = static_cast<int>(in.varint());
    for (Instant* time : {&watch.started_at, &watch.late_at, &watch.tell_at, &watch.spoke_at, &watch.inbound_at}) *time = read_time(in);
    return watch;
}

}  // namespace

void encode(const Customer& customer, std::string& bytes) {
    ByteWriter out{bytes};
    out.byte(layout_version);
    out.text(customer.tenant);
    out.text(customer.id);
    write(out, customer.touched);
    write_list(out, customer.cases, write_case);
    write_list(out, customer.contacts, write_contact);
    write_list(out, customer.closed_cases,
               [](ByteWriter& to, const std::string& id) { to.text(id); });
    write_list(out, customer.decisions, write_decision);
    write_list(out, customer.inbox, write_finding);
    write_list(out, customer.past, write_past);
    write(out, customer.inbound_at);
    for (const Customer::OpenCase& open : customer.cases) out.byte(open.by_edit ? 1 : 0);
    for (const Finding& finding : customer.inbox) out.byte(finding.by_edit ? 1 : 0);
    for (const Customer::Contact& contact : customer.contacts) write_house(out, contact);
    write_list(out, customer.told_of, [](ByteWriter& to, const std::string& id) { to.text(id); });
    for (const Finding& finding : customer.inbox) out.text(finding.event);
    write_calls(out, customer);
    write_list(out, customer.watches, write_watch);
}

bool decode(std::string_view bytes, Customer& customer) {
    customer = Customer{};
    ByteReader in{bytes};
    const std::uint8_t version = in.byte();
    if (version < first_layout_version || version > layout_version) return false;
    customer.tenant = read_text(in);
    customer.id = read_text(in);
    customer.touched = read_time(in);
    read_list(in, customer.cases, read_case);
    read_list(in, customer.contacts, read_contact);
    read_list(in, customer.closed_cases, read_text);
    read_list(in, customer.decisions, read_decision);
    read_list(in, customer.inbox, read_finding);
    if (version > first_layout_version) {
        read_list(in, customer.past, read_past);
        customer.inbound_at = read_time(in);
        for (Customer::OpenCase& open : customer.cases) open.by_edit = in.byte() != 0;
        for (Finding& finding : customer.inbox) finding.by_edit = in.byte() != 0;
    }
    if (version > 2) {
        for (Customer::Contact& contact : customer.contacts) read_house(in, contact);
        read_list(in, customer.told_of, read_text);
    }
    if (version >= calls_since) {
        for (Finding& finding : customer.inbox) finding.event = read_text(in);
        read_calls(in, customer);
    }
    if (version >= watches_since) read_list(in, customer.watches, read_watch);
    return in.ok() && in.at_end();
}

}  // namespace premura
