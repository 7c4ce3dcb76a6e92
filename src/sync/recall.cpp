#include "sync/recall.hpp"

namespace rostersync::sync {

Recalled::Answer Recalled::ask(std::string_view user_id, model::AttributeIndex attribute, model::Presence presence,
                               std::string_view text) const {
  switch (values_.ask(user_id, schema_[attribute].name, presence, text)) {
    case store::Confirmation::same:
      return Answer::current;
    case store::Confirmation::different:
      return Answer::changed;
    case store::Confirmation::unknown:
      break;
  }
  return Answer::unknown;
}

}  // namespace rostersync::sync
