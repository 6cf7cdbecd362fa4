// SPDX-License-Identifier: Apache-2.0
// Every option does something: another value of an attribute, or an optional input that is there,
// changes an output of a suitable call. An option that is accepted and ignored fails here.
#include <boost/test/unit_test.hpp>
#include <set>

#include "reference/schema.h"
#include "suites/self/property_toggles.h"

namespace assay::suites::self {
namespace {

Toggles all_toggles() {
  Toggles all;
  for (const Toggles& more :
       {toggles_of_attention(), toggles_of_layers(), toggles_of_models(), toggles_of_rows()}) {
    all.attributes.insert(all.attributes.end(), more.attributes.begin(), more.attributes.end());
    all.inputs.insert(all.inputs.end(), more.inputs.begin(), more.inputs.end());
    all.refusals.insert(all.refusals.end(), more.refusals.begin(), more.refusals.end());
    all.needs.insert(all.needs.end(), more.needs.begin(), more.needs.end());
  }
  return all;
}

const Toggles& toggles() {
  static const Toggles all = all_toggles();
  return all;
}

bool equal(const Tensors& a, const Tensors& b) {
  for (const auto& [name, array] : a) {
    if (!b.contains(name) || !same_bits(array, b.at(name))) return false;
  }
  return true;
}

/// "decoder.layers.*.attention.b_q" of "layers.0.attention.b_q".
std::string spec_of(const PropertyCall& call, const std::string& input) {
  return call.op + "." + std::string(find_named(find_op(call.op)->inputs, input)->name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_attribute_changes_something) {
  for (const AttributeToggle& toggle : toggles().attributes) {
    std::vector<Tensors> outputs;
    for (const std::string& value : toggle.values) {
      outputs.push_back(implementation()(toggle.call.with(toggle.attribute, value)));
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        BOOST_TEST(!equal(outputs[i], outputs[j]),
                   toggle.call.op << "." << toggle.attribute << ": " << toggle.values[i] << " and "
                                  << toggle.values[j] << " give the same");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_optional_input_changes_something) {
  for (const InputToggle& toggle : toggles().inputs) {
    PropertyCall bare = toggle.call;
    for (const std::string& input : toggle.inputs) bare = bare.without(input);
    if (toggle.optional_outputs_need_them) bare.optional_outputs.clear();
    BOOST_TEST(!equal(implementation()(toggle.call), implementation()(bare)),
               toggle.call.op << ": " << toggle.inputs[0] << " changes nothing");
  }
}

BOOST_AUTO_TEST_CASE(an_attribute_that_only_allows_does_so) {
  for (const RefusalToggle& toggle : toggles().refusals) {
    BOOST_CHECK_NO_THROW(implementation()(toggle.call.with(toggle.attribute, toggle.allowed)));
    BOOST_CHECK_THROW(implementation()(toggle.call.with(toggle.attribute, toggle.refused)),
                      CallError);
  }
}

BOOST_AUTO_TEST_CASE(what_a_call_needs_it_refuses_to_do_without) {
  for (const NeedToggle& toggle : toggles().needs) {
    BOOST_CHECK_NO_THROW(implementation()(toggle.call));
    BOOST_CHECK_THROW(implementation()(toggle.call.without(toggle.input)), CallError);
  }
}

BOOST_AUTO_TEST_CASE(every_option_of_the_schema_is_toggled) {
  std::set<std::string> toggled;
  for (const RefusalToggle& toggle : toggles().refusals) {
    toggled.insert(toggle.call.op + "." + toggle.attribute);
  }
  for (const AttributeToggle& toggle : toggles().attributes) {
    toggled.insert(toggle.call.op + "." + toggle.attribute);
  }
  for (const InputToggle& toggle : toggles().inputs) {
    for (const std::string& input : toggle.inputs) toggled.insert(spec_of(toggle.call, input));
  }
  for (const NeedToggle& toggle : toggles().needs)
    toggled.insert(spec_of(toggle.call, toggle.input));
  for (const OpSchema& op : schema::ops) {
    for (const AttributeSpec& attribute : op.attributes) {
      BOOST_TEST(toggled.contains(std::string(op.name) + "." + std::string(attribute.name)),
                 op.name << "." << attribute.name << " has no toggle");
    }
    for (const TensorSpec& input : op.inputs) {
      BOOST_TEST((!input.optional ||
                  toggled.contains(std::string(op.name) + "." + std::string(input.name))),
                 op.name << "." << input.name << " has no toggle");
    }
  }
}

}  // namespace assay::suites::self
