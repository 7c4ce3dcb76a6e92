// The least that libcurl's multi interface needs to read many URLs: handles are set up once, bodies are thrown away, no
// answer is looked at but for its status. What a program that does more is held against.
#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

std::size_t drop(char*, std::size_t, std::size_t count, void*) {
  return count;
}

std::vector<std::string> lines_of(const char* file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class Loop {
 public:
  Loop(std::vector<std::string> urls, std::size_t in_flight) : urls_(std::move(urls)), multi_(curl_multi_init()) {
    headers_ = curl_slist_append(headers_, "x-APIKey: k");
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight));
    for (std::size_t i = 0; i < in_flight; ++i) handles_.push_back(handle());
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    for (CURL* easy : handles_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    curl_slist_free_all(headers_);
  }

  // How many answers were a 200.
  std::size_t run() {
    for (CURL* easy : handles_) start(easy);
    while (active_ > 0) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      for (int left = 0; CURLMsg* message = curl_multi_info_read(multi_, &left);) finish(*message);
      if (active_ > 0) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    return good_;
  }

 private:
  CURL* handle() {
    CURL* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    return easy;
  }

  void start(CURL* easy) {
    if (next_ == urls_.size()) return;
    curl_easy_setopt(easy, CURLOPT_URL, urls_[next_++].c_str());
    curl_multi_add_handle(multi_, easy);
    ++active_;
  }

  void finish(const CURLMsg& message) {
    CURL* easy = message.easy_handle;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (message.data.result == CURLE_OK && status == 200) ++good_;
    curl_multi_remove_handle(multi_, easy);
    --active_;
    start(easy);
  }

  std::vector<std::string> urls_;
  CURLM* multi_;
  curl_slist* headers_ = nullptr;
  std::vector<CURL*> handles_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
  std::size_t good_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("Usage: bench_bare_loop FILE_OF_URLS IN_FLIGHT\n", stderr);
    return 1;
  }
  const auto urls = lines_of(arguments[1]);
  const std::size_t wanted = urls.size();
  const std::size_t good = Loop(urls, std::strtoul(arguments[2], nullptr, 10)).run();
  std::printf("{\"answers\": %zu}\n", good);
  return good == wanted ? 0 : 1;
}
