// Attributes that a directory does not keep: written, answered well, and in the next run as they were before. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/memory.hpp"
#include "model/plan.hpp"
#include "model/schema.hpp"

namespace rostersync::plan {

// What earlier runs have written, and nobody has seen as it was written since.
class Writings {
 public:
  Writings() = default;
  // `this_run`: its id. What it wrote itself, before it was interrupted, was no earlier run.
  explicit Writings(std::vector<model::Written> records, std::string_view this_run = {});

  const model::Written* find(std::string_view user_id, std::string_view attribute) const;  // null if there is none
  std::vector<const model::Written*> of(std::string_view user_id) const;

 private:
  std::vector<model::Written> records_;  // sorted by user id
};

// In so many runs the same value is sent in place of the same.
inline constexpr std::uint32_t most_sends = 3;

enum class Effort {
  first,  // nothing like it was written before
  again,  // the same was sent in place of the same, and is sent once more
  none    // that was done most_sends times: not sent until the roster or the directory says something else
};
// `before`: null if nothing was written.
Effort effort(const model::Attribute& attribute, const model::Written* before, const model::AttributeChange& change);

// "written on … and …; the directory has "Galles" again each time".
std::string history(const model::Attribute& attribute, const model::Written& before);

// A fault for each attribute of an update that is sent again: the directory will most likely not keep it.
std::vector<model::Fault> not_kept(const model::Schema& schema, const Writings& writings, const model::Change& change);

// Faults of several attributes as one sentence.
std::string in_words(const std::vector<model::Fault>& faults);

// What is to be remembered of an attribute that `run` has written: nothing where it cannot be seen whether it is kept.
std::optional<model::Written> written(const model::Schema& schema, const Writings& writings, std::string_view user_id,
                                      const model::AttributeChange& change, const model::RunFacts& run);

}  // namespace rostersync::plan
