// What an API answers with, held against what its profile says of it: for whoever writes a profile.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "directory/answers.hpp"
#include "json/json.hpp"
#include "model/schema.hpp"

namespace rostersync::directory {

// One attribute of the first user of a page.
struct SampledAttribute {
  model::AttributeIndex attribute = 0;
  std::string place;               // JSON Pointer within the user
  std::optional<json::Json> said;  // as the API says it; nothing: it is not there
  std::string understood;          // canonical; empty: as nothing
  std::string fault;               // why it equals nothing that a roster may say; empty: it is well understood
  std::size_t missing = 0;         // users of the page that lack it
};

// A member that no attribute is read from.
struct Unmentioned {
  std::string place;  // JSON Pointer within the user
  json::Json said;    // by the first user who has it
  std::size_t users = 0;
};

struct Sample {
  std::size_t users = 0;
  PageFacts facts;
  std::vector<SampledAttribute> attributes;  // in the schema's order, the readable ones; empty where users is 0
  std::vector<Unmentioned> unmentioned;      // by place
};

// Of a page of a listing, as `answers` reads it; nothing if that is no page.
std::optional<Sample> sample_of(const model::Schema& schema, const profile::Wire& wire, const Answers& answers,
                                const http::Response& response);

}  // namespace rostersync::directory
