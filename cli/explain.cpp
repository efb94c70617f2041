#include "cli/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "cli/explain_recorded.h"
#include "cli/http_client.h"
#include "cli/interrupt.h"
#include "cli/load_rules.h"
#include "core/explain/rule_sentence.h"
#include "core/explain/text_explanation.h"

namespace premura {
namespace {

namespace json = boost::json;

constexpr int exit_fine = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_interrupted = 130;
constexpr std::chrono::milliseconds timeout{30'000};

std::string_view name_of(Language language) { return language == Language::italian ? "it" : "en"; }

// Whatever is no letter, digit or one of -._~ as %XX, see RFC 3986, section 2.3.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char byte : text) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                           byte == '-' || byte == '.' || byte == '_' || byte == '~';
        if (plain) {
            result += byte;
        } else {
            result += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
        }
    }
    return result;
}

// The sentence of an answer that is no explanation.
std::string detail_of(const HttpReply& reply) {
    boost::system::error_code error;
    const json::value body = json::parse(reply.body, error);
    if (error) return reply.body;
    const json::value* detail = body.find_pointer("/detail", error);
    return detail != nullptr && detail->is_string() ? std::string{detail->get_string()} : reply.body;
}

int ask_daemon(const ExplainOptions& options, std::ostream& out, std::ostream& messages) {
    HttpClient client{options.daemon, timeout};
    HttpClient::Headers headers;
    if (!options.token.empty()) headers.emplace_back("Authorization", "Bearer " + options.token);
    std::string target = fmt::format("/v1/orders/{}/explanation?lang={}&format={}", escaped(options.order),
                                     name_of(options.language), options.as_json ? "json" : "text");
    if (!options.tenant.empty()) target += "&tenant=" + escaped(options.tenant);
    const HttpReply reply = client.get(target, headers);
    if (interrupted()) return exit_interrupted;
    const std::string where = fmt::format("http://{}:{}", options.daemon.host, options.daemon.port);
    if (!reply.error.empty()) {
        messages << fmt::format("{}: {}; --from says where the daemon listens, --events reads a recording\n", where,
                                reply.error);
        return exit_failed;
    }
    if (reply.status != 200) {
        messages << fmt::format("{} answers {}: {}\n", where, reply.status, detail_of(reply));
        return exit_failed;
    }
    out << reply.body;
    return exit_fine;
}

int tell_rules(const ExplainOptions& options, const RuleSet& rules, std::ostream& out, std::ostream& messages) {
    std::vector<const Rule*> chosen;
    for (const std::string& id : options.rule_ids) {
        const Rule* rule = rules.rule(id);
        if (rule == nullptr) {
            messages << fmt::format("--rule: there is no rule {}\n", id);
            return exit_usage;
        }
        chosen.push_back(rule);
    }
    if (options.all_rules) {
        for (const Rule& rule : rules.rules) chosen.push_back(&rule);
    }
    if (options.as_json) {
        json::array list;
        for (const Rule* rule : chosen) {
            list.push_back(json::object{
                {"rule", rule->id}, {"name", rule->name_in(code_of(options.language))}, {"sentence", rule_sentence(*rule, options.language)}});
        }
        out << json::serialize(list) << '\n';
        return exit_fine;
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        out << (i > 0 ? "\n" : "") << chosen[i]->id << '\n' << rule_sentence(*chosen[i], options.language) << '\n';
    }
    return exit_fine;
}

}  // namespace

int run_explain(const ExplainOptions& options, std::ostream& out, std::ostream& messages) {
    const bool of_rules = options.all_rules || !options.rule_ids.empty();
    if (!of_rules && options.order.empty()) {
        messages << "name an order, or --rule\n";
        return exit_usage;
    }
    if (!of_rules && options.events.empty()) return ask_daemon(options, out, messages);

    ExplainOptions all = options;
    add_default_folders(all.rules, all.config);
    if (all.rules.empty()) {
        messages << "--rules: name the folder of the rules\n";
        return exit_usage;
    }
    int result = exit_fine;
    const auto rules = load_rules(all.rules, all.config, messages, result);
    if (rules == nullptr) return result;
    if (of_rules) return tell_rules(all, *rules, out, messages);

    const RecordedExplanation explained = explain_recorded(all, rules);
    if (interrupted()) return exit_interrupted;
    if (!explained.explanation) {
        messages << explained.error << '\n';
        return explained.is_wrong_use ? exit_usage : exit_failed;
    }
    if (explained.unread > 0) {
        messages << fmt::format("{} records could not be read, the first {}\n", explained.unread,
                                explained.first_unread);
    }
    out << (all.as_json ? json_of(*explained.explanation, all.language) + "\n"
                        : text_of(*explained.explanation, all.language));
    return exit_fine;
}

}  // namespace premura
