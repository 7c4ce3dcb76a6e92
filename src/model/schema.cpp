#include "model/schema.hpp"

namespace rostersync::model {

std::optional<AttributeIndex> Schema::find(std::string_view attribute_name) const {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].name == attribute_name) return static_cast<AttributeIndex>(i);
  }
  return std::nullopt;
}

}  // namespace rostersync::model
