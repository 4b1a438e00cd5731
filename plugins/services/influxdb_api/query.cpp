// SPDX-License-Identifier: MIT
// GET and POST /query.
#include <algorithm>
#include <charconv>

#include "api.hpp"
#include "lists.hpp"
#include "msgpack.hpp"

namespace tickwork::influxdb_api {

namespace {

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
void write_all(tw_results& results, const std::function<void(tw_result&)>& amend,
               Document document) {
  AnswerTexts known;
  for (;;) {
    tw_result result{};
    result.size = sizeof result;
    tw_error error = empty_error();
    if (check(results.next(&results, &result, &error), error) == TW_DONE) break;
    if (amend) amend(result);
    Table table(result, known);
    document.add(table);
  }
  document.finish();
}

enum class Notation { json, csv, msgpack };

Notation notation_of(const Exchange& x) {
  std::string accept = x.header("Accept");
  if (accept.starts_with("application/csv") || accept.starts_with("text/csv")) {
    return Notation::csv;
  }
  return accept.starts_with("application/x-msgpack") ? Notation::msgpack : Notation::json;
}

const char* content_type(Notation notation) {
  switch (notation) {
    case Notation::csv:
      return "text/csv";
    case Notation::msgpack:
      return "application/x-msgpack";
    default:
      return "application/json";
  }
}

}  // namespace

void Api::refuse(Exchange& x, const Refusal& refusal) {
  if (refusal.code == 401) ++refused_;
  refuse_query(x, refusal.code, refusal.message);
}

Api::Sender Api::identify(Exchange& x) {
  try {
    return {access_.identify(x, x.url()), true};
  } catch (const Refusal& refusal) {
    refuse(x, refusal);
    return {std::nullopt, false};
  }
}

// Checks the statements against what their sender may do; answers when that is too little. SHOW
// DATABASES then lists only what the sender may read or write.
bool Api::allowed(Exchange& x, const Form& form, const std::string& text, Amend& amend) {
  if (!access_.enabled()) return true;
  Sender sender = identify(x);
  if (!sender.welcome) return false;
  if (text.empty()) return true;  // refused for itself
  influxql::Parameters parameters;
  std::string params = value(form, "params"), error;
  if (!params.empty() && !influxql::parse_parameters(params, parameters, error)) {
    return refuse_query(x, 400, error), false;
  }
  influxql::Parsed parsed = influxql::parse(text, parameters);
  if (!parsed.error.empty()) {
    return refuse_query(x, 400, "error parsing query: " + parsed.error), false;
  }
  try {
    access_.allow_query(sender.user, parsed.statements, value(form, "db"));
  } catch (const Refusal& refusal) {
    return refuse(x, refusal), false;
  }
  if (!sender.user || sender.user->admin) return true;
  amend = [this, user = *sender.user, statements = std::move(parsed.statements)](tw_result& r) {
    auto at = static_cast<size_t>(r.statement);
    auto* show = at < statements.size() ? std::get_if<influxql::Show>(&statements[at]) : nullptr;
    if (!show || show->kind != influxql::ShowKind::databases || !r.rows.release) return;
    r.rows = only(r.rows, [&](const std::string& name) { return access_.may_see(user, name); });
  };
  return true;
}

void Api::refuse_query(Exchange& x, uint32_t code, const std::string& message) {
  ++query_errors_;
  Notation notation = notation_of(x);
  if (notation == Notation::json) return x.error(code, message);
  std::string body;
  if (notation == Notation::csv) {
    body = "error\n";
    append_csv_text(body, message);
    body += '\n';
  } else {
    msgpack::map(body, 1);
    msgpack::text(body, "error");
    msgpack::text(body, message);
  }
  x.error(code, message, content_type(notation), body);
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
  Amend amend;
  if (!allowed(x, form, text, amend)) return;
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
    write_all(*results, amend, JsonDocument(options, [](std::string_view) {}));
    return x.no_content();
  }
  answer(x, *results, form, amend);
}

void Api::answer(Exchange& x, tw_results& results, const Form& form, const Amend& amend) {
  bool chunked = value(form, "chunked") == "true";
  DocumentOptions options;
  options.times = times_of(value(form, "epoch"));
  options.pretty = value(form, "pretty") == "true";
  options.chunk_size = chunk_size_of(form);
  Notation notation = notation_of(x);
  x.begin(200, content_type(notation));
  auto send = [&](std::string_view bytes) { x.send(bytes); };
  if (notation == Notation::csv) {
    write_all(results, amend, CsvDocument(options, send));
  } else if (notation == Notation::msgpack && chunked) {
    write_all(results, amend, MsgpackChunks(options, send));
  } else if (notation == Notation::msgpack) {
    write_all(results, amend, MsgpackDocument(options, send));
  } else if (chunked) {
    write_all(results, amend, ChunkedDocument(options, send));
  } else {
    write_all(results, amend, JsonDocument(options, send));
  }
  x.end();
}

void Api::query_v2(Exchange& x) const {
  x.text(403, "text/plain; charset=utf-8",
         "Flux query service disabled. Verify flux-enabled=true in the [http] section of the "
         "InfluxDB config.\n");
}

}  // namespace tickwork::influxdb_api
