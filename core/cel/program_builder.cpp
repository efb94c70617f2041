#include "core/cel/program_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/cel/evaluator.h"

namespace premura::cel {
namespace {

// Constants are made of constants; nothing is read.
class NoFacts final : public Facts {
 public:
    Value variable(VariableNumber) const override { return {}; }
    Value field(VariableNumber, FieldNumber) const override { return {}; }
};

bool can_be_folded(Operation operation) {
    switch (operation) {
        case Operation::list:
        case Operation::map:
        case Operation::index:
        case Operation::in:
        case Operation::logical_not:
        case Operation::negate:
        case Operation::add:
        case Operation::subtract:
        case Operation::multiply:
        case Operation::divide:
        case Operation::modulo:
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
        case Operation::builtin:
            return true;
        default:
            return false;
    }
}

}  // namespace

ProgramBuilder::ProgramBuilder(std::string source, const Limits& limits, Checking checking,
                               std::vector<Problem>& problems)
    : program_(std::make_shared<Program>(std::move(source), limits)),
      code_(*program_->code_),
      checking_(checking),
      problems_(problems) {}

std::shared_ptr<const Program> ProgramBuilder::build(const Expressions& expressions,
                                                     ExpressionId root) {
    expressions_ = &expressions;
    code_.root = emit(root);
    program_->type_ = expressions[root].type;
    return std::move(program_);
}

NodeNumber ProgramBuilder::append(const Node& node, const Expression& expression) {
    code_.nodes.push_back(node);
    code_.ranges.push_back({expression.begin, expression.end});
    return static_cast<NodeNumber>(code_.nodes.size() - 1);
}

NodeNumber ProgramBuilder::append_constant(const Value& value, const Expression& expression) {
    Node node;
    node.operation = Operation::constant;
    node.constant = value;
    return append(node, expression);
}

NodeNumber ProgramBuilder::emit(ExpressionId id) {
    const Expression& expression = (*expressions_)[id];
    if (expression.operation == Operation::same) return emit(expression.parts.front());
    const std::size_t nodes_before = code_.nodes.size();
    const std::size_t parts_before = code_.parts.size();
    std::vector<NodeNumber> parts;
    for (const ExpressionId part : expression.parts) parts.push_back(emit(part));
    const bool selects =
        expression.operation == Operation::select || expression.operation == Operation::has;
    if (selects) parts.push_back(append_constant(Value::string(expression.name), expression));

    Node node;
    node.operation = expression.operation;
    node.first = static_cast<std::uint32_t>(code_.parts.size());
    node.count = static_cast<std::uint32_t>(parts.size());
    code_.parts.insert(code_.parts.end(), parts.begin(), parts.end());
    fill(node, expression);
    if (expression.operation == Operation::builtin) prepare(node, expression, parts);
    NodeNumber number = append(node, expression);
    const bool constant =
        can_be_folded(node.operation) &&
        std::all_of(parts.begin(), parts.end(), [this](auto part) { return is_constant(part); });
    if (constant) fold(number, nodes_before, parts_before, expression);
    return number;
}

void ProgramBuilder::fill(Node& node, const Expression& expression) {
    switch (expression.operation) {
        case Operation::constant:
            node.constant = expression.constant;
            break;
        case Operation::builtin:
            node.builtin = expression.builtin;
            node.prepared = nullptr;
            break;
        case Operation::function:
            node.slot = static_cast<std::uint32_t>(code_.functions.size());
            code_.functions.push_back(expression.functions);
            break;
        case Operation::variable:
        case Operation::has_variable:
            remember(expression.slot, std::nullopt);
            node.slot = expression.slot;
            break;
        case Operation::field:
        case Operation::has_field:
            remember(expression.slot, expression.field);
            node.slot = expression.slot;
            node.field = expression.field;
            break;
        default:
            node.slot = expression.slot;
            break;
    }
}

bool ProgramBuilder::is_constant(NodeNumber number) const {
    return code_.nodes[number].operation == Operation::constant;
}

void ProgramBuilder::remember(VariableNumber variable, std::optional<FieldNumber> field) {
    const auto known = std::find_if(
        program_->readings_.begin(), program_->readings_.end(), [&](const Reading& reading) {
            return reading.variable == variable && reading.field == field;
        });
    if (known == program_->readings_.end()) program_->readings_.push_back({variable, field});
}

// A pattern or a zone that is a literal is made ready once.
void ProgramBuilder::prepare(Node& node, const Expression& expression,
                             const std::vector<NodeNumber>& parts) {
    const Builtin::Preparation preparation = expression.builtin->preparation;
    const bool wanted =
        preparation == Builtin::Preparation::pattern || preparation == Builtin::Preparation::zone;
    if (!wanted || parts.size() < 2 || !is_constant(parts[1])) return;
    const Value& literal = code_.nodes[parts[1]].constant;
    if (!literal.is(Kind::string)) return;
    if (preparation == Builtin::Preparation::zone) {
        const auto zone = Zone::find(literal.as_text());
        if (!zone) return wrong_literal(expression, literal);
        node.prepared = &code_.zones.emplace_back(*zone);
        return;
    }
    // One that is too long fails when it is evaluated.
    if (literal.as_text().size() > program_->limits_.pattern_bytes_max) {
        return wrong_literal(expression, literal);
    }
    Pattern pattern{literal.as_text()};
    if (!pattern.ok()) return wrong_literal(expression, literal);
    node.prepared = &code_.patterns.emplace_back(std::move(pattern));
}

void ProgramBuilder::fold(NodeNumber& number, std::size_t nodes_before, std::size_t parts_before,
                          const Expression& expression) {
    const NoFacts facts;
    Context context{program_->constants_, program_->limits_, facts};
    const Value value = Evaluator{code_, facts, context}.evaluate(number);
    if (value.is_error()) {
        // It stays, to fail when it is evaluated: something beside it may make up for that.
        const bool converts = expression.operation == Operation::builtin &&
                              expression.builtin->preparation == Builtin::Preparation::convert;
        if (!converts) return;
        const Value& literal = code_.nodes[code_.parts[code_.nodes[number].first]].constant;
        if (literal.is(Kind::string)) wrong_literal(expression, literal);
        return;
    }
    code_.nodes.resize(nodes_before);
    code_.ranges.resize(nodes_before);
    code_.parts.resize(parts_before);
    number = append_constant(value, expression);
}

void ProgramBuilder::wrong_literal(const Expression& expression, const Value& literal) {
    if (checking_ != Checking::types) return;
    std::string message;
    std::string hint;
    if (expression.builtin->preparation == Builtin::Preparation::pattern) {
        const bool long_one = literal.as_text().size() > program_->limits_.pattern_bytes_max;
        message = "not a regular expression: " +
                  (long_one ? "too long" : Pattern{literal.as_text()}.problem());
        hint = "the syntax is that of RE2: no look-around, no back references";
    } else if (expression.builtin->preparation == Builtin::Preparation::zone) {
        message = fmt::format("there is no time zone '{}'", literal.as_text());
        hint = "for example: 'Europe/Rome', 'UTC' or '+02:00'";
    } else {
        const bool length = expression.builtin->name == "duration";
        message = fmt::format("'{}' is not a {}", literal.as_text(), expression.builtin->name);
        hint = length ? "for example: '24h', '90m' or '1h30m'; there are no days"
                      : "for example: '2026-06-01T11:00:00Z'";
    }
    const Expression& part = (*expressions_)[expression.parts[expression.parts.size() > 1 ? 1 : 0]];
    problems_.push_back(
        {place_of(source(), part.begin, part.end), std::move(message), std::move(hint)});
}

}  // namespace premura::cel
