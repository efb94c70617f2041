#include "core/backtest/text_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/backtest/summary.h"
#include "core/backtest/texts.h"
#include "core/backtest/words.h"

namespace premura {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t rule_width = 30;
constexpr std::size_t day_rows_max = 31;
constexpr std::size_t bar_width = 24;

std::string cut(std::string_view text, std::size_t size) {
    if (text.size() <= size) return std::string{text};
    return std::string{text.substr(0, size - 2)} + "..";
}

// Breaks at blanks: the first line indented by `first`, the others by `indent`.
std::string wrapped(std::string_view text, std::size_t first, std::size_t indent) {
    std::string result(first, ' ');
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t blank = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, blank);
        if (column > 0 && column + 1 + word.size() > width - indent) {
            result += '\n' + std::string(indent, ' ');
            column = 0;
        } else if (column > 0) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word.size();
        text.remove_prefix(std::min(blank + 1, text.size()));
    }
    return result;
}

class Writer {
 public:
    Writer(const BacktestReport& report, const TextReportStyle& style)
        : report_{report}, result_{*report.result}, style_{style} {}

    std::string write() {
        line(wrapped(scope(report_), 0, 0));
        line("");
        for (const std::string& sentence : headlines(report_)) line(wrapped(sentence, 0, 2));
        totals();
        if (report_.before != nullptr) compared();
        rules();
        verdicts();
        holds();
        days();
        input();
        if (report_.took_seconds > 0) {
            line("");
            line(fmt::format("played in {:.1f} s", report_.took_seconds));
        }
        return std::move(out_);
    }

 private:
    void line(std::string_view text) {
        out_ += text;
        while (out_.ends_with(' ')) out_.pop_back();
        out_ += '\n';
    }
    void title(std::string_view text) {
        line("");
        line(style_.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string{text});
    }

    void totals() {
        title(texts::title_totals);
        line(fmt::format("  {:<38}{:>9}{:>9}  {}", "", "in all", "a day", "most on one day"));
        const double all_days = std::max<double>(1, static_cast<double>(result_.days.size()));
        for (const CountedThing& thing : counted_things()) {
            const std::int64_t count = result_.total.*thing.member;
            const auto most = busiest(result_, thing.member);
            line(fmt::format(
                "  {:<38}{:>9}{:>9}  {}", thing.name, words::number(count),
                words::decimal(static_cast<double>(count) / all_days),
                most ? fmt::format("{} on {}", words::number(most->count), words::day(most->date))
                     : ""));
        }
    }

    void compared() {
        const BacktestResult& before = *report_.before;
        title(texts::title_compared);
        line(fmt::format("  {:<38}{:>10}{:>10}{:>10}", "", "before", "after", "change"));
        for (const CountedThing& thing : counted_things()) {
            const std::int64_t one = before.total.*thing.member;
            const std::int64_t other = result_.total.*thing.member;
            line(fmt::format("  {:<38}{:>10}{:>10}{:>10}", thing.name, words::number(one),
                             words::number(other), words::difference(one, other)));
        }
        for (const BacktestRule& rule : result_.rules) {
            const BacktestRule* old = before.rule(rule.id);
            if (old == nullptr) {
                line(fmt::format("  new rule: {}", rule.id));
            } else if (!(old->total == rule.total)) {
                line(fmt::format("  {}: late {} -> {}, calls {} -> {}", rule.id,
                                 words::number(old->total.opened), words::number(rule.total.opened),
                                 words::number(old->total.calls), words::number(rule.total.calls)));
            }
        }
        for (const BacktestRule& rule : before.rules) {
            if (result_.rule(rule.id) == nullptr) line(fmt::format("  rule gone: {}", rule.id));
        }
        line(
            wrapped(fmt::format("before: {}; after: {}", report_.name_before, report_.name), 2, 2));
    }

    void rules() {
        title(texts::title_rules);
        line(fmt::format("  {:<{}}{:>8}{:>8}{:>8}{:>9}{:>9}{:>6}", "", rule_width, "warned", "late",
                         "calls", "messages", "requests", "open"));
        for (const BacktestRule& rule : result_.rules) {
            const BacktestCounts& total = rule.total;
            line(fmt::format("  {:<{}}{:>8}{:>8}{:>8}{:>9}{:>9}{:>6}", cut(rule.id, rule_width),
                             rule_width, words::number(total.warned), words::number(total.opened),
                             words::number(total.calls), words::number(total.messages),
                             words::number(total.requests), words::number(rule.open_at_end)));
        }
    }

    void verdicts() {
        title(texts::title_verdicts);
        line(wrapped(result_.against.empty()
                         ? std::string{texts::explain_verdicts_own}
                         : fmt::format(texts::explain_verdicts_against, result_.against),
                     2, 2));
        line(fmt::format("  {:<{}}{:>8}{:>8}{:>8}{:>8}{:>8}{:>10}", "", rule_width - 2, "alarms",
                         "right", "wrong", "precis.", "recall", "lead"));
        for (const BacktestRule& rule : result_.rules) {
            const BacktestVerdict& verdict = rule.verdict;
            if (!says_something(rule, result_)) continue;
            line(fmt::format(
                "  {:<{}}{:>8}{:>8}{:>8}{:>8}{:>8}{:>10}", cut(rule.id, rule_width - 2),
                rule_width - 2, words::number(verdict.alarms), words::number(verdict.right),
                words::number(verdict.wrong), words::share(verdict.precision()),
                words::share(verdict.recall()),
                rule.before_deadline.empty() ? "-" : words::length(rule.before_deadline.median())));
            const std::string rest = rest_of(verdict);
            if (!rest.empty()) line(wrapped(rest, 4, 4));
        }
        line(wrapped(fmt::format("{} {}", texts::explain_precision, texts::explain_lead), 2, 2));
    }

    static std::string rest_of(const BacktestVerdict& verdict) {
        std::vector<std::string> parts;
        const auto add = [&parts](std::int64_t count, std::string_view what) {
            if (count > 0) parts.push_back(fmt::format("{} {}", words::number(count), what));
        };
        add(verdict.after, "came after that deadline");
        add(verdict.undecided, "not decided when the recording ends");
        add(verdict.apart, "neither right nor wrong");
        return fmt::format("{}", fmt::join(parts, "; "));
    }

    void holds() {
        if (result_.holds.empty()) return;
        title(texts::title_holds);
        for (const auto& [reason, hold] : result_.holds) {
            line(wrapped(
                fmt::format("{}: {}; {} made later, {} solved meanwhile, {} left to another call",
                            words::reason(reason),
                            words::plural(hold.contacts, "contact", "contacts"),
                            words::number(hold.made), words::number(hold.solved),
                            words::number(hold.joined)),
                2, 4));
        }
        if (result_.held_for.empty()) return;
        line(fmt::format("  half of them waited longer than {}",
                         words::length(result_.held_for.median())));
    }

    void days() {
        const std::size_t most = style_.every_day ? result_.days.size() : day_rows_max;
        const std::vector<DayRow> rows = rows_of_days(result_, most);
        const bool daily = rows.size() == result_.days.size();
        title(daily                             ? texts::title_days
              : result_.days.size() <= most * 7 ? texts::title_weeks
                                                : texts::title_months);
        std::int64_t largest = 1;
        for (const DayRow& row : rows) largest = std::max(largest, row.sums.counts.calls);
        line(fmt::format("  {:<16}{:>8}{:>8}{:>9}{:>9}  {}", "", "late", "calls", "messages",
                         "requests", "calls"));
        for (const DayRow& row : rows) {
            const BacktestCounts& counts = row.sums.counts;
            const auto bar = static_cast<std::size_t>(
                static_cast<double>(counts.calls) * bar_width / static_cast<double>(largest) + 0.5);
            line(fmt::format("  {:<16}{:>8}{:>8}{:>9}{:>9}  {}",
                             daily ? words::day_long(row.from) : "from " + words::day(row.from),
                             words::number(counts.opened), words::number(counts.calls),
                             words::number(counts.messages), words::number(counts.requests),
                             std::string(bar, '=')));
        }
    }

    void input() {
        const std::vector<std::string> problems = input_problems(result_.input);
        if (problems.empty()) return;
        title(texts::title_input);
        for (const std::string& problem : problems) line(wrapped(problem, 2, 4));
    }

    const BacktestReport& report_;
    const BacktestResult& result_;
    const TextReportStyle& style_;
    std::string out_;
};

}  // namespace

std::string text_report(const BacktestReport& report, const TextReportStyle& style) {
    return Writer{report, style}.write();
}

}  // namespace premura
