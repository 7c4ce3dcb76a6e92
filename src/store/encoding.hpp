// Values of the model as JSON text, for the journal. Bytes that are no UTF-8 are replaced, never thrown at. Decoding
// throws json::Json::exception for a text that none of these functions wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"
#include "model/plan.hpp"

namespace rostersync::store {

std::string encode(const model::RunFacts& facts);
model::RunFacts decode_facts(std::string_view text);

std::string encode(const model::HttpFacts& http);
model::HttpFacts decode_http(std::string_view text);

std::string encode(const model::DirectoryFacts& directory);
model::DirectoryFacts decode_directory(std::string_view text);

// Empty for none, here and below.
std::string encode(const std::vector<model::Warning>& warnings);
std::vector<model::Warning> decode_warnings(std::string_view text);

// Without its changes.
std::string encode(const model::EntryDetail& detail);
model::EntryDetail decode_detail(std::string_view text);

// JSON as it is stored.
std::string stored(const json::Json& value);

}  // namespace rostersync::store
