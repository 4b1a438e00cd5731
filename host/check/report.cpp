// SPDX-License-Identifier: MIT
#include "check/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tickwork::host::check {
namespace {

const char* name_of(Severity s) {
  return s == Severity::error ? "error" : s == Severity::warning ? "warning" : "note";
}

const char* verdict(const Outcome& o) {
  if (!o.ran) return "not run";
  if (o.has(Severity::error)) return "FAILED";
  return o.has(Severity::warning) ? "warning" : "ok";
}

std::string json_text(std::string_view s) {
  std::string out = "\"";
  for (const char ch : s) {
    const auto byte = static_cast<unsigned char>(ch);
    if (ch == '"' || ch == '\\')
      out += {'\\', ch};
    else if (byte < 0x20)
      out += fmt::format("\\u{:04x}", byte);
    else
      out += ch;
  }
  return out + '"';
}

std::string xml_text(std::string_view s) {
  std::string out;
  for (const char ch : s) {
    if (ch == '<')
      out += "&lt;";
    else if (ch == '>')
      out += "&gt;";
    else if (ch == '&')
      out += "&amp;";
    else if (ch == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(ch) < 0x20)
      out += ch == '\n' ? "&#10;" : "?";
    else
      out += ch;
  }
  return out;
}

std::string json_outcome(const Outcome& o) {
  std::string findings;
  for (const Finding& f : o.findings)
    findings += fmt::format("{}{{\"severity\":\"{}\",\"text\":{}}}", findings.empty() ? "" : ",",
                            name_of(f.severity), json_text(f.text));
  return fmt::format(
      "{{\"number\":{},\"test\":\"{}\",\"result\":\"{}\",\"ms\":{},\"findings\":[{}]}}",
      o.test.number, o.test.name, verdict(o), o.took.count(), findings);
}

std::string junit_case(const FileReport& file, const Outcome& o) {
  std::string inside;
  for (const Finding& f : o.findings)
    if (f.severity == Severity::error)
      inside += fmt::format("<failure message=\"{}\"/>", xml_text(f.text));
  if (!o.ran) inside = "<skipped/>";
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">{}</testcase>\n",
                     xml_text(file.path), o.test.name, static_cast<double>(o.took.count()) / 1000,
                     inside);
}

size_t count(const FileReport& file, Severity severity) {
  return static_cast<size_t>(std::count_if(file.outcomes.begin(), file.outcomes.end(),
                                           [&](const Outcome& o) { return o.has(severity); }));
}

}  // namespace

bool FileReport::failed() const { return count(*this, Severity::error) > 0; }

size_t FileReport::passed() const {
  return static_cast<size_t>(std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) {
    return o.ran && !o.has(Severity::error);
  }));
}

std::string text_report(const FileReport& file, bool verbose) {
  std::string out = file.path + '\n';
  for (const Outcome& o : file.outcomes) {
    const bool bad = o.has(Severity::error) || o.has(Severity::warning) || !o.ran;
    if (!bad && !verbose) continue;
    out += fmt::format("  {:>2} {:<26} {}", o.test.number, o.test.name, verdict(o));
    if (verbose) out += fmt::format(" ({} ms)", o.took.count());
    out += '\n';
    for (const Finding& f : o.findings)
      if (f.severity != Severity::note || verbose)
        out += fmt::format("       {}: {}\n", name_of(f.severity), f.text);
  }
  return out + fmt::format("  tickwork-check 1.0: {}/{}{}\n", file.passed(), file.outcomes.size(),
                           count(file, Severity::warning) ? " with warnings" : "");
}

std::string json_report(const std::vector<FileReport>& reports) {
  std::string out = "[";
  for (const FileReport& file : reports) {
    out += fmt::format("{}{{\"file\":{},\"passed\":{},\"tests\":[", out.size() > 1 ? ",\n" : "",
                       json_text(file.path), file.passed());
    for (size_t i = 0; i < file.outcomes.size(); ++i)
      out += (i ? ",\n  " : "\n  ") + json_outcome(file.outcomes[i]);
    out += "]}";
  }
  return out + "]\n";
}

std::string junit_report(const std::vector<FileReport>& reports) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const FileReport& file : reports) {
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
                       xml_text(file.path), file.outcomes.size(), count(file, Severity::error));
    for (const Outcome& o : file.outcomes) out += junit_case(file, o);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace tickwork::host::check
