// One cell as a canonical value (model/value.hpp), or the sentence that says what is wrong with it.
#pragma once

#include "json/json.hpp"
#include "model/schema.hpp"
#include "roster/roster.hpp"

namespace rostersync::roster {

// As parse_cell(), for a member of a JSON record.
CellValue parse_json_cell(const model::Attribute& attribute, const json::Json& value);

// What a cell that clears comes to: Presence::clear, or the fault "not_clearable". `because` may say why it clears.
CellValue clear_cell(const model::Attribute& attribute, std::string_view because = {});

}  // namespace rostersync::roster
