// A job configuration: refused at a line of the file, or everything in it is what its declaration says. Comments and
// the order of keys mean nothing.
#include "job/job.hpp"

#include <set>
#include <vector>

#include "base/error.hpp"
#include "fuzz/support.hpp"
#include "json/document.hpp"
#include "text/text.hpp"

using namespace rostersync;
using namespace rostersync::fuzz;

namespace {

void check_limits(const job::Limits& limits) {
  std::vector<job::Limit> all = {limits.creates, limits.updates, limits.deactivations};
  for (const auto& [attribute, limit] : limits.attributes) all.push_back(limit);
  for (const job::Limit& one : all) {
    require(!one.percent || (*one.percent >= 0 && *one.percent <= 100), "a share is one of a hundred");
  }
}

void check_people(const job::Job& read) {
  for (const auto& [attribute, globs] : read.manage) require(!globs.empty(), "manage has a glob", attribute);
  for (const auto& [from, to] : read.email_domains) {
    require(!read.email_domains.contains(to), "a new domain is no old one", to);
    require(text::fold(from) == from && text::fold(to) == to, "domains are in lower case", from + " " + to);
  }
  std::set<std::string> keys;
  for (const job::Acknowledgement& one : read.acknowledge) {
    require(keys.insert(one.key).second, "a row is acknowledged once", one.key);
    require(!one.until || one.until->size() == 10, "a last day is a date");
  }
}

void check(const job::Job& read) {
  require(!read.base_url.ends_with('/'), "a base URL ends without a slash", read.base_url);
  require(read.base_url.find_first_of("?#@ ") == std::string::npos, "a base URL is plain", read.base_url);
  check_people(read);
  check_limits(read.limits);
  require(read.missing_after >= 1, "somebody is missing after a run or more");
  for (const auto& [name, source] : read.credentials) {
    require(source.environment.empty() != source.file.empty(), "a credential has one source", name);
  }
  require(read.http.timeout.count() > 0 && read.http.max_wait.count() > 0, "durations are above zero");
  require(!read.http.rate || read.http.rate->automatic || read.http.rate->requests > 0, "a rate is above zero");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = bytes_of(data, size);
  const MemoryFile file(bytes);
  try {
    const job::Job read = job::load(file.path(), config_directory());
    check(read);
    const MemoryFile plain(json::parse_document(bytes, "").root.dump());
    const job::Job again = job::load(plain.path(), config_directory());
    require(again.base_url == read.base_url && again.merge == read.merge && again.email_domains == read.email_domains &&
                again.manage == read.manage && again.roster.blank_by_attribute == read.roster.blank_by_attribute,
            "comments and the order of keys mean nothing");
  } catch (const base::CannotRun& error) {
    require(!text::first_invalid_utf8(error.what()), "a message is UTF-8", error.what());
    require_line_within(error.what(), file.path(), lines_of(bytes));
  }
  return 0;
}
