// SPDX-License-Identifier: Apache-2.0
#include "suites/command_import.h"

#include <fmt/core.h>

#include "fixtures/agreement.h"
#include "fixtures/answering.h"
#include "fixtures/onnx_import.h"
#include "fixtures/store.h"
#include "suites/exit_code.h"
#include "suites/model_case.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

constexpr const char* usage =
    "usage: assay fixtures import onnx DIR -o FILE.h5|DIR, or assay fixtures import hf DIR -o "
    "FILE.h5";

int import_onnx_tests(const std::string& folder, const std::string& out, int threads,
                      Console& console) {
  const fixtures::OnnxImport imported = fixtures::import_onnx(folder, out, threads);
  for (const std::string& line : imported.left_out) console.line("left out: " + line);
  for (const std::string& line : imported.disagreements) console.line("disagrees: " + line);
  for (const auto& file : imported.files) console.line(file.string());
  console.line(fmt::format("{} cases from {} node tests, {} left out, {} outputs disagree",
                           imported.cases, imported.tests, imported.left_out.size(),
                           imported.disagreements.size()));
  if (!imported.disagreements.empty()) return something_not_right;
  return imported.cases == 0 ? nothing_judged : all_right;
}

int import_model(const po::variables_map& values, const std::string& folder, const std::string& out,
                 int threads, Console& console) {
  fixtures::Case model = read_model(folder, request_from(values), console);
  check_model_cost(model, folder, console);
  std::vector<fixtures::Answering> work = {fixtures::asked_again(std::move(model))};
  fixtures::answer_all(work, threads, {});
  if (!work.front().failure.empty()) throw fixtures::FixtureError(work.front().failure);
  const fixtures::Case& answered = work.front().test_case;
  fixtures::write_cases(out, {answered});
  const std::vector<std::string> disagreements = fixtures::disagreements(answered);
  std::size_t witnesses = 0;
  for (const fixtures::Golden& output : answered.outputs) witnesses += output.witness ? 1 : 0;
  for (const std::string& line : disagreements) console.line("disagrees: " + line);
  console.line(out);
  console.line(fmt::format("{}: {} outputs, {} with a witness, {} disagree", answered.full_id(),
                           answered.outputs.size(), witnesses, disagreements.size()));
  return disagreements.empty() ? all_right : something_not_right;
}

}  // namespace

void add_import_options(po::options_description& options) {
  options.add_options()("tokens", po::value<std::string>()->value_name("1,2,3"),
                        "of import hf: what the model is given; of one that reads and writes: "
                        "1,2,3/4,5")("layers", po::value<std::string>()->value_name("N"),
                                     "of import hf: the first layers of the model only");
}

int import_cases(const po::variables_map& values, int threads, Console& console) {
  const std::vector<std::string> words = all_values(values, "case");
  if (words.size() != 2 || values.count("output") == 0) throw UsageError(usage);
  const std::string out = values["output"].as<std::string>();
  if (words[0] == "onnx") return import_onnx_tests(words[1], out, threads, console);
  if (words[0] == "hf") return import_model(values, words[1], out, threads, console);
  throw UsageError(usage);
}

}  // namespace assay::suites
