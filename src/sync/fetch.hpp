// Reading the directory with the fewest requests: a whole listing in parallel pages, or each person by id or key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "directory/directory.hpp"
#include "job/job.hpp"
#include "model/users.hpp"
#include "plan/planner.hpp"
#include "sync/listing_proof.hpp"
#include "sync/progress.hpp"
#include "sync/stop.hpp"

namespace rostersync::sync {

struct Fetched {
  plan::Coverage coverage = plan::Coverage::whole;
  std::optional<std::uint64_t> users;  // in the directory: counted if whole, else as declared
  std::string doubt = {};              // why it is unproved, for people; empty: it is not
};

struct Reading {
  job::Fetch mode = job::Fetch::automatic;
  bool searches = true;    // the API can be searched by name
  bool numbered = true;    // its listing's pages can be asked for side by side
  bool by_offset = false;  // by the number of users before them
  bool provable = true;    // its listing declares how many users there are
  std::size_t passes = 1;  // listings that show everybody together
};

class Fetcher {
 public:
  // All references must outlive it.
  Fetcher(const model::Schema& schema, const model::Users& roster, directory::Directory& directory,
          plan::Planner& planner, Reading reading, const StopCondition& stop, const ProgressSink& progress);

  // Offers every remote user who matters to the planner. Throws base::CannotRun when the directory cannot be read,
  // Stopped when it was told to stop.
  Fetched run();

 private:
  enum class Purpose { page, by_id, by_link, by_key, by_other_key, by_name, namesake, full_read, nameless };
  struct Errand {
    Purpose purpose = Purpose::page;
    model::Row row = model::no_row;
    std::vector<model::Row> rows;  // full_read, by_name: those that wait for it
  };

  void begin(directory::Operation operation, Errand errand);
  void pump();
  void report_progress() const;
  void finish_all();
  void take(const directory::Done& done, const Errand& errand);
  void take_page(const directory::Done& done);
  void take_user(const directory::Done& done, const Errand& errand);
  void offer(const model::Users& users, plan::Seen seen);
  void read_in_full(model::UserView user, Purpose purpose);
  void after_lookup(const directory::Done& done, const Errand& errand);
  void go_on_with(Purpose purpose, model::Row row);
  directory::Operation look_up_by(Purpose purpose, model::Row row) const;
  bool asks_by_key_first(model::Row row) const;
  bool has_id(model::Row row) const;
  bool has_key(model::Row row) const;
  // The user that the row is linked to, where its id does not name that one already; empty: none.
  std::string_view link(model::Row row) const;

  bool listing_is_cheaper() const;
  std::uint64_t look_ups() const;  // requests that it takes to look every row up
  void list_the_rest();
  void list_numbered();
  void list_on();
  bool list_whole();
  std::string doubt();
  bool list_passes();
  Fetched list_and_look_up();
  void look_up(model::Row row);
  enum class Whom { everybody, ids_not_listed, not_matched };
  void look_up_all(Whom whom);
  void look_up_under_other_keys();
  std::map<std::string, std::vector<model::Row>> names_to_search() const;
  bool listing_is_cheaper_than(std::size_t searches) const;
  void search(const std::map<std::string, std::vector<model::Row>>& names);
  void search_on(const directory::Done& done, const Errand& errand);
  void begin_page(std::uint64_t page, std::string after = {});
  void begin_listing();
  bool shown_first(model::UserView user);
  void list_again();
  void read_the_unnamed();
  std::uint64_t full_reads_of_a_listing() const;

  const model::Schema& schema_;
  const model::Users& roster_;
  directory::Directory& directory_;
  plan::Planner& planner_;
  Reading reading_;
  const StopCondition& stop_;
  const ProgressSink& progress_;
  std::map<directory::Ticket, Errand> errands_;
  ListingProof proof_;
  Breaker breaker_;
  std::optional<std::uint64_t> declared_;   // by the first page ever read
  std::optional<std::uint64_t> last_page_;  // as declared by the latest page, else as reckoned from the count
  std::uint64_t page_size_ = 0;             // where the API declares no last page: the largest page seen
  bool empty_page_ = false;
  unsigned empty_pages_ = 0;                                // the latest ones
  std::size_t pass_ = 0;                                    // which of the listings is being read
  std::unordered_map<std::string, std::size_t> seen_once_;  // of several listings: by id, the first that has shown it
  std::uint64_t most_pages_ = UINT64_MAX;                   // of a listing that nothing proves
  std::string next_;                                        // what the page after the latest is asked for by
  std::set<std::string> first_ids_;                         // of the pages of this listing
  bool unread_namesake_ = false;
  bool unnamed_ = false;       // somebody was listed of whom nobody knows who it is
  std::uint64_t offered_ = 0;  // users seen so far
  std::uint64_t unread_ = 0;   // of those: not decided by the listing alone
};

}  // namespace rostersync::sync
