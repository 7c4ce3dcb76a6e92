// A plan file: refused, or what it says written again is what it says. A text whose digests do not hold is refused at
// once, so they are mended first, or nothing behind them would ever be looked at.
#include "plan/plan_file.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "fuzz/support.hpp"
#include "plan/change_json.hpp"
#include "profile/profile.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;
using json::Json;

namespace {

const model::Schema& schema() {
  static const model::Schema shipped = profile::load("partoo", config_directory()).schema;
  return shipped;
}

struct Plan {
  plan::PlanHeader header;
  std::vector<plan::SavedChange> changes;
};

std::optional<Plan> read(std::string_view text) {
  try {
    const plan::SavedPlan saved(text, "plan.json");
    return Plan{saved.header(), saved.changes(schema())};
  } catch (const base::CannotRun& error) {
    const std::string_view sentence = error.what();
    require(sentence.find("plan") != std::string_view::npos, "a refusal speaks of the plan", sentence);
    require(!text::first_invalid_utf8(sentence), "a refusal is UTF-8", sentence);
    return std::nullopt;
  }
}

std::string changes_digest(const Json& root) {
  std::vector<model::Change> changes;
  try {
    for (const Json& one : root.at("changes")) changes.push_back(plan::change_from_json(schema(), one));
    return plan::changes_digest(schema(), changes);
  } catch (const std::exception&) {
    return {};  // read() says so too
  }
}

// The text with both digests made to hold; empty where it is no object.
std::string mended(std::string_view text) {
  Json root = Json::parse(text, nullptr, false);
  if (!root.is_object()) return {};
  root["changes_digest"] = changes_digest(root);
  root.erase("digest");
  base::Sha256 digest;
  digest.update(root.dump(-1, ' ', false, Json::error_handler_t::replace));
  root["digest"] = digest.hex_digest();
  return root.dump();
}

void check(const Plan& saved) {
  for (const plan::SavedChange& one : saved.changes) {
    const bool creates = one.change.action == model::Action::create;
    require(creates == one.change.user_id.empty(), "every change but a create is to somebody");
    for (const auto index : one.change.planned_on.over) require(index < schema().size(), "a plan rests on attributes");
    for (const model::AttributeChange& change : one.change.attributes) {
      require(change.attribute < schema().size(), "what changes is an attribute");
      const bool secret = schema()[change.attribute].type == model::Type::secret;
      require(!secret || (change.before.empty() && change.after.empty()), "no secret stands in a plan");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  if (const auto as_it_is = read(bytes)) check(*as_it_is);
  const auto saved = read(mended(bytes));
  if (!saved) return 0;
  check(*saved);
  const std::string once = plan::write_plan(saved->header, saved->changes, schema());
  const auto again = read(once);
  require(again.has_value(), "what is written can be read", once);
  require(again->changes.size() == saved->changes.size(), "no change is lost");
  require(plan::write_plan(again->header, again->changes, schema()) == once, "read and written, a plan is the same",
          once);
  return 0;
}
