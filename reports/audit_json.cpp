// SPDX-License-Identifier: Apache-2.0
#include "reports/audit_json.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/audit_fields.h"
#include "reports/escape.h"
#include "reports/json.h"
#include "reports/json_field.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* version_field = "audit_schema_version";

Json value_of(const std::string& text) { return text; }
Json value_of(bool yes) { return yes; }
Json value_of(std::int64_t count) { return count; }
Json value_of(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  return number;
}
Json value_of(const std::map<std::string, std::string>& texts) { return texts; }

template <class Item>
Json value_of(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) {
    if constexpr (std::is_same_v<Item, std::string>) {
      list.push_back(item);
    } else {
      Json object = Json::object();
      auto write = [&](const char* name, const auto& member) { object[name] = value_of(member); };
      fields(write, item, static_cast<const Item*>(nullptr));
      list.push_back(std::move(object));
    }
  }
  return list;
}

void read(const JsonField& field, std::string& text) { text = field.text(); }
void read(const JsonField& field, bool& yes) { yes = field.boolean(); }
void read(const JsonField& field, std::int64_t& count) {
  count = field.integer(0, std::numeric_limits<std::int64_t>::max());
}
void read(const JsonField& field, double& number) { number = field.number_not_below_zero(); }
void read(const JsonField& field, std::map<std::string, std::string>& texts) {
  field.each_member(
      [&](const std::string& name, const JsonField& text) { texts[name] = text.text(); });
}

template <class Item>
void read(const JsonField& field, std::vector<Item>& items) {
  field.each([&](const JsonField& each) {
    Item& item = items.emplace_back();
    if constexpr (std::is_same_v<Item, std::string>) {
      item = each.text();
    } else {
      auto take = [&](const char* name, auto& member) { read(each.at(name), member); };
      fields(take, item, static_cast<const Item*>(nullptr));
    }
  });
}

std::string start_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(200, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  return start;
}

}  // namespace

std::string to_json(const Audit& audit) {
  Json root = {{version_field, audit_schema_version}};
  auto write = [&](const char* name, const auto& member) { root[name] = value_of(member); };
  fields(write, audit, static_cast<const Audit*>(nullptr));
  return root.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

Audit audit_from_json(std::string_view text, const std::string& name) {
  const JsonField::Json json = JsonField::parse(text, name, "a file of an audit");
  const JsonField root(json, name);
  const std::int64_t version = root.at(version_field).integer(1, 1'000'000);
  if (version != audit_schema_version) {
    root.at(version_field)
        .fail("version " + std::to_string(version) + " is not the version " +
              std::to_string(audit_schema_version) +
              " that this assay reads; make the file again with this assay");
  }
  Audit audit;
  auto take = [&](const char* field, auto& member) { read(root.at(field), member); };
  fields(take, audit, static_cast<const Audit*>(nullptr));
  return audit;
}

bool is_audit_file(const std::filesystem::path& file) {
  return start_of(file).find(std::string("\"") + version_field + "\"") != std::string::npos;
}

Audit read_audit(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (!error && size > (std::uintmax_t{1} << 30))
    throw ResultFileError(one_line(file.string() + ": larger than 1 GiB; not a file of an audit"));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || !text) throw ResultFileError(one_line(file.string() + ": cannot be read"));
  return audit_from_json(text.view(), file.string());
}

}  // namespace assay::reports
