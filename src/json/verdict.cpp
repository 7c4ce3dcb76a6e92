#include "json/verdict.hpp"

#include <fmt/format.h>

#include <exception>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/error.hpp"
#include "json/pointer.hpp"

namespace rostersync::json {
namespace {

// valijson writes a place as "<root>", "[member]", "[0]".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    pointer = child_pointer(pointer, std::string_view(context[i]).substr(1, context[i].size() - 2));
  }
  return pointer;
}

}  // namespace

Verdict judge(const Json& schema, const Document& document) {
  Verdict verdict;
  try {
    valijson::Schema parsed;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter target(document.root);
    if (valijson::Validator().validate(parsed, target, &results)) return verdict;
    for (const auto& error : results) verdict.failing.emplace(pointer_of(error.context), error.description);
    if (verdict.valid()) verdict.failing.emplace("", "this does not fit the schema");
  } catch (const std::exception& error) {
    throw base::CannotRun(
        fmt::format("{} cannot be checked, because its schema is broken: {}", document.name, error.what()));
  }
  return verdict;
}

}  // namespace rostersync::json
