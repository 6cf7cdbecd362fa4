// SPDX-License-Identifier: Apache-2.0
#include "suites/command_line.h"

#include <charconv>
#include <sstream>

#include "suites/spelling.h"

namespace assay::suites {

namespace po = boost::program_options;

namespace {

std::vector<std::string> option_names(const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

std::string help_text(const Syntax& syntax) {
  std::ostringstream text;
  text << "usage: " << syntax.usage << "\n\n" << syntax.purpose << "\n\n" << syntax.options;
  if (!syntax.afterword.empty()) text << "\n" << syntax.afterword << "\n";
  return text.str();
}

/// The options and the hidden positional words, as one description.
po::options_description with_positional(const Syntax& syntax) {
  po::options_description all;
  all.add(syntax.options);
  for (const std::string& name : syntax.positional)
    all.add_options()(name.c_str(), po::value<std::vector<std::string>>());
  return all;
}

po::positional_options_description positions(const Syntax& syntax) {
  po::positional_options_description order;
  for (std::size_t i = 0; i < syntax.positional.size(); ++i) {
    const bool rest = syntax.last_repeats && i + 1 == syntax.positional.size();
    order.add(syntax.positional[i].c_str(), rest ? -1 : 1);
  }
  return order;
}

std::string unknown_option(const std::string& given, const Syntax& syntax) {
  const std::string guess = nearest(given, option_names(syntax.options));
  return "unknown option " + given +
         (guess.empty() ? "; see --help" : "; did you mean " + guess + "?");
}

}  // namespace

std::optional<po::variables_map> parse(const Syntax& syntax, const Invocation& invocation,
                                       std::string& help) {
  const po::options_description all = with_positional(syntax);
  const po::positional_options_description order = positions(syntax);
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::variables_map values;
    po::store(po::command_line_parser(invocation.arguments)
                  .options(all)
                  .positional(order)
                  .style(style)
                  .run(),
              values);
    if (values.count("help") > 0) {
      help = help_text(syntax);
      return std::nullopt;
    }
    po::notify(values);
    return values;
  } catch (const po::unknown_option& error) {
    throw UsageError(unknown_option(error.get_option_name(), syntax));
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError("too many words; usage: " + syntax.usage);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
}

std::int64_t integer(const po::variables_map& values, const std::string& option, std::int64_t least,
                     std::int64_t most) {
  // Read as text: the library would take -3 for a large unsigned number, and 2x for 2.
  const std::string text = values[option].as<std::string>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError("--" + option + ": " + std::to_string(least) + " to " + std::to_string(most) +
                     ", not " + text);
  }
  return value;
}

std::vector<std::string> all_values(const po::variables_map& values, const std::string& option) {
  if (values.count(option) == 0) return {};
  return values[option].as<std::vector<std::string>>();
}

}  // namespace assay::suites
