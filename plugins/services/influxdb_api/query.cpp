// SPDX-License-Identifier: MIT
// GET and POST /query.
#include <algorithm>
#include <charconv>

#include "api.hpp"
#include "document.hpp"

namespace tickwork::influxdb_api {

namespace {

std::string value(const Form& form, std::string_view key) {
  auto at = form.find(key);
  return at == form.end() ? "" : at->second;
}

std::string trimmed(std::string text) {
  auto space = " \t\r\n\v\f";
  size_t begin = text.find_first_not_of(space);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

size_t chunk_size_of(const Form& form) {
  constexpr size_t normal = 10000;
  std::string text = value(form, "chunk_size");
  size_t n = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), n);
  return status == std::errc{} && n > 0 && *end == '\0' ? n : normal;
}

// Feeds every table of an answer to a document.
template <class Document>
void write_all(tw_results& results, Document document) {
  for (;;) {
    tw_result result{};
    result.size = sizeof result;
    tw_error error = empty_error();
    if (check(results.next(&results, &result, &error), error) == TW_DONE) break;
    document.add(Table(result));
  }
  document.finish();
}

bool wants_csv(const std::string& accept) {
  return accept.starts_with("application/csv") || accept.starts_with("text/csv");
}

}  // namespace

void Api::refuse_query(Exchange& x, uint32_t code, const std::string& message) {
  ++query_errors_;
  if (!wants_csv(x.header("Accept"))) return x.error(code, message);
  std::string body = "error\n";
  append_csv_text(body, message);
  x.text(code, "text/csv", body + "\n");
}

void Api::query(Exchange& x) {
  ++queries_;
  Form form;
  try {
    form = x.form();
  } catch (const GzipError& e) {
    return x.error(400, e.what());
  }
  std::string text = trimmed(value(form, "q"));
  if (text.empty()) return refuse_query(x, 400, "missing required parameter \"q\"");
  std::string database = value(form, "db"), retention = value(form, "rp");
  std::string params = value(form, "params");
  tw_request request{};
  request.size = sizeof request;
  request.flags = x.method() == "POST" ? 0 : TW_QUERY_READ_ONLY;
  request.text = str(text);
  request.database = str(database);
  request.retention = str(retention);
  request.now_ns = host_.now();
  request.params_json = str(params);
  Results results;
  tw_error error = empty_error();
  tw_results* out = results.out();
  out->size = sizeof *out;
  tw_status status = query_.vtable().run(query_.self(), &request, out, &error);
  if (status < 0) {
    return refuse_query(x, status == TW_E_INVALID ? 400 : 500, error.message);
  }
  if (value(form, "async") == "true") {
    DocumentOptions options;
    write_all(*results, JsonDocument(options, [](std::string_view) {}));
    return x.no_content();
  }
  answer(x, *results, form, value(form, "chunked") == "true");
}

void Api::answer(Exchange& x, tw_results& results, const Form& form, bool chunked) {
  DocumentOptions options;
  options.times = times_of(value(form, "epoch"));
  options.pretty = value(form, "pretty") == "true";
  options.chunk_size = chunk_size_of(form);
  bool csv = wants_csv(x.header("Accept"));
  x.begin(200, csv ? "text/csv" : "application/json");
  auto send = [&](std::string_view bytes) { x.send(bytes); };
  if (csv) {
    write_all(results, CsvDocument(options, send));
  } else if (chunked) {
    write_all(results, ChunkedDocument(options, send));
  } else {
    write_all(results, JsonDocument(options, send));
  }
  x.end();
}

void Api::query_v2(Exchange& x) const {
  x.text(403, "text/plain; charset=utf-8",
         "Flux query service disabled. Verify flux-enabled=true in the [http] section of the "
         "InfluxDB config.\n");
}

}  // namespace tickwork::influxdb_api
