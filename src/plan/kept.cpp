#include "plan/kept.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/value.hpp"

namespace rostersync::plan {

using model::Attribute;
using model::AttributeChange;
using model::Presence;
using model::Written;

namespace {

bool is_known(Presence presence) {
  return presence == Presence::value || presence == Presence::clear;
}

std::string shown(const Attribute& attribute, Presence presence, const std::string& text) {
  if (presence != Presence::value) return "nothing";
  return attribute.type == model::Type::secret ? "the same secret" : fmt::format("\"{}\"", text);
}

}  // namespace

Writings::Writings(std::vector<Written> records, std::string_view this_run) : records_(std::move(records)) {
  std::erase_if(records_, [&](const Written& one) { return one.times <= 1 && one.last_run == this_run; });
  for (Written& one : records_) {
    if (one.last_run == this_run) --one.times;
  }
  std::stable_sort(records_.begin(), records_.end(),
                   [](const Written& a, const Written& b) { return a.user_id < b.user_id; });
}

std::vector<const Written*> Writings::of(std::string_view user_id) const {
  std::vector<const Written*> found;
  auto at = std::lower_bound(records_.begin(), records_.end(), user_id,
                             [](const Written& one, std::string_view sought) { return one.user_id < sought; });
  for (; at != records_.end() && at->user_id == user_id; ++at) found.push_back(&*at);
  return found;
}

const Written* Writings::find(std::string_view user_id, std::string_view attribute) const {
  for (const Written* one : of(user_id)) {
    if (one->attribute == attribute) return one;
  }
  return nullptr;
}

Effort effort(const Attribute& attribute, const Written* before, const AttributeChange& change) {
  if (before == nullptr || !attribute.readable) return Effort::first;
  const bool sent_alike =
      model::same_meaning(attribute, before->sent_presence, before->sent, change.after_presence, change.after);
  const bool replaces_alike = model::same_meaning(attribute, before->replaced_presence, before->replaced,
                                                  change.before_presence, change.before);
  if (!sent_alike || !replaces_alike) return Effort::first;
  return before->times < most_sends ? Effort::again : Effort::none;
}

std::string history(const Attribute& attribute, const Written& before) {
  const std::string has = shown(attribute, before.replaced_presence, before.replaced);
  if (before.times <= 1) return fmt::format("written on {}; the directory had {} again", before.first, has);
  if (before.times == 2) {
    return fmt::format("written on {} and {}; the directory had {} again each time", before.first, before.last, has);
  }
  return fmt::format("written {} times, first on {} and last on {}; the directory had {} again each time", before.times,
                     before.first, before.last, has);
}

std::vector<model::Fault> not_kept(const model::Schema& schema, const Writings& writings, const model::Change& change) {
  std::vector<model::Fault> faults;
  if (change.action != model::Action::update) return faults;
  for (const AttributeChange& one : change.attributes) {
    const Attribute& attribute = schema[one.attribute];
    const Written* before = writings.find(change.user_id, attribute.name);
    if (effort(attribute, before, one) == Effort::first) continue;
    faults.push_back({"not_kept", attribute.name, history(attribute, *before)});
  }
  return faults;
}

std::string in_words(const std::vector<model::Fault>& faults) {
  std::string words;
  for (const model::Fault& fault : faults) {
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", fault.column, fault.message);
  }
  return words;
}

std::optional<Written> written(const model::Schema& schema, const Writings& writings, std::string_view user_id,
                               const AttributeChange& change, const model::RunFacts& run) {
  const Attribute& attribute = schema[change.attribute];
  if (!attribute.readable || !is_known(change.before_presence) || !is_known(change.after_presence)) return std::nullopt;
  Written record;
  record.user_id = std::string(user_id);
  record.attribute = attribute.name;
  record.sent_presence = change.after_presence;
  record.sent = change.after;
  record.replaced_presence = change.before_presence;
  record.replaced = change.before;
  record.times = 1;
  record.first = record.last = run.started_at;
  record.last_run = run.id;
  const Written* before = writings.find(user_id, attribute.name);
  if (effort(attribute, before, change) == Effort::first) return record;
  record.times = before->times + 1;
  record.first = before->first;
  return record;
}

}  // namespace rostersync::plan
