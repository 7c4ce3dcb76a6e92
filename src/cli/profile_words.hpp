// A profile that was checked, and what a look at its API came to, for people and for programs.
#pragma once

#include <string>

#include "json/json.hpp"
#include "profile/assessment.hpp"
#include "sync/probe.hpp"

namespace rostersync::cli {

std::string check_in_words(const std::string& file, const profile::Assessment& assessment);
std::string probe_in_words(const model::Schema& schema, const sync::Probe& probe);

json::OrderedJson check_in_json(const std::string& file, const profile::Assessment& assessment);
json::OrderedJson probe_in_json(const model::Schema& schema, const sync::Probe& probe);

}  // namespace rostersync::cli
