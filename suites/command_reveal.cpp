// SPDX-License-Identifier: Apache-2.0
// assay reveal: how a black box forms its sums.
#include <fmt/format.h>

#include <bit>

#include "reference/schema.h"
#include "suites/command_judging.h"
#include "suites/commands.h"
#include "suites/exit_code.h"
#include "suites/reveal.h"
#include "suites/selection.h"
#include "suites/spelling.h"
#include "variants/list.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

Syntax syntax() {
  Syntax syntax;
  syntax.usage = "assay reveal VARIANT OP [OPTION]...";
  syntax.purpose =
      "Finds out how an implementation forms a sum: the order of its additions, the width of its\n"
      "accumulator, whether products are fused into it, and what is left of its inputs.";
  syntax.options.add_options()("help,h", "this text")(
      "class", po::value<std::string>()->default_value("f32")->value_name("CLASS"),
      "f32, f64, bf16 or bf16-mma")("terms",
                                    po::value<std::string>()->default_value("128")->value_name("N"),
                                    "of the sum: 4 to 256; of a mean a power of 2")(
      "threads", po::value<std::string>()->default_value("1")->value_name("N"),
      "that a call may use")("tree",
                             "show the additions as nested parentheses; always for up to 16 terms");
  syntax.positional = {"variant", "op"};
  syntax.afterword =
      "VARIANT is a name or the path of a plug-in. 'linear tokens=8 d_out=32' asks a larger call, "
      "which may take\nanother kernel. Exit code: 0 a sum was probed, 2 the command is "
      "wrong,\n3 the bench could not do its job, 4 no sum of the op can be probed.";
  return syntax;
}

std::vector<const SumPlace*> places_in(const std::string& op) {
  std::vector<const SumPlace*> found;
  std::vector<std::string> probed;
  for (const SumPlace& place : sum_places()) {
    probed.emplace_back(place.op);
    if (place.op == op) found.push_back(&place);
  }
  if (found.empty() && find_op(op) == nullptr)
    throw UsageError(unknown_name("op", op, probed, "assay list ops"));
  return found;
}

/// Whether the order became visible.
bool show(const SumPlace& place, std::size_t terms, const NumberClass& number_class, int threads,
          const std::string& extents, bool tree, WorkerProcess& worker, Console& console) {
  console.line(
      console.bold(fmt::format("sum {}: {} terms, {}", place.name, terms, number_class.name)));
  try {
    ProbedSum sum(worker, place, terms, number_class, threads, extents);
    if (!sum.kernel().empty()) console.line("  kernel       " + sum.kernel());
    const Revealed revealed = reveal(sum);
    for (const std::string& line : lines_of(revealed, number_class)) console.line("  " + line);
    if (tree && revealed.tree) console.line("  tree         " + nested(*revealed.tree));
    return true;
  } catch (const NotProbed& why) {
    console.line(std::string("  not probed: ") + why.what());
    if (worker.process() < 0) worker.restart();
    return false;
  }
}

}  // namespace

int reveal_command(const Invocation& invocation, Console& console) {
  std::string help;
  const auto values = parse(syntax(), invocation, help);
  if (!values) {
    console.line(help);
    return all_right;
  }
  const std::vector<std::string> variant = all_values(*values, "variant");
  const std::vector<std::string> ops = all_values(*values, "op");
  const std::vector<std::string> words = ops.size() == 1 ? words_of(ops[0]) : ops;
  if (variant.size() != 1 || ops.size() != 1 || words.empty())
    throw UsageError("reveal which op of which variant? assay reveal simd linear");
  check_variants(variant);
  const std::string class_name = (*values)["class"].as<std::string>();
  check_classes(std::vector{class_name});
  const NumberClass& number_class = *find_class(class_name);
  if (number_class.storage == DType::f16)
    throw UsageError("--class " + class_name +
                     ": f16 holds no number that swallows all others; take f32, f64 or bf16");
  const auto terms = static_cast<std::size_t>(integer(*values, "terms", 4, 256));
  const auto threads = static_cast<int>(integer(*values, "threads", 1, 1024));

  const std::vector<const SumPlace*> places = places_in(words[0]);
  if (places.empty()) {
    console.line(words[0] + ": has no sum whose terms can be chosen freely, in size and in sign");
    return nothing_judged;
  }
  WorkerOptions options;
  options.variant = variant[0];
  WorkerProcess worker(options);
  bool any = false;
  for (const SumPlace* place : places) {
    if (place->is_mean && !std::has_single_bit(terms))
      throw UsageError(fmt::format("--terms {}: the mean needs a power of 2", terms));
    any |= show(*place, terms, number_class, threads, ops[0].substr(words[0].size()),
                values->count("tree") > 0 || terms <= 16, worker, console);
  }
  return any ? all_right : nothing_judged;
}

}  // namespace assay::suites
