// SPDX-License-Identifier: Apache-2.0
// The sections of the page, each complete in itself and empty where there is nothing to say. Only
// html*.cpp need them.
#pragma once

#include <string>

#include "reports/audit.h"
#include "reports/ranking.h"
#include "reports/results.h"

namespace assay::reports {

std::string scoreboard_section(const RunResult& result, const Ranking& ranking);
std::string support_section(const RunResult& result);
std::string suites_section(const RunResult& result);
std::string failures_section(const RunResult& result);
std::string unsupported_section(const RunResult& result);
std::string accuracy_section(const RunResult& result);
std::string sums_section(const RunResult& result);
std::string speed_section(const RunResult& result, const Ranking& ranking);
std::string tradeoff_section(const RunResult& result, const Ranking& ranking);
std::string comparison_section(const RunResult& result, const Ranking& ranking);
std::string ablation_section(const RunResult& result, const Ranking& ranking);
std::string growth_section(const RunResult& result, const Ranking& ranking);
std::string threads_section(const RunResult& result, const Ranking& ranking);
std::string clauses_section(const RunResult& result, const Audit* audit);
std::string cases_section(const RunResult& result);
std::string grades_section(const RunResult& result);
std::string generations_section(const RunResult& result);
std::string machine_section(const RunResult& result);
std::string method_section();
std::string audit_section(const Audit& audit);

/// What the plots need, as JSON that may stand inside a script element.
std::string plot_data(const RunResult& result, const Ranking& ranking, const Audit* audit);

}  // namespace assay::reports
