// Changes as JSON text, for the journal. Attributes stand by their names, so that a profile may put them in another
// order; of a secret one only the presence is there. As store/encoding.hpp has it otherwise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/plan.hpp"
#include "model/schema.hpp"

namespace rostersync::store {

// Decoding throws base::CannotRun for an attribute that the schema does not have; `text` of a secret comes back empty.
std::string encode(const model::Schema& schema, const std::vector<model::AttributeChange>& changes);
std::vector<model::AttributeChange> decode_changes(const model::Schema& schema, std::string_view text);

std::string encode(const model::Schema& schema, const model::Fingerprint& planned_on);
model::Fingerprint decode_fingerprint(const model::Schema& schema, std::string_view text);

}  // namespace rostersync::store
