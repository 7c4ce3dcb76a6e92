// What the journal holds as text: a text that nobody here wrote is told as such, and what was understood is written and
// understood the same. The first byte chooses what the rest is taken for.
#include <functional>

#include "base/error.hpp"
#include "fuzz/support.hpp"
#include "profile/profile.hpp"
#include "store/change_encoding.hpp"
#include "store/encoding.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;

namespace {

const model::Schema& schema() {
  static const model::Schema shipped = profile::load("partoo", config_directory()).schema;
  return shipped;
}

using Again = std::function<std::string(std::string_view)>;  // decoded, and encoded again

std::string warnings(std::string_view text) {
  return store::encode(store::decode_warnings(text));
}
std::string facts(std::string_view text) {
  return store::encode(store::decode_facts(text));
}
std::string http(std::string_view text) {
  return store::encode(store::decode_http(text));
}
std::string directory(std::string_view text) {
  return store::encode(store::decode_directory(text));
}
std::string detail(std::string_view text) {
  return store::encode(store::decode_detail(text));
}
std::string changes(std::string_view text) {
  const auto decoded = store::decode_changes(schema(), text);
  for (const model::AttributeChange& one : decoded) {
    require(one.attribute < schema().size(), "what changed is an attribute");
    require(one.before.empty() || one.before_presence == model::Presence::value, "only a value has a text");
    require(one.after.empty() || one.after_presence == model::Presence::value, "only a value has a text");
  }
  const std::string once = store::encode(schema(), decoded);
  const auto again = store::decode_changes(schema(), once);
  require(again.size() == decoded.size(), "no change is lost", once);
  for (std::size_t i = 0; i < again.size(); ++i) {
    const model::AttributeChange &a = decoded[i], &b = again[i];
    require(
        a.attribute == b.attribute && a.before_presence == b.before_presence && a.after_presence == b.after_presence,
        "a change is the same change", once);
    if (schema()[a.attribute].type == model::Type::secret) continue;
    require(a.before == b.before && a.after == b.after, "to the letter", once);
  }
  return once;
}
std::string fingerprint(std::string_view text) {
  const model::Fingerprint decoded = store::decode_fingerprint(schema(), text);
  const std::string once = store::encode(schema(), decoded);
  const model::Fingerprint again = store::decode_fingerprint(schema(), once);
  require(decoded.over.empty() || again.hash == decoded.hash, "every bit of a hash comes back", once);
  require(again.over == decoded.over, "it is over the same attributes", once);
  return once;
}

const Again kinds[] = {changes, fingerprint, detail, warnings, facts, http, directory};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t kind = (data[0] - std::size_t{'0'}) % std::size(kinds);
  std::string once;
  try {
    once = kinds[kind](bytes_of(data + 1, size - 1));
  } catch (const json::Json::exception&) {
    return 0;
  } catch (const base::CannotRun& error) {
    require(!text::first_invalid_utf8(error.what()), "a message is UTF-8", error.what());
    return 0;
  }
  require(!text::first_invalid_utf8(once), "what is kept is UTF-8", once);
  require(kinds[kind](once) == once, "encoded and decoded, it is the same", once);
  return 0;
}
