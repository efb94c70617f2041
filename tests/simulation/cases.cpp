#include "tests/simulation/cases.h"

#include <map>

namespace premura {

const Committed<Finding>* Case::find(Finding::Kind kind, bool warning_step, int step) const {
    for (const Committed<Finding>* one : findings) {
        const Finding& finding = one->content;
        if (finding.kind != kind) continue;
        if (kind != Finding::Kind::step) return one;
        if (finding.warning_step == warning_step && finding.step == step) return one;
    }
    return nullptr;
}

CaseName name_of_case(const Finding& finding) {
    return {finding.case_id, finding.subject_type != SubjectType::order && finding.order == finding.subject};
}

std::vector<Case> cases_of(const Evidence& evidence) {
    std::vector<Case> cases;
    std::map<CaseName, std::size_t> places;
    for (const Committed<Finding>& finding : evidence.result.findings) {
        const CaseName name = name_of_case(finding.content);
        const auto [place, is_new] = places.try_emplace(name, cases.size());
        if (is_new) {
            cases.push_back({name, evidence.knowledge.story_of(finding.content),
                             evidence.knowledge.key_of(finding.content), {}});
        }
        cases[place->second].findings.push_back(&finding);
    }
    return cases;
}

}  // namespace premura
