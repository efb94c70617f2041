#include <cmath>

#include "core/base/bytes.h"
#include "core/orders/entity.h"

// The layout of a state record, version 3; version 1 did not say when it was touched, version 2 knew nothing of edits.
// Times are counted from the
// first event's time, so that they are short; whole numbers are varints. Every order of a shop lies in memory in
// this form.

namespace premura {
namespace {

constexpr std::uint8_t layout_version = 3;
constexpr std::uint8_t first_layout_version = 1;

// How a fact's value is written: the low bits of its head byte.
enum class Form : std::uint8_t { text, fraction, whole, yes, no, time, date };
constexpr std::uint8_t form_mask = 0x07;
constexpr std::uint8_t has_subject = 0x08;
constexpr std::uint8_t has_last = 0x10;

// Beside a case's state.
constexpr std::uint8_t pinned = 0x80;
constexpr std::uint8_t by_edit = 0x40;
constexpr std::uint8_t on_trial = 0x20;
constexpr std::uint8_t has_last_step = 0x10;
constexpr std::uint8_t has_timing = 0x08;
constexpr std::uint8_t state_mask = 0x07;

Form form_of(const Value& value) {
    switch (value.kind) {
        case Value::Kind::number: {
            const bool whole = std::trunc(value.number) == value.number &&
                               std::abs(value.number) < 9e15;
            return whole ? Form::whole : Form::fraction;
        }
        case Value::Kind::boolean: return value.boolean ? Form::yes : Form::no;
        case Value::Kind::time: return Form::time;
        case Value::Kind::date: return Form::date;
        case Value::Kind::none:
        case Value::Kind::text: break;
    }
    return Form::text;
}

void write_value(ByteWriter& out, const Value& value, Form form, std::int64_t base) {
    switch (form) {
        case Form::text: out.text(value.text); break;
        case Form::fraction: out.fixed64(std::bit_cast<std::uint64_t>(value.number)); break;
        case Form::whole:
        case Form::date: out.signed_varint(static_cast<std::int64_t>(value.number)); break;
        case Form::time: out.signed_varint(milliseconds_of(value.as_time()) - base); break;
        case Form::yes:
        case Form::no: break;
    }
}

Value read_value(ByteReader& in, Form form, std::int64_t base) {
    switch (form) {
        case Form::text: return Value::of(in.text());
        case Form::fraction: return Value::of(std::bit_cast<double>(in.fixed64()));
        case Form::whole: return Value::of(static_cast<double>(in.signed_varint()));
        case Form::date:
            return Value::of_date(std::chrono::sys_days{
                std::chrono::days{static_cast<int>(in.signed_varint())}});
        case Form::time: return Value::of(instant_of(base + in.signed_varint()));
        case Form::yes: return Value::of(true);
        case Form::no: return Value::of(false);
    }
    return {};
}

void write_cases(ByteWriter& out, const Entity& entity, std::int64_t base) {
    out.varint(entity.cases.size());
    for (const Entity::Case& open : entity.cases) {
        out.text(open.rule);
        out.byte(open.subject);
        out.byte(static_cast<std::uint8_t>(static_cast<std::uint8_t>(open.state) | (open.pinned ? pinned : 0) |
                                           (open.by_edit ? by_edit : 0) | (open.on_trial ? on_trial : 0) |
                                           (open.last_step != 0 ? has_last_step : 0) |
                                           (open.timing != 0 ? has_timing : 0)));
        out.byte(open.warnings_done);
        out.byte(open.steps_done);
        out.fixed64(open.occurrence);
        if (open.last_step != 0) out.varint(open.last_step);
        if (open.timing != 0) out.fixed64(open.timing);
        out.signed_varint(milliseconds_of(open.deadline) - base);
        out.text(open.customer);
    }
}

bool read_cases(ByteReader& in, Entity& entity, std::int64_t base) {
    const std::uint64_t count = in.varint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Entity::Case read;
        read.rule = in.text();
        read.subject = in.byte();
        const std::uint8_t head = in.byte();
        const std::uint8_t state = head & state_mask;
        read.pinned = (head & pinned) != 0;
        read.by_edit = (head & by_edit) != 0;
        read.on_trial = (head & on_trial) != 0;
        if (state > static_cast<std::uint8_t>(Entity::Case::State::closed)) return false;
        read.state = static_cast<Entity::Case::State>(state);
        read.warnings_done = in.byte();
        read.steps_done = in.byte();
        read.occurrence = in.fixed64();
        if ((head & has_last_step) != 0) read.last_step = static_cast<std::uint32_t>(in.varint());
        if ((head & has_timing) != 0) read.timing = in.fixed64();
        read.deadline = instant_of(base + in.signed_varint());
        read.customer = in.text();
        if (read.subject != Entity::no_subject && read.subject >= entity.subjects.size()) {
            return false;
        }
        entity.cases.push_back(read);
    }
    return in.ok();
}

bool read_facts(ByteReader& in, Entity& entity, std::int64_t base) {
    const std::uint64_t count = in.varint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Entity::KnownFact known;
        known.number = in.byte();
        const std::uint8_t head = in.byte();
        known.subject = (head & has_subject) != 0 ? in.byte() : Entity::no_subject;
        known.first = in.byte();
        known.last = (head & has_last) != 0 ? in.byte() : known.first;
        known.value = read_value(in, static_cast<Form>(head & form_mask), base);
        if (!is_fact(known.number) || known.first >= entity.history.size() ||
            known.last >= entity.history.size() ||
            (known.subject != Entity::no_subject && known.subject >= entity.subjects.size())) {
            return false;
        }
        entity.facts.push_back(known);
    }
    return in.ok();
}

bool read_history(ByteReader& in, Entity& entity, std::int64_t base) {
    const std::uint64_t count = in.varint();
    std::int64_t time = base;
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        Entity::Entry entry;
        entry.type = in.byte();
        time += in.signed_varint();
        entry.time = instant_of(time);
        entry.identity = in.fixed64();
        entry.subjects = static_cast<std::uint32_t>(in.varint());
        if (!is_event(entry.type)) return false;
        entity.history.push_back(entry);
        entity.types.insert(entry.type);
    }
    return in.ok();
}

}  // namespace

void encode(const Entity& entity, std::string& bytes) {
    ByteWriter out{bytes};
    out.byte(layout_version);
    out.text(entity.tenant);
    out.byte(static_cast<std::uint8_t>(entity.kind));
    out.text(entity.id);

    out.varint(entity.subjects.size());
    for (const Entity::Subject& subject : entity.subjects) {
        out.byte(static_cast<std::uint8_t>(subject.type));
        // The order's own id stands in the key already.
        const bool is_key = subject.type == entity.kind && subject.id == entity.id;
        out.text(is_key ? std::string_view{} : subject.id);
    }
    const std::int64_t base =
        entity.history.empty() ? 0 : milliseconds_of(entity.history.front().time);
    out.signed_varint(base);

    out.varint(entity.history.size());
    std::int64_t time = base;
    for (const Entity::Entry& entry : entity.history) {
        out.byte(entry.type);
        out.signed_varint(milliseconds_of(entry.time) - time);
        time = milliseconds_of(entry.time);
        out.fixed64(entry.identity);
        out.varint(entry.subjects);
    }
    out.varint(entity.facts.size());
    for (const Entity::KnownFact& known : entity.facts) {
        const Form form = form_of(known.value);
        out.byte(known.number);
        out.byte(static_cast<std::uint8_t>(
            static_cast<std::uint8_t>(form) |
            (known.subject != Entity::no_subject ? has_subject : 0) |
            (known.last != known.first ? has_last : 0)));
        if (known.subject != Entity::no_subject) out.byte(known.subject);
        out.byte(known.first);
        if (known.last != known.first) out.byte(known.last);
        write_value(out, known.value, form, base);
    }
    write_cases(out, entity, base);
    // 0: never touched.
    const bool touched = entity.touched != instant_min;
    out.byte(touched ? 1 : 0);
    if (touched) out.signed_varint(milliseconds_of(entity.touched) - base);
}

bool decode(std::string_view bytes, Entity& entity) {
    entity.clear();
    ByteReader in{bytes};
    const std::uint8_t version = in.byte();
    if (version < first_layout_version || version > layout_version) return false;
    entity.tenant = in.text();
    const std::uint8_t kind = in.byte();
    if (kind >= subject_type_count) return false;
    entity.kind = static_cast<SubjectType>(kind);
    entity.id = in.text();

    const std::uint64_t subject_count = in.varint();
    if (subject_count > 32) return false;
    for (std::uint64_t i = 0; i < subject_count && in.ok(); ++i) {
        const std::uint8_t type = in.byte();
        if (type >= subject_type_count) return false;
        const std::string_view id = in.text();
        entity.subjects.push_back({static_cast<SubjectType>(type), id.empty() ? entity.id : id});
    }
    const std::int64_t base = in.signed_varint();
    if (!read_history(in, entity, base) || !read_facts(in, entity, base) ||
        !read_cases(in, entity, base)) {
        return false;
    }
    if (version > first_layout_version && in.byte() != 0) {
        entity.touched = instant_of(base + in.signed_varint());
    }
    return in.ok() && in.at_end();
}

std::string state_key(std::string_view bytes) {
    ByteReader in{bytes};
    const std::uint8_t version = in.byte();
    const bool is_known_layout = version >= first_layout_version && version <= layout_version;
    const std::string_view tenant = in.text();
    const std::uint8_t kind = in.byte();
    const std::string_view id = in.text();
    if (!is_known_layout || !in.ok() || kind >= subject_type_count) return {};
    const std::string_view kind_name = name_of(static_cast<SubjectType>(kind));
    std::string key;
    key.reserve(tenant.size() + kind_name.size() + id.size() + 2);
    key += tenant;
    key += '/';
    key += kind_name;
    key += '/';
    key += id;
    return key;
}

}  // namespace premura
