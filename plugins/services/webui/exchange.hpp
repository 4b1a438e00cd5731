// SPDX-License-Identifier: MIT
// One HTTP request and its answer, as handlers here see them; Routes registers them with the
// server and takes them back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tickwork/tickwork.hpp"

namespace tickwork::webui {

using Headers = std::vector<std::pair<std::string, std::string>>;

class Exchange {
 public:
  Exchange(const tw_http_request* request, const tw_http_response* response)
      : request_{request}, response_{response} {}

  std::string path() const { return string(request_->path); }
  std::string body() const { return string(request_->body); }
  std::string header(std::string_view name) const;  // any case; empty: none
  std::string param(std::string_view name) const;   // ":name" of the pattern, "*" the rest
  const tw_http_response* response() const { return response_; }

  void begin(uint32_t code, const Headers& headers) const;
  void reply(uint32_t code, std::string_view type, std::string_view body,
             Headers headers = {}) const;
  void reply_json(std::string_view body) const { reply(200, "application/json", body); }
  void fail(uint32_t code, const std::string& why) const;

 private:
  const tw_http_request* request_;
  const tw_http_response* response_;
};

class Routes {
 public:
  // True: answered. False: answered later, by whoever took the response.
  using Handler = std::function<bool(const Exchange&)>;

  explicit Routes(Ref<tw_http_server> server) : server_{server} {}
  ~Routes() { clear(); }
  void add(std::string_view method, std::string_view pattern, Handler handler);
  void clear();

 private:
  static tw_status handle(void* self, const tw_http_request*, const tw_http_response*, tw_error*);

  Ref<tw_http_server> server_;
  std::vector<std::unique_ptr<Handler>> handlers_;
};

}  // namespace tickwork::webui
