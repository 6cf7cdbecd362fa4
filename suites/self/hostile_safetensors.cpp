// SPDX-License-Identifier: Apache-2.0
#include "suites/self/hostile_safetensors.h"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace assay::suites {
namespace {

/// The length, the header and `data` zeros.
std::string image(const std::string& header, std::size_t data) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + std::string(data, '\0');
}

std::string entry(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string one(const std::string& type, const std::string& shape, const std::string& offsets,
                std::size_t data) {
  return image(R"({"a":)" + entry(type, shape, offsets) + "}", data);
}

std::string two(const std::string& first, const std::string& second, std::size_t data) {
  return image(
      R"({"a":)" + entry("F32", "[1]", first) + R"(,"b":)" + entry("F32", "[1]", second) + "}",
      data);
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

using Change = std::function<void(const std::filesystem::path&)>;

/// config.json with one setting replaced, or without it where `value` is no JSON.
Change setting(const std::string& key, const std::string& value) {
  return [=](const std::filesystem::path& folder) {
    nlohmann::json config = nlohmann::json::parse(text_of(folder / "config.json"));
    if (value.empty()) {
      config.erase(key);
    } else {
      config[key] = nlohmann::json::parse(value);
    }
    write(folder / "config.json", config.dump());
  };
}

/// The header of the weights with one word replaced by another of the same length.
Change renamed(const std::string& word, const std::string& other) {
  return [=](const std::filesystem::path& folder) {
    std::string bytes = text_of(folder / "model.safetensors");
    bytes.replace(bytes.find(word), word.size(), other);
    write(folder / "model.safetensors", bytes);
  };
}

Change index(const std::string& text) {
  return [=](const std::filesystem::path& folder) {
    std::filesystem::rename(folder / "model.safetensors", folder / "model-1.safetensors");
    write(folder / "model.safetensors.index.json", text);
  };
}

Change config(const std::string& text) {
  return [=](const std::filesystem::path& folder) { write(folder / "config.json", text); };
}

}  // namespace

std::vector<HostileImage> hostile_safetensors() {
  const std::string deep = R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  const std::string endless(8, '\xff');
  return {
      {"empty", "too short", ""},
      {"seven bytes", "too short", "1234567"},
      {"an endless header", "says that its header has 18446744073709551615", endless + "{}"},
      {"a header behind the end", "ends inside its header", image("{}", 0).substr(0, 9)},
      {"no JSON", "is no JSON", image("{\"a\":", 0)},
      {"a list", "is no JSON object", image("[]", 0)},
      {"no text", "is no JSON", image(std::string(64, '\xfe'), 0)},
      {"deep", "nested deeper", image(deep, 0)},
      {"a name twice", "gives a twice",
       image(R"({"a":)" + entry("F32", "[1]", "[0,4]") + R"(,"a":)" + entry("F32", "[1]", "[0,4]") +
                 "}",
             4)},
      {"metadata of numbers", "other things than texts", image(R"({"__metadata__":{"a":1}})", 0)},
      {"metadata that is none", "is no object", image(R"({"__metadata__":1})", 0)},
      {"no entry", "is not described", image(R"({"a":1})", 0)},
      {"no shape", "is not described", image(R"({"a":{"dtype":"F32","data_offsets":[0,0]}})", 0)},
      {"a name that breaks the line", "without a readable name",
       image(R"({"a\nb":)" + entry("F32", "[1]", "[0,4]") + "}", 4)},
      {"three offsets", "is not described", one("F32", "[1]", "[0,4,8]", 8)},
      {"an unknown type", "unknown type", one("F3", "[1]", "[0,4]", 4)},
      {"a negative extent", "no whole number", one("F32", "[-1]", "[0,4]", 4)},
      {"half an element", "no whole number", one("F32", "[1.5]", "[0,6]", 6)},
      {"a shape that overflows", "larger than the file",
       one("F32", "[4294967296,4294967296,4]", "[0,4]", 4)},
      {"many axes", "more axes", one("F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]", 4)},
      {"backwards", "outside the file", one("F32", "[1]", "[4,0]", 4)},
      {"behind the end", "outside the file", one("F32", "[1]", "[4,8]", 4)},
      {"at the end of numbers", "outside the file",
       one("F32", "[1]", "[18446744073709551612,18446744073709551615]", 4)},
      {"fewer bytes than elements", "where type and shape need 4", one("F32", "[1]", "[0,2]", 4)},
      {"overlapping", "overlaps", two("[0,4]", "[2,6]", 6)},
      {"the same place twice", "overlaps", two("[0,4]", "[0,4]", 4)},
      {"a gap", "belong to no tensor", two("[0,4]", "[8,12]", 12)},
      {"something behind", "belong to no tensor", two("[0,4]", "[4,8]", 12)},
  };
}

std::vector<HostileModel> hostile_models() {
  using std::filesystem::path;
  return {
      {"no settings", "config.json: is missing",
       [](const path& folder) { std::filesystem::remove(folder / "config.json"); }},
      {"settings that are no JSON", "is no JSON", config("{")},
      {"settings in a list", "is no JSON object", config("[1]")},
      {"deep settings", "nested deeper",
       config(R"({"a":)" + std::string(5000, '[') + std::string(5000, ']') + "}")},
      {"an unknown family", "model_type is 'mamba'; read are gpt2",
       setting("model_type", R"("mamba")")},
      {"no family", "model_type is ''", setting("model_type", "")},
      {"a family that is a number", "model_type is no text", setting("model_type", "7")},
      {"no size", "hidden_size is missing", setting("hidden_size", "")},
      {"a size of 0", "no such size", setting("num_attention_heads", "0")},
      {"a negative size", "no such size", setting("num_hidden_layers", "-1")},
      {"a size in words", "hidden_size is no whole number", setting("hidden_size", R"("20")")},
      {"an absurd size", "no such size", setting("vocab_size", "1000000000000")},
      {"a large size", "and config.json makes it", setting("vocab_size", "2000000000")},
      {"more layers than there are", "has no weight model.layers.2.",
       setting("num_hidden_layers", "2000000000")},
      {"fewer layers than there are", "for which the model has no place",
       setting("num_hidden_layers", "1")},
      {"heads of odd width", "which are no pairs", setting("head_dim", "5")},
      {"an unknown activation", "hidden_act is mish", setting("hidden_act", R"("mish")")},
      {"an activation that breaks the line", "no readable text",
       setting("hidden_act", R"("a\u001bb")")},
      {"an unknown scaling", "kind dynamic",
       setting("rope_parameters", R"({"rope_type":"dynamic","factor":2.0})")},
      {"another constant of a scaling", "beta_fast is not 32",
       setting("rope_parameters", R"({"rope_type":"yarn","factor":2.0,"beta_fast":16})")},
      {"a scaling that shrinks", "factor is below 1",
       setting("rope_parameters", R"({"rope_type":"linear","factor":0.5})")},
      {"a base of nothing", "is not above 0", setting("rope_parameters", R"({"rope_theta":0})")},
      {"no weights", "holds neither",
       [](const path& folder) { std::filesystem::remove(folder / "model.safetensors"); }},
      {"a folder for weights", "is no plain file",
       [](const path& folder) {
         std::filesystem::remove(folder / "model.safetensors");
         std::filesystem::create_directory(folder / "model.safetensors");
       }},
      {"weights cut off", "outside the file",
       [](const path& folder) {
         const path file = folder / "model.safetensors";
         std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100);
       }},
      {"a weight under another name", "has no weight model.norm.weight",
       renamed("model.norm.weight", "model.worn.weight")},
      {"integers", "has elements of type I32", renamed("F32", "I32")},
      {"an index of nothing", "has no weight_map", index("{}")},
      {"an index to elsewhere", "is in no file of this folder",
       index(R"({"weight_map":{"a":"../model.safetensors"}})")},
      {"a missing shard", "the shard model-2.safetensors is missing",
       index(R"({"weight_map":{"a":"model-2.safetensors"}})")},
      {"an index that lacks weights", "which stands elsewhere in the index",
       index(R"({"weight_map":{"lm_head.weight":"model-1.safetensors"}})")},
      {"witnesses of another shape", "expected.safetensors: logits has another shape",
       [](const path& folder) {
         write(folder / "expected.safetensors",
               image(R"({"logits":)" + entry("F64", "[1]", "[0,8]") + "}", 8));
       }},
  };
}

}  // namespace assay::suites
