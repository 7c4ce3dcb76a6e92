// A Directory over a REST API that a profile's Wire describes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "directory/operation.hpp"
#include "directory/session.hpp"

namespace rostersync::directory {

class RestDirectory final : public Directory, private Exchange {
 public:
  RestDirectory(const RestDirectory&) = delete;
  RestDirectory& operator=(const RestDirectory&) = delete;
  // All references must outlive it. `random` answers a number in [0, 1).
  RestDirectory(const model::Schema& schema, const profile::Wire& wire, Requests requests, Answers answers,
                http::Dispatcher& dispatcher, base::Clock& clock, Persistence persistence,
                std::function<double()> random);

  Ticket start(Operation operation) override;
  std::vector<Done> wait(base::Duration max) override;
  std::size_t under_way() const override { return operations_.size() + done_at_once_.size(); }
  void stop(const std::string& why) override { dispatcher_.stop(why); }
  const std::optional<std::string>& stopped() const override { return dispatcher_.stopped(); }

 private:
  void send(http::Request request, base::Duration delay) override;
  const Requests& requests() const override { return requests_; }
  const Answers& answers() const override { return answers_; }
  const model::Schema& schema() const override { return schema_; }
  const profile::Wire& wire() const override { return wire_; }
  const Persistence& persistence() const override { return persistence_; }
  base::Duration pause(unsigned n) const override;
  Answers without_credentials(Answers answers) const;
  std::string redacted(std::string message, const model::Change* change) const;
  void keep_faults_of_what_was_sent(Done& done, const model::Change* change) const;

  struct Running {
    std::unique_ptr<OperationState> state;
    const model::Change* change = nullptr;  // writes
  };

  const model::Schema& schema_;
  const profile::Wire& wire_;
  Requests requests_;
  Answers answers_;
  http::Dispatcher& dispatcher_;
  base::Clock& clock_;
  Persistence persistence_;
  std::function<double()> random_;
  Session session_;
  std::map<Ticket, Running> operations_;
  std::map<http::RequestId, Ticket> requests_in_flight_;
  std::vector<Done> done_at_once_;  // without a request
  Ticket current_ = 0;              // whose turn it is to send
  http::Schedule::Turn turn_ = http::Schedule::Turn::first;
  Ticket last_ticket_ = 0;
};

}  // namespace rostersync::directory
