// What earlier runs have learned of one directory, as a plan asks for it.
#pragma once

#include "model/schema.hpp"
#include "plan/recollection.hpp"
#include "store/confirmed_values.hpp"

namespace rostersync::sync {

class Recalled final : public plan::Recollection {
 public:
  // `schema` must outlive it.
  Recalled(const model::Schema& schema, store::ConfirmedValues values) : schema_(schema), values_(std::move(values)) {}

  Answer ask(std::string_view user_id, model::AttributeIndex attribute, model::Presence presence,
             std::string_view text) const override;

 private:
  const model::Schema& schema_;
  store::ConfirmedValues values_;
};

}  // namespace rostersync::sync
