// SPDX-License-Identifier: MIT
// inputs.exec: runs programs at every interval and parses what they print, in any data_format.
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <tickwork/tickwork.hpp>

#include "child.hpp"

namespace {

using namespace tickwork;

// The first line, cut: it goes into a message.
std::string first_line(const std::string& text) {
  constexpr size_t most = 512;
  const size_t end = std::min({text.find('\n'), text.size(), most});
  return text.substr(0, end) + (end < text.size() && text.size() - end > 1 ? "..." : "");
}

class Exec {
 public:
  Exec(Host host, Config config)
      : host_{host},
        environment_{config.strings("environment")},
        timeout_{config.duration("timeout")},
        ignore_error_{config.boolean("ignore_error")},
        log_stderr_{config.boolean("log_stderr")},
        format_{config.str("data_format")} {
    for (const auto& command : config.strings("commands")) {
      auto words = exec::split(command);
      if (!words.empty()) commands_.push_back(std::move(words));
    }
  }

  ~Exec() { close(quit_); }

  void start() {
    uint64_t woken;
    if (read(quit_, &woken, sizeof woken) < 0 && errno != EAGAIN) {
      throw Error{TW_E_IO, std::string{"cannot read its event: "} + std::strerror(errno)};
    }
    tw_field name{TW_STR("default_name"), value("exec")};
    parser_ = host_.make<tw_parser>("formats." + format_, &name, 1, TW_MAKE_INHERIT);
  }
  void stop() { host_.drop(parser_); }
  // Ends the programs that run.
  void wake() noexcept {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = write(quit_, &one, sizeof one);
  }

  // Programs run side by side; what they print is parsed one after the other.
  void gather(Sink sink) {
    std::vector<exec::Ended> ended(commands_.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < commands_.size(); ++i) {
      threads.emplace_back(
          [&, i] { ended[i] = exec::run(commands_[i], environment_, timeout_, quit_); });
    }
    for (auto& thread : threads) thread.join();
    std::string problems;
    for (size_t i = 0; i < commands_.size(); ++i) {
      const std::string problem = take(ended[i], sink);
      if (problem.empty()) continue;
      problems += (problems.empty() ? "" : "; ") + commands_[i][0] + ": " + problem;
    }
    if (!problems.empty()) throw Error{TW_E_IO, problems};
  }

 private:
  std::string take(const exec::Ended& ended, Sink sink) {
    if (log_stderr_ && !ended.errors.empty()) host_.error(first_line(ended.errors));
    if (!ended.problem.empty() && !ignore_error_) {
      return ended.problem + (ended.errors.empty() ? "" : ": " + first_line(ended.errors));
    }
    tw_error error = empty_error();
    size_t used = 0;
    const tw_status status = parser_.vtable().parse(parser_.self(), str(ended.output),
                                                    TW_PARSE_FINAL, &used, sink.raw(), &error);
    return status < 0 || status == TW_PARTIAL ? error.message : "";
  }

  Host host_;
  std::vector<std::vector<std::string>> commands_;
  std::vector<std::string> environment_;
  std::chrono::nanoseconds timeout_;
  bool ignore_error_, log_stderr_;
  std::string format_;
  Ref<tw_parser> parser_;
  const int quit_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
};

constexpr tw_option options[] = {
    {"commands", TW_OPT_STRING, TW_LIST | TW_REQUIRED, nullptr,
     "Command lines; quotes protect blanks, there is no shell"},
    {"environment", TW_OPT_STRING, TW_LIST, "[]", "Further variables, \"NAME=value\""},
    {"timeout", TW_OPT_DURATION, 0, "\"5s\"", "Longest run"},
    {"ignore_error", TW_OPT_BOOL, 0, "false", "Parse the output of failed programs too"},
    {"log_stderr", TW_OPT_BOOL, 0, "false", "Log the first line of their errors"},
    {"data_format", TW_OPT_STRING, 0, "\"json\"", "Format, with its own options in this table"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.exec", "0.1.0", "MIT",
                tickwork::plugin<Exec>("inputs.exec", "Parses what programs print", options));
