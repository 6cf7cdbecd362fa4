// SPDX-License-Identifier: Apache-2.0
// JSON -> RunResult. Everything is checked before it is believed.
#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "reports/escape.h"
#include "reports/json.h"
#include "reports/json_field.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

Verdict read_verdict(const JsonField& field) {
  const std::string word = field.text();
  for (std::size_t i = 0; i < verdict_count; ++i)
    if (word == verdict_names[i]) return static_cast<Verdict>(i);
  field.fail("\"" + word + "\" is none of right, imprecise, wrong, unsupported, broken");
}

std::string optional_text(const JsonField& object, std::string_view name) {
  const auto field = object.find(name);
  return field ? field->text() : std::string();
}

std::vector<std::string> optional_identities(const JsonField& object, std::string_view name) {
  std::vector<std::string> list;
  if (const auto field = object.find(name))
    field->each([&](const JsonField& item) { list.push_back(item.identity()); });
  return list;
}

OutputJudgement read_output(const JsonField& object) {
  OutputJudgement out;
  out.name = object.at("name").identity();
  out.verdict = read_verdict(object.at("verdict"));
  out.worst_share = object.at("worst_share").number();
  out.worst_share_of_bound = object.at("worst_share_of_bound").number();
  out.bound_is_proved = object.at("bound_is_proved").boolean();
  out.elements = object.at("elements").integer(0, most);
  out.beyond_budget = object.at("beyond_budget").integer(0, out.elements);
  if (const auto index = object.find("worst_index"))
    index->each([&](const JsonField& i) { out.worst_index.push_back(i.integer(0, most)); });
  out.worst_index_text = optional_text(object, "worst_index_text");
  out.got = object.at("got").number();
  out.want = object.at("want").number();
  out.budget = object.at("budget").number();
  out.bound = object.at("bound").number();
  out.got_text = optional_text(object, "got_text");
  out.want_text = optional_text(object, "want_text");
  if (out.verdict == Verdict::right && out.beyond_budget != 0)
    object.fail("the verdict is right, although beyond_budget is " +
                std::to_string(out.beyond_budget));
  return out;
}

CaseResult read_case(const JsonField& object) {
  CaseResult out;
  out.variant = object.at("variant").identity();
  out.op = object.at("op").identity();
  out.case_id = object.at("case_id").identity();
  out.number_class = object.at("number_class").identity();
  out.verdict = read_verdict(object.at("verdict"));
  out.clauses = optional_identities(object, "clauses");
  out.suites = optional_identities(object, "suites");
  out.kernel = optional_text(object, "kernel");
  out.reason = optional_text(object, "reason");
  out.diagnosis = optional_text(object, "diagnosis");
  if (object.find("alike")) out.alike = optional_identities(object, "alike");
  out.captured = optional_text(object, "captured");
  if (const auto outputs = object.find("outputs"))
    outputs->each([&](const JsonField& each) { out.outputs.push_back(read_output(each)); });
  if (const auto field = object.find("longest_sum")) out.longest_sum = field->integer(1, most);
  out.rerun = optional_text(object, "rerun");
  out.seconds = object.at("seconds").number_not_below_zero();
  // A file that praises itself is not believed.
  for (const OutputJudgement& each : out.outputs)
    if (out.verdict < each.verdict)
      object.fail(std::string("the verdict is ") + name_of(out.verdict) + ", although output \"" +
                  each.name + "\" is " + name_of(each.verdict));
  return out;
}

Interval read_interval(const JsonField& object) {
  const Interval out = {object.at("low").number(), object.at("middle").number(),
                        object.at("high").number()};
  if (!(out.low <= out.middle && out.middle <= out.high))
    object.fail("low, middle and high must stand in this order");
  return out;
}

SpeedResult read_speed(const JsonField& object) {
  SpeedResult out;
  out.variant = object.at("variant").identity();
  out.op = object.at("op").identity();
  out.shape_id = object.at("shape_id").identity();
  out.number_class = object.at("number_class").identity();
  out.verdict = read_verdict(object.at("verdict"));
  out.threads = static_cast<int>(object.at("threads").integer(1, 1 << 20));
  out.kernel = optional_text(object, "kernel");
  object.at("seconds").each(
      [&](const JsonField& each) { out.seconds.push_back(each.number_not_below_zero()); });
  out.workload = optional_text(object, "workload");
  if (const auto field = object.find("started"))
    field->each(
        [&](const JsonField& each) { out.started.push_back(each.number_not_below_zero()); });
  out.seconds_per_call = read_interval(object.at("seconds_per_call"));
  if (const auto field = object.find("prepare_seconds"))
    out.prepare_seconds = field->number_not_below_zero();
  if (const auto field = object.find("cold_seconds"))
    out.cold_seconds = field->number_not_below_zero();
  if (const auto field = object.find("memory_bytes"))
    out.memory_bytes = field->number_not_below_zero();
  if (const auto extents = object.find("extents"))
    extents->each_member([&](const std::string& word, const JsonField& extent) {
      out.extents[word] = extent.integer(0, most);
    });
  out.flops = object.at("flops").number_not_below_zero();
  out.bytes = object.at("bytes").number_not_below_zero();
  out.gflops = object.at("gflops").number_not_below_zero();
  out.gbytes_per_second = object.at("gbytes_per_second").number_not_below_zero();
  out.limit_seconds = object.at("limit_seconds").number_not_below_zero();
  out.share_of_limit = object.at("share_of_limit").number_not_below_zero();
  if (const auto field = object.find("speedup_over_plain"))
    out.speedup_over_plain = read_interval(*field);
  if (const auto field = object.find("against_itself")) out.against_itself = read_interval(*field);
  out.warning = optional_text(object, "warning");
  return out;
}

VariantInfo read_variant(const JsonField& object) {
  VariantInfo out = {object.at("name").identity(), optional_text(object, "version"),
                     optional_text(object, "summary"), optional_text(object, "grades"),
                     optional_text(object, "target")};
  if (const auto field = object.find("threads_kept"))
    out.threads_kept = static_cast<int>(field->integer(0, 1 << 20));
  return out;
}

std::int64_t read_count(const JsonField& field) { return field.integer(0, std::int64_t{1} << 53); }

GradeBreak read_grade_break(const JsonField& object) {
  GradeBreak out;
  out.case_id = object.at("case_id").identity();
  out.number_class = object.at("number_class").identity();
  out.way = object.at("way").text();
  out.reason = optional_text(object, "reason");
  out.output = optional_text(object, "output");
  out.first_stage = optional_text(object, "first_stage");
  if (const auto index = object.find("index"))
    index->each([&](const JsonField& each) { out.index.push_back(read_count(each)); });
  out.index_text = optional_text(object, "index_text");
  out.first_text = optional_text(object, "first_text");
  out.other_text = optional_text(object, "other_text");
  out.elements = read_count(object.at("elements"));
  return out;
}

GradeResult read_grade(const JsonField& object) {
  GradeResult out;
  out.variant = object.at("variant").identity();
  out.grade = object.at("grade").identity();
  out.op = object.at("op").identity();
  out.claimed = object.at("claimed").boolean();
  out.calls = read_count(object.at("calls"));
  out.broken = read_count(object.at("broken"));
  out.comparisons = read_count(object.at("comparisons"));
  if (const auto first = object.find("first")) out.first = read_grade_break(*first);
  out.rerun = optional_text(object, "rerun");
  return out;
}

GenerationResult read_generation(const JsonField& object) {
  GenerationResult out;
  out.variant = object.at("variant").identity();
  out.model = object.at("model").identity();
  out.arrangement = object.at("arrangement").identity();
  out.texts = read_count(object.at("texts"));
  out.tokens = read_count(object.at("tokens"));
  out.undecidable = read_count(object.at("undecidable"));
  out.wrong = read_count(object.at("wrong"));
  out.reason = optional_text(object, "reason");
  out.first_wrong = optional_text(object, "first_wrong");
  out.first_undecidable = optional_text(object, "first_undecidable");
  out.rerun = optional_text(object, "rerun");
  return out;
}

MachineLimit read_limit(const JsonField& object) {
  return {object.at("name").identity(), static_cast<int>(object.at("threads").integer(1, 1 << 20)),
          object.at("value").number_not_below_zero(), object.at("unit").identity()};
}

std::map<std::string, std::string> read_texts(const JsonField& object) {
  std::map<std::string, std::string> out;
  object.each_member(
      [&](const std::string& name, const JsonField& text) { out[name] = text.text(); });
  return out;
}

}  // namespace

RunResult from_json(std::string_view text, const std::string& name) {
  const JsonField::Json json = JsonField::parse(text, name, "a result file");
  const JsonField root(json, name);
  const std::int64_t version = root.at("schema_version").integer(1, 1'000'000);
  if (version != schema_version)
    root.at("schema_version")
        .fail("version " + std::to_string(version) + " is not the version " +
              std::to_string(schema_version) +
              " that this assay reads; make the file again with this assay");
  RunResult out;
  out.title = root.at("title").text();
  root.at("command").each([&](const JsonField& word) { out.command.push_back(word.text()); });
  out.started = root.at("started").text();
  out.seconds = root.at("seconds").number_not_below_zero();
  out.complete = root.at("complete").boolean();
  out.fixtures = optional_text(root, "fixtures");
  if (const auto shard = root.find("shard")) {
    out.shard.of = static_cast<int>(shard->at("of").integer(1, 1 << 20));
    out.shard.number = static_cast<int>(shard->at("number").integer(1, out.shard.of));
  }
  out.environment = read_texts(root.at("environment"));
  root.at("warnings").each([&](const JsonField& line) { out.warnings.push_back(line.text()); });
  root.at("variants").each([&](const JsonField& each) {
    out.variants.push_back(read_variant(each));
  });
  out.clause_texts = read_texts(root.at("clause_texts"));
  root.at("cases").each([&](const JsonField& each) { out.cases.push_back(read_case(each)); });
  if (const auto grades = root.find("grades"))
    grades->each([&](const JsonField& each) { out.grades.push_back(read_grade(each)); });
  if (const auto texts = root.find("generations"))
    texts->each([&](const JsonField& each) { out.generations.push_back(read_generation(each)); });
  root.at("limits").each([&](const JsonField& each) { out.limits.push_back(read_limit(each)); });
  root.at("speed").each([&](const JsonField& each) { out.speed.push_back(read_speed(each)); });
  return out;
}

RunResult read_result(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw ResultFileError(one_line(file.string() + ": a folder; name the results.json inside it"));
  const auto size = std::filesystem::file_size(file, error);
  if (!error && size > (std::uintmax_t{1} << 30))
    throw ResultFileError(one_line(file.string() + ": larger than 1 GiB; not a result file"));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || !text)
    throw ResultFileError(one_line(file.string() + ": cannot be read; is it a results.json?"));
  return from_json(text.view(), file.string());
}

}  // namespace assay::reports
