// SPDX-License-Identifier: MIT
#include "kapacitor.hpp"

#include <curl/curl.h>

#include <memory>

#include "tickwork/tickwork.hpp"

namespace tickwork::webui {
namespace {

constexpr long patience_ms = 3000;
constexpr size_t largest_answer = 8 << 20;

size_t collect(char* data, size_t size, size_t count, void* self) {
  auto* body = static_cast<std::string*>(self);
  if (body->size() + size * count > largest_answer) return 0;
  body->append(data, size * count);
  return size * count;
}

}  // namespace

std::string get(const std::string& url) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(),
                                                                 &curl_easy_cleanup};
  if (!curl) throw Error{TW_E_NOMEM, "cannot set up libcurl"};
  std::string body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, patience_ms);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK)
    throw Error{TW_E_IO, "cannot read alerts from " + url + ": " + curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200)
    throw Error{TW_E_IO, "cannot read alerts from " + url + ": status " + std::to_string(status)};
  return body;
}

}  // namespace tickwork::webui
