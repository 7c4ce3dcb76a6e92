#include "http/http_date.hpp"

#include <array>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

namespace rostersync::http {

namespace {

constexpr std::array forms = {
    "%a, %d %b %Y %H:%M:%S GMT",  // Sun, 06 Nov 1994 08:49:37 GMT
    "%A, %d-%b-%y %H:%M:%S GMT",  // Sunday, 06-Nov-94 08:49:37 GMT
    "%a %b %d %H:%M:%S %Y"        // Sun Nov  6 08:49:37 1994
};

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  using namespace std::chrono;
  for (const char* form : forms) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    std::tm parts{};
    in >> std::get_time(&parts, form);
    if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) continue;
    const year_month_day date(year(parts.tm_year + 1900), month(static_cast<unsigned>(parts.tm_mon + 1)),
                              day(static_cast<unsigned>(parts.tm_mday)));
    if (!date.ok()) continue;
    return sys_days(date) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
  }
  return std::nullopt;
}

}  // namespace rostersync::http
