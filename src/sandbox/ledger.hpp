// What was asked and what became of it, in order of arrival. Never holds a credential, a password or
// anything of the body of a sign-in.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "sandbox/request.hpp"

namespace rostersync::sandbox {

struct Verdict {
  int status = 0;       // as answered; 0: the connection was reset, nothing was
  std::string fault;    // "": none
  bool let_in = false;  // past the key and the rate limit
  bool committed = false;
};

class Ledger {
 public:
  // `secrets`: texts that no record may hold; none is empty.
  Ledger(std::vector<std::string> secrets, base::Instant start) : secrets_(std::move(secrets)), start_(start) {}

  void add(const Request& request, const Route& route, const Verdict& verdict, base::Instant now);
  void clear();

  std::uint64_t next_sequence() const { return sequence_ + 1; }  // goes on counting when the ledger is cleared
  std::string entries() const;                                   // a JSON array
  json::OrderedJson summary() const;
  json::OrderedJson sign_ins() const;  // for the summary of an API that has them

 private:
  json::OrderedJson without_secrets(const json::Json& value) const;
  json::OrderedJson redacted(const json::Json& value) const;  // the names of the members alone
  std::string masked(std::string text) const;

  std::vector<std::string> secrets_;
  base::Instant start_;
  std::uint64_t sequence_ = 0;
  std::vector<std::string> entries_;  // each as JSON text: a million of them must fit
  std::map<Operation, std::uint64_t> requests_;
  std::map<Operation, std::uint64_t> committed_;
  std::map<std::string, std::uint64_t> faults_;
  std::uint64_t let_in_ = 0;
  std::uint64_t throttled_ = 0;
};

}  // namespace rostersync::sandbox
