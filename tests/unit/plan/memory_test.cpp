// What a row of a large roster costs, all told.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "plan/planner.hpp"
#include "unit/plan/schema.hpp"

using namespace rostersync;
using namespace rostersync::test;

namespace {

const std::vector<AttributeIndex> eight = {email, first_name, last_name, role, business_ids, lang, phone, custom_role};

std::string hex_id(std::mt19937& engine) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(24, '0');
  for (char& c : text) c = digits[engine() % 16];
  return text;
}

// A person as an HR system would export them: eight attributes, one to three businesses.
void add_person(model::Users& users, model::Row number, std::mt19937& engine) {
  static const char* const first[] = {"Perceval", "Élodie", "Jean-Baptiste", "María José", "Zoë", "Bohort"};
  static const char* const last[] = {"de Galles", "O'Connor", "Lefèvre-Dubois", "Gómez Ibáñez", "Müller", "Nguyễn"};
  const model::Row row = users.add();
  const std::string given = first[number % 6];
  const std::string family = last[(number / 6) % 6];
  std::string businesses = "[\"" + hex_id(engine) + "\"";
  for (std::size_t more = engine() % 2; more > 0; --more) businesses += ",\"" + hex_id(engine) + "\"";
  const std::string values[] = {fmt::format("firstname.lastname{}@kaamelott.example.com", number),
                                given,
                                family,
                                "BUSINESS_MANAGER",
                                businesses + "]",
                                "fr",
                                fmt::format("+336{:08}", number),
                                "store_manager"};
  for (std::size_t i = 0; i < eight.size(); ++i) users.set(row, eight[i], model::Presence::value, values[i]);
}

}  // namespace

TEST_CASE("a row of eight attributes costs at most 400 bytes") {
  const Schema schema = test::schema();
  for (const model::Row count : {model::Row{90'000}, model::Row{100'000}, model::Row{135'000}}) {
    CAPTURE(count);
    std::mt19937 engine(1);
    model::Users roster(attribute_count, eight);
    for (model::Row row = 0; row < count; ++row) add_person(roster, row, engine);
    const std::vector<bool> rejected(count);
    plan::Planner planner(schema, roster, rejected, {});
    model::Reconciliation out;
    out.entries.resize(count);
    out.run.roster.rows = count;
    std::vector<AttributeIndex> columns = eight;
    columns.push_back(id);
    model::Users page(attribute_count, columns);
    for (model::Row row = 0; row < count; ++row) {  // everybody is there already, and is let go at once
      page.clear();
      page.add();
      for (const AttributeIndex index : eight) {
        if (index != phone) page.set(0, index, roster.presence(row, index), roster.text(row, index));
      }
      page.set(0, id, model::Presence::value, hex_id(engine));
      REQUIRE_FALSE(planner.offer({&page, 0}, plan::Seen::listed));
    }
    REQUIRE(planner.settle(plan::Coverage::whole, out).empty());
    REQUIRE(out.details.empty());

    const auto a_row = [&](std::size_t bytes) { return static_cast<double>(bytes) / count; };
    const std::size_t cells = eight.size() * sizeof(model::Cell);
    const double all = a_row(roster.bytes()) + a_row(planner.bytes()) + sizeof(model::Entry) + a_row(out.ids.bytes());
    MESSAGE(
        fmt::format("{} rows: {:.0f} bytes a row ({:.0f} users, of which {} cells; {:.0f} planner, {:.0f} of "
                    "it matcher; {} entry; {:.0f} ids)",
                    count, all, a_row(roster.bytes()), cells, a_row(planner.bytes()), a_row(planner.matcher().bytes()),
                    sizeof(model::Entry), a_row(out.ids.bytes())));
    CHECK(all <= 400);
  }
}
