// SPDX-License-Identifier: MIT
// One HTTP request and its answer, as InfluxDB's API sees them: parameters from URL and body,
// the standing headers, gzip both ways, errors as JSON.
#pragma once

#include <tickwork/tickwork.hpp>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tickwork::influxdb_api {

using Form = std::map<std::string, std::string, std::less<>>;

// Whether they are the same but for the case of ASCII letters.
bool equal_fold(std::string_view a, std::string_view b);

// Empty without one.
std::string value(const Form& form, std::string_view key);

// Query strings and form bodies; both ; and & separate, but a ; within q is part of it.
void parse_form(std::string_view text, Form& out);
void parse_multipart(std::string_view body, std::string_view content_type, Form& out);

struct GzipError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TooLarge : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Throws GzipError with Go's words, TooLarge when there is more than `most` (0: no limit).
std::string gunzip(std::string_view bytes, size_t most);

class Exchange {
 public:
  Exchange(const tw_http_request& request, const tw_http_response& response, Host host,
           std::string_view version, size_t most_unpacked);
  ~Exchange();

  std::string_view method() const { return view(request_.method); }
  std::string header(std::string_view name) const;
  const Form& url() const { return url_; }
  std::string url_value(std::string_view key) const;
  Form form() const;  // URL, overridden by a form body
  std::string_view raw_body() const { return view(request_.body); }
  std::string body() const;  // unpacked; throws GzipError and TooLarge
  // The same without a copy of what came unpacked; room keeps the rest.
  std::string_view body(std::string& room) const;

  // The answer: either one of these, or begin, any number of send, end.
  void no_content();
  void text(uint32_t code, std::string_view content_type, std::string_view body);
  void packed(uint32_t code, std::string_view content_type, std::string_view encoding,
              std::string_view body);
  void error(uint32_t code, std::string_view message);
  // The same in another notation: `body` has the message in it.
  void error(uint32_t code, std::string_view message, std::string_view type, std::string_view body);
  void not_allowed(std::string_view allowed);

  void begin(uint32_t code, std::string_view content_type);
  void send(std::string_view bytes);
  void end();
  bool gone() const { return response_.gone(&response_); }

 private:
  class Deflate;
  void head(uint32_t code, std::string_view content_type, std::string_view body,
            std::vector<std::pair<std::string, std::string>> extra = {});
  void add_standing(std::vector<std::pair<std::string, std::string>>& headers) const;

  const tw_http_request& request_;
  const tw_http_response& response_;
  Host host_;
  std::string version_;
  size_t most_unpacked_;
  Form url_;
  std::unique_ptr<Deflate> deflate_;
};

}  // namespace tickwork::influxdb_api
