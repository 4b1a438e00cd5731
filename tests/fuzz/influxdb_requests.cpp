// SPDX-License-Identifier: MIT
// What clients of the InfluxDB API send beside statements and lines: forms, gzip, Prometheus'
// remote messages, tokens. The first byte says which; all of it is understood or refused by words.
#include <cstdint>
#include <cstdlib>

#include "../../plugins/services/influxdb_api/exchange.hpp"
#include "../../plugins/services/influxdb_api/remote_messages.hpp"
#include "../../plugins/services/influxdb_api/web_token.hpp"

using namespace tickwork;

namespace {

constexpr size_t most_unpacked = 1 << 20;

void require(bool holds) {
  if (!holds) std::abort();
}

// The first line is a content type.
void multipart(std::string_view text) {
  const size_t end = std::min(text.find('\n'), text.size());
  influxdb_api::Form form;
  influxdb_api::parse_multipart(text.substr(std::min(end + 1, text.size())), text.substr(0, end),
                                form);
}

void packed(std::string_view text) {
  try {
    require(influxdb_api::gunzip(text, most_unpacked).size() <= most_unpacked);
  } catch (const influxdb_api::GzipError& e) {
    require(*e.what() != '\0');
  } catch (const influxdb_api::TooLarge&) {
  }
}

// No more is made of a message than its bytes can say.
void remote(std::string_view text) {
  std::vector<influxdb_api::RemoteSeries> series;
  if (influxdb_api::parse_write_request(text, series)) {
    require(series.size() <= text.size());
    influxdb_api::read_response(series);
  }
  std::vector<influxdb_api::RemoteQuery> queries;
  if (influxdb_api::parse_read_request(text, queries)) require(queries.size() <= text.size());
}

void token(std::string_view text) {
  std::string why, bytes;
  const std::string user = influxdb_api::token_user(text, "secret", 1'700'000'000'000'000'000, why);
  require(!user.empty() || !why.empty());
  influxdb_api::from_base64(text, false, bytes);
  influxdb_api::from_base64(text, true, bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  influxdb_api::Form form;
  switch (*data) {
    case 'f':
      influxdb_api::parse_form(text, form);
      break;
    case 'm':
      multipart(text);
      break;
    case 'g':
      packed(text);
      break;
    case 'r':
      remote(text);
      break;
    default:
      token(text);
  }
  return 0;
}
