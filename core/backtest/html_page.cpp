#include "core/backtest/html_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/backtest/html_parts.h"
#include "core/backtest/summary.h"
#include "core/backtest/texts.h"
#include "core/backtest/words.h"

namespace premura {
namespace {

using html::escaped;

// More columns than that are thinner than a pixel on most screens.
constexpr std::size_t columns_max = 400;

// Classes of lengths, as people think of them.
struct LengthClass {
    Milliseconds up_to;
    std::string_view label;
    std::string_view short_label;
};
constexpr LengthClass length_classes[] = {
    {Milliseconds{0}, "too late", "late"},
    {std::chrono::hours{6}, "up to 6 h", "6 h"},
    {std::chrono::hours{24}, "up to 1 day", "1 d"},
    {std::chrono::days{2}, "up to 2 days", "2 d"},
    {std::chrono::days{4}, "up to 4 days", "4 d"},
    {std::chrono::days{8}, "up to 8 days", "8 d"},
    {std::chrono::days{16}, "up to 16 days", "16 d"},
    {Milliseconds::max(), "more", "more"},
};

class Page {
 public:
    explicit Page(const BacktestReport& report) : report_{report}, result_{*report.result} {}

    std::string write() {
        out_ =
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n";
        out_ += fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
                            texts::page_title, html::style_sheet);
        header();
        out_ += "<main>\n";
        if (report_.before != nullptr) compared();
        days();
        verdicts();
        leads();
        holds();
        rules();
        input();
        meanings();
        out_ += "</main>\n";
        out_ += fmt::format(
            "<footer>{}</footer>\n</body>\n</html>\n",
            escaped(fmt::format(texts::page_footer, report_.name, result_.digest.substr(0, 16))));
        return std::move(out_);
    }

 private:
    void section(std::string_view title, std::string_view explanation = {}) {
        out_ += fmt::format("<h2>{}</h2>\n", escaped(title));
        if (!explanation.empty())
            out_ += fmt::format("<p class=\"quiet\">{}</p>\n", escaped(explanation));
    }

    void header() {
        out_ +=
            fmt::format("<header><h1>{}</h1>\n<p class=\"quiet\">{}</p>\n<ul class=\"tiles\">\n",
                        texts::page_title, escaped(scope(report_)));
        const auto tile = [this](std::int64_t count, std::string_view what) {
            if (count == 0) return;
            out_ += fmt::format("<li><b>{}</b><span>{}</span></li>\n", words::number(count),
                                escaped(what));
        };
        tile(result_.total.calls, texts::calls);
        tile(result_.total.messages, texts::messages);
        tile(result_.total.requests, texts::requests);
        tile(result_.total.opened, texts::late_cases);
        tile(result_.total.warned, texts::warnings);
        out_ += "</ul>\n";
        for (const std::string& sentence : headlines(report_)) {
            out_ += "<p>" + escaped(sentence) + "</p>\n";
        }
        out_ += "</header>\n";
    }

    void compared() {
        const BacktestResult& before = *report_.before;
        section(texts::title_compared,
                fmt::format(texts::explain_compared, report_.name_before, report_.name));
        html::Table table{
            std::string{texts::title_compared}, {"", "before", "after", "change"}, {}};
        out_ += fmt::format(
            "<p class=\"legend\"><span><i class=\"key b\"></i>{}</span><span>"
            "<i class=\"key a\"></i>{}</span></p>\n<div class=\"bars\">\n",
            "before", "after");
        for (const CountedThing& thing : counted_things()) {
            const std::int64_t one = before.total.*thing.member;
            const std::int64_t other = result_.total.*thing.member;
            table.rows.push_back({thing.name, words::number(one), words::number(other),
                                  words::difference(one, other)});
            if (one == 0 && other == 0) continue;
            const auto full = static_cast<double>(std::max(one, other));
            out_ +=
                fmt::format("<div class=\"row\"><div class=\"name\">{}</div>", escaped(thing.name));
            bar_line({{static_cast<double>(one), "b"}}, full, words::number(one), "before");
            bar_line({{static_cast<double>(other), "a"}}, full, words::number(other), "after");
            out_ += "</div>\n";
        }
        out_ += "</div>\n";
        for (const BacktestRule& rule : result_.rules) {
            const BacktestRule* old = before.rule(rule.id);
            if (old != nullptr && old->total == rule.total) continue;
            const auto was = [old](std::int64_t BacktestCounts::*member) {
                return old == nullptr ? std::string{"-"} : words::number(old->total.*member);
            };
            table.rows.push_back(
                {rule.name + ": late", was(&BacktestCounts::opened),
                 words::number(rule.total.opened),
                 old == nullptr ? "new" : words::difference(old->total.opened, rule.total.opened)});
            table.rows.push_back(
                {rule.name + ": calls", was(&BacktestCounts::calls),
                 words::number(rule.total.calls),
                 old == nullptr ? "new" : words::difference(old->total.calls, rule.total.calls)});
        }
        out_ += html::table(table);
    }

    void bar_line(const std::vector<html::BarPart>& parts, double full, const std::string& said,
                  std::string_view what) {
        out_ +=
            fmt::format("<div class=\"line\">{}<span class=\"said\">{}</span></div>",
                        html::bar(parts, full, fmt::format("{}: {}", what, said)), escaped(said));
    }

    void days() {
        const std::vector<DayRow> rows = rows_of_days(result_, columns_max);
        const bool daily = rows.size() == result_.days.size();
        section(daily ? texts::title_days : texts::title_weeks);
        for (const auto& thing : counted_things()) {
            const bool shown = thing.member == &BacktestCounts::calls ||
                               thing.member == &BacktestCounts::messages ||
                               thing.member == &BacktestCounts::opened;
            if (!shown || result_.total.*thing.member == 0) continue;
            std::vector<html::Column> columns;
            for (const DayRow& row : rows) {
                columns.push_back({daily ? words::day_long(row.from)
                                         : fmt::format("week from {}", words::day(row.from)),
                                   static_cast<double>(row.sums.counts.*thing.member), false,
                                   words::day(row.from)});
            }
            const auto most = busiest(result_, thing.member);
            out_ += fmt::format(
                "<figure><figcaption><h3>{}</h3><span "
                "class=\"quiet\">{}</span></figcaption>{}</figure>\n",
                escaped(thing.name),
                escaped(fmt::format("Most on one day: {}, on {}", words::number(most->count),
                                    words::day_long(most->date))),
                html::columns(columns, thing.name, false));
        }
        html::Table table{"", {"", "late", "calls", "messages", "requests", "agents needed"}, {}};
        table.caption = fmt::format(texts::caption_days, words::decimal(result_.calls_per_hour));
        for (const DayRow& row : rows_of_days(result_, columns_max)) {
            const BacktestCounts& counts = row.sums.counts;
            const auto agents = result_.agents_needed(row.sums);
            table.rows.push_back(
                {daily ? words::day_long(row.from) : "from " + words::day(row.from),
                 words::number(counts.opened), words::number(counts.calls),
                 words::number(counts.messages), words::number(counts.requests),
                 agents ? words::number(*agents) : "-"});
        }
        out_ += html::folded(texts::show_figures, table);
    }

    void verdicts() {
        section(texts::title_verdicts,
                result_.against.empty()
                    ? std::string{texts::explain_verdicts_own}
                    : fmt::format(texts::explain_verdicts_against, result_.against));
        out_ += fmt::format(
            "<p class=\"legend\"><span><i class=\"key a\"></i>{}</span><span>"
            "<i class=\"key c\"></i>{}</span></p>\n<div class=\"bars\">\n",
            escaped(texts::legend_precision), escaped(texts::legend_recall));
        html::Table table{std::string{texts::title_verdicts},
                          {"", "alarms", "right", "wrong", "too late", "not decided", "neither",
                           "precision", "really late", "foreseen", "recall", "lead"},
                          {}};
        for (const BacktestRule& rule : result_.rules) {
            const BacktestVerdict& verdict = rule.verdict;
            if (!says_something(rule, result_)) continue;
            const std::string lead =
                rule.before_deadline.empty() ? "-" : words::length(rule.before_deadline.median());
            table.rows.push_back(
                {rule.name, words::number(verdict.alarms), words::number(verdict.right),
                 words::number(verdict.wrong), words::number(verdict.after),
                 words::number(verdict.undecided), words::number(verdict.apart),
                 words::share(verdict.precision()), words::number(verdict.truths),
                 verdict.recall_means_something ? words::number(verdict.caught) : "-",
                 words::share(verdict.recall()), lead});
            out_ +=
                fmt::format("<div class=\"row\"><div class=\"name\">{}</div>", escaped(rule.name));
            if (const auto precision = verdict.precision()) {
                bar_line({{*precision, "a"}}, 1, words::share(precision), texts::legend_precision);
            }
            if (const auto recall = verdict.recall()) {
                bar_line({{*recall, "c"}}, 1, words::share(recall), texts::legend_recall);
            }
            out_ += "</div>\n";
        }
        out_ += "</div>\n" + html::folded(texts::show_figures, table);
    }

    // How many lengths fall into each class.
    static std::vector<html::Column> classes_of(const std::vector<Milliseconds>& lengths) {
        std::vector<html::Column> columns;
        for (const LengthClass& each : length_classes)
            columns.push_back({std::string{each.label}, 0, false, std::string{each.short_label}});
        columns.front().marked = true;
        for (const Milliseconds length : lengths) {
            std::size_t index = 0;
            while (length > length_classes[index].up_to) ++index;
            ++columns[index].value;
        }
        return columns;
    }

    void lead_figure(std::string_view title, std::string_view explanation,
                     std::vector<Milliseconds> all) {
        if (all.empty()) return;
        std::sort(all.begin(), all.end());
        Lengths sorted;
        for (const Milliseconds each : all) sorted.add(each);
        const std::vector<html::Column> columns = classes_of(all);
        out_ += fmt::format(
            "<figure><figcaption><h3>{}</h3><span "
            "class=\"quiet\">{}</span></figcaption>{}</figure>\n",
            escaped(title),
            escaped(fmt::format("{} {} {}", explanation, texts::each_column,
                                fmt::format(texts::half_of_them, words::length(sorted.median())))),
            html::columns(columns, title, true));
        html::Table table{std::string{title}, {"", "alarms"}, {}};
        for (const html::Column& column : columns) {
            table.rows.push_back(
                {column.label, words::number(static_cast<std::int64_t>(column.value))});
        }
        out_ += html::folded(texts::show_figures, table);
    }

    void leads() {
        std::vector<Milliseconds> to_deadline;
        std::vector<Milliseconds> to_inbound;
        for (const BacktestRule& rule : result_.rules) {
            // A rule without a warning alarms at its own deadline: that says nothing.
            const bool tells = rule.verdict.recall_means_something;
            if (tells) {
                to_deadline.insert(to_deadline.end(), rule.before_deadline.all().begin(),
                                   rule.before_deadline.all().end());
            }
            to_inbound.insert(to_inbound.end(), rule.before_inbound.all().begin(),
                              rule.before_inbound.all().end());
        }
        if (to_deadline.empty() && to_inbound.empty()) return;
        section(texts::title_lead);
        lead_figure(texts::lead_to_deadline, texts::explain_lead_to_deadline,
                    std::move(to_deadline));
        lead_figure(texts::lead_to_inbound, texts::explain_lead_to_inbound, std::move(to_inbound));
    }

    void holds() {
        if (result_.holds.empty()) return;
        section(texts::title_holds, texts::explain_holds);
        out_ += fmt::format(
            "<p class=\"legend\"><span><i class=\"key a\"></i>{}</span><span><i class=\"key c\">"
            "</i>{}</span><span><i class=\"key b\"></i>{}</span></p>\n<div class=\"bars\">\n",
            texts::made_later, texts::solved_meanwhile, texts::joined_a_call);
        html::Table table{std::string{texts::title_holds},
                          {"", "contacts", std::string{texts::made_later},
                           std::string{texts::solved_meanwhile}, std::string{texts::joined_a_call}},
                          {}};
        std::int64_t largest = 1;
        for (const auto& [reason, hold] : result_.holds) largest = std::max(largest, hold.contacts);
        for (const auto& [reason, hold] : result_.holds) {
            table.rows.push_back({words::reason(reason), words::number(hold.contacts),
                                  words::number(hold.made), words::number(hold.solved),
                                  words::number(hold.joined)});
            out_ += fmt::format("<div class=\"row\"><div class=\"name\">{}</div>",
                                escaped(words::reason(reason)));
            bar_line({{static_cast<double>(hold.made), "a"},
                      {static_cast<double>(hold.solved), "c"},
                      {static_cast<double>(hold.joined), "b"}},
                     static_cast<double>(largest), words::number(hold.contacts),
                     texts::title_holds);
            out_ += "</div>\n";
        }
        out_ += "</div>\n";
        if (!result_.held_for.empty()) {
            out_ += fmt::format(
                "<p>{}</p>\n",
                escaped(fmt::format(texts::held_for, words::length(result_.held_for.median()))));
        }
        out_ += html::folded(texts::show_figures, table);
    }

    void rules() {
        section(texts::title_rules);
        html::Table table{std::string{texts::title_rules},
                          {"", "warned", "late", "calls", "joined another", "taken back",
                           "messages", "requests", "reports", "open at the end"},
                          {}};
        html::Table closed{std::string{texts::title_closed}, {"", "how", "cases"}, {}};
        for (const BacktestRule& rule : result_.rules) {
            const BacktestCounts& total = rule.total;
            std::string name = rule.name;
            if (rule.mode != "live") name += fmt::format(" ({})", rule.mode);
            table.rows.push_back({name, words::number(total.warned), words::number(total.opened),
                                  words::number(total.calls), words::number(total.merged),
                                  words::number(total.withdrawn), words::number(total.messages),
                                  words::number(total.requests), words::number(total.escalations),
                                  words::number(rule.open_at_end)});
            for (const auto& [reason, count] : rule.closed_by) {
                closed.rows.push_back({rule.name, words::reason(reason), words::number(count)});
            }
        }
        out_ += html::table(table);
        if (!closed.rows.empty()) out_ += html::folded(texts::title_closed, closed);
    }

    void input() {
        const std::vector<std::string> problems = input_problems(result_.input);
        if (problems.empty()) return;
        section(texts::title_input);
        out_ += "<ul>\n";
        for (const std::string& problem : problems) out_ += "<li>" + escaped(problem) + "</li>\n";
        out_ += "</ul>\n";
    }

    void meanings() {
        section(texts::title_meanings);
        out_ += "<dl>\n";
        for (const auto& [word, meaning] : texts::meanings) {
            out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(word), escaped(meaning));
        }
        out_ += "</dl>\n";
    }

    const BacktestReport& report_;
    const BacktestResult& result_;
    std::string out_;
};

}  // namespace

std::string html_page(const BacktestReport& report) {
    return Page{report}.write();
}

}  // namespace premura
