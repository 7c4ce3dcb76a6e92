#include "cli/acceptances.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "unit/support/temporary_folder.hpp"

using namespace rostersync;
using cli::read_acceptances;
using Renames = std::map<std::string, std::string>;
using Keys = std::set<std::string>;

TEST_CASE("a rename is taken apart where an e-mail cannot be") {
  CHECK(read_acceptances({"a@x=b@y"}, {}).renames == Renames{{"b@y", "a@x"}});
  CHECK(read_acceptances({"a=b@x=c=d@y"}, {}).renames == Renames{{"c=d@y", "a=b@x"}});
  CHECK(read_acceptances({"jo=joe"}, {}).renames == Renames{{"joe", "jo"}});
  CHECK(read_acceptances({"jo=joe@y"}, {}).renames == Renames{{"joe@y", "jo"}});
  CHECK(read_acceptances({" a@x = b@y "}, {}).renames == Renames{{"b@y", "a@x"}});
  CHECK(read_acceptances({"a@x=b@y", "a@x=b@y"}, {}).renames.size() == 1);
}

TEST_CASE("a file has one a line") {
  const TemporaryFolder folder;
  const std::string file = folder
                               .write("renames",
                                      "\xEF\xBB\xBF# of March\r\n\r\n  a@x=b@y\t# Ana\r\n"
                                      "c#d@x=e@y\n")
                               .string();
  CHECK(read_acceptances({"@" + file, "f@x=g@y"}, {}).renames ==
        Renames{{"b@y", "a@x"}, {"e@y", "c#d@x"}, {"g@y", "f@x"}});
  const std::string keys = folder.write("new", "h@x\n#i@x\n\nj@x").string();
  CHECK(read_acceptances({}, {"k@x", "@" + keys}).newcomers == Keys{"h@x", "j@x", "k@x"});
}

TEST_CASE("what is no rename, or contradicts itself, is refused") {
  const TemporaryFolder folder;
  const std::string broken = folder.write("broken", "a@x=b@y\nnot a rename\n").string();
  const std::string latin = folder.write("latin", "Zo\xEB@x\n").string();
  using Given = std::vector<std::string>;
  for (const Given& renames : {Given{"a@x"}, Given{"=b@y"}, Given{"a@x="}, Given{"a@x=b@y", "c@x=b@y"},
                               Given{"a@x=b@y", "A@x=c@y"}, Given{"@" + broken}, Given{"@/no/such/file"}}) {
    CAPTURE(renames.back());
    CHECK_THROWS_AS(read_acceptances(renames, {}), base::CannotRun);
  }
  CHECK_THROWS_AS(read_acceptances({"a@x=b@y"}, {"b@y"}), base::CannotRun);
  CHECK_THROWS_AS(read_acceptances({}, {"@" + latin}), base::CannotRun);
}
