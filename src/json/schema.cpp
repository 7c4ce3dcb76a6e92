#include "json/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/error.hpp"
#include "json/explain.hpp"
#include "json/pointer.hpp"
#include "json/verdict.hpp"

namespace rostersync::json {
namespace {

// Longer texts are refused before any pattern sees them: std::regex needs stack in proportion to what it matches.
constexpr std::size_t longest_text = 4096;

void find_long_texts(const Json& value, const std::string& pointer, std::vector<SchemaFault>& faults) {
  if (value.is_string() && value.get_ref<const std::string&>().size() > longest_text) {
    faults.push_back(
        {pointer, fmt::format("{}: expected a text of at most {} bytes, found one of {}", readable_path(pointer),
                              longest_text, value.get_ref<const std::string&>().size())});
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) find_long_texts(value[i], child_pointer(pointer, i), faults);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) find_long_texts(member, child_pointer(pointer, name), faults);
  }
}

}  // namespace

std::vector<std::string> schema_faults(const Json& schema, const Document& document) {
  std::vector<SchemaFault> faults;
  find_long_texts(document.root, "", faults);
  if (faults.empty()) {
    const Verdict verdict = judge(schema, document);
    if (verdict.valid()) return {};
    faults = explain(schema, document.root, verdict);
  }
  std::stable_sort(faults.begin(), faults.end(), [&](const SchemaFault& a, const SchemaFault& b) {
    return document.position(a.pointer).line < document.position(b.pointer).line;
  });
  std::vector<std::string> sentences;
  for (const SchemaFault& fault : faults) {
    std::string sentence = document.place(fault.pointer) + ": " + fault.sentence;
    if (std::find(sentences.begin(), sentences.end(), sentence) == sentences.end()) {
      sentences.push_back(std::move(sentence));
    }
  }
  return sentences;
}

void require_schema(const Json& schema, const Document& document) {
  const std::vector<std::string> faults = schema_faults(schema, document);
  if (!faults.empty()) throw base::CannotRun(fmt::format("{}", fmt::join(faults, "\n")));
}

}  // namespace rostersync::json
