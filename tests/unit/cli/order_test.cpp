#include "cli/order.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include "base/error.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using namespace std::chrono_literals;
using cli::RunArguments;

namespace {

RunArguments resuming(const TemporaryFolder& folder) {
  ::setenv("PARTOO_API_KEY", "a-key", 1);
  RunArguments arguments;
  arguments.command = RunArguments::Command::resume;
  arguments.config =
      folder
          .write("job.json",
                 R"({"profile": "partoo", "state_dir": "of-the-file", "http": {"rate": "10/s", "max_in_flight": 3}})")
          .string();
  return arguments;
}

}  // namespace

TEST_CASE("what is asked of a run reaches its order") {
  const TemporaryFolder folder;
  RunArguments arguments = resuming(folder);
  arguments.run = "r-1";
  arguments.deadline = "20m";
  arguments.assume_current = true;
  arguments.accept_rename = {"old@x.com=new@x.com"};
  arguments.accept_new = {"other@x.com"};
  const sync::Order order = cli::make_order(arguments);
  CHECK((order.command == sync::Command::resume));
  CHECK(order.run == "r-1");
  CHECK(order.roster_path.empty());
  CHECK(order.deadline == 20min);
  CHECK(order.assume_current);
  CHECK(order.accept_renames == std::map<std::string, std::string>{{"new@x.com", "old@x.com"}});
  CHECK(order.accept_new == std::set<std::string>{"other@x.com"});
  CHECK(order.job.state_dir == folder.path() / "of-the-file");
  CHECK_FALSE(order.job.http.rate->automatic);
  CHECK(order.job.http.max_in_flight == 3);
  CHECK(order.profile.name == "partoo");
  CHECK(order.base_url == order.profile.wire.base_url);
  CHECK(order.credentials.at("api_key").reveal() == "a-key");
  CHECK_FALSE(cli::make_order(resuming(folder)).deadline);
}

TEST_CASE("the command line wins over the configuration") {
  const TemporaryFolder folder;
  RunArguments arguments = resuming(folder);
  arguments.rate = "auto";
  arguments.max_in_flight = 5;
  arguments.state_dir = "here";
  arguments.base_url = "http://127.0.0.1:9/v2/";
  const sync::Order order = cli::make_order(arguments);
  CHECK(order.job.http.rate->automatic);
  CHECK(order.job.http.max_in_flight == 5);
  CHECK(order.job.state_dir == "here");
  CHECK(order.base_url == "http://127.0.0.1:9/v2");
}

TEST_CASE("what cannot be is refused by name") {
  const TemporaryFolder folder;
  RunArguments arguments = resuming(folder);
  arguments.deadline = "soon";
  CHECK_THROWS_WITH_AS(cli::make_order(arguments), doctest::Contains("--deadline: expected a duration"),
                       base::CannotRun);
  arguments = resuming(folder);
  arguments.base_url = "http://elsewhere.example/v2";
  CHECK_THROWS_WITH_AS(cli::make_order(arguments), doctest::Contains("--insecure-http"), base::CannotRun);
  arguments.insecure_http = true;
  CHECK_NOTHROW(cli::make_order(arguments));
  arguments = {};
  arguments.config = folder.write("empty.json", "{}").string();
  CHECK_THROWS_WITH_AS(cli::make_order(arguments), doctest::Contains("no profile is named"), base::CannotRun);
}

TEST_CASE("a look at an API takes its address and its credentials from the configuration, and never writes") {
  const TemporaryFolder folder;
  ::setenv("PARTOO_API_KEY", "a-key", 1);
  cli::ProfileArguments arguments;
  arguments.name = "partoo";
  arguments.check = arguments.probe = true;
  arguments.config = folder
                         .write("job.json", R"({"profile": "another", "base_url": "https://api.example.com/v2/",
                                                "http": {"retries": 1, "rate": "10/s"}})")
                         .string();
  const sync::Order order = cli::make_probe(arguments);
  CHECK((order.command == sync::Command::plan));
  CHECK(order.profile.name == "partoo");
  CHECK(order.job.profile == "partoo");
  CHECK(order.base_url == "https://api.example.com/v2");
  CHECK(order.credentials.at("api_key").reveal() == "a-key");
  CHECK(order.job.http.retries == 1);
  arguments.base_url = "http://127.0.0.1:9/v2";
  CHECK(cli::make_probe(arguments).base_url == "http://127.0.0.1:9/v2");
  arguments.base_url = "http://elsewhere.example/v2";
  CHECK_THROWS_WITH_AS(cli::make_probe(arguments), doctest::Contains("--insecure-http"), base::CannotRun);
  arguments.insecure_http = true;
  CHECK_NOTHROW(cli::make_probe(arguments));
  arguments.config = folder.write("empty.json", "{}").string();
  arguments.base_url.clear();
  CHECK(cli::make_probe(arguments).base_url == order.profile.wire.base_url);
  ::unsetenv("PARTOO_API_KEY");
  CHECK_THROWS_WITH_AS(cli::make_probe(arguments), doctest::Contains("PARTOO_API_KEY"), base::CannotRun);
}
