// @ID@: answers every text with a row that holds it. Replace run by your language: what it answers is
// the same, a result for each statement with columns.
#include <memory>
#include <string>
#include <tickwork/cpp/answers.hpp>
#include <tickwork/cpp/columns.hpp>
#include <tickwork/tickwork.hpp>
#include <utility>

// An answer under way. Results are made when they are asked for.
struct Answer {
  int64_t time;
  std::string text;
  bool given = false;

  bool next(tw_result& result) {
    if (std::exchange(given, true)) return false;
    result.name = TW_STR("@NAME@");
    tickwork::Columns table{{"time", "tsn:"}, {"text", "u"}};
    table.row(time, text);
    table.stream(&result.rows);
    return true;
  }
};

struct @CLASS@ {
  static constexpr const char* language = "@NAME@";

  @CLASS@(tickwork::Host, tickwork::Config) {}

  // Calls of one instance may overlap. Throw TW_E_INVALID for a text that does not parse.
  void run(const tw_request& request, tw_results& out) {
    tickwork::give_results(std::unique_ptr<Answer>{new Answer{request.now_ns, tickwork::string(request.text)}}, out);
  }
};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT", tickwork::plugin<@CLASS@>("@ID@", "Answers every text with itself"));
