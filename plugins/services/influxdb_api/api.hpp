// SPDX-License-Identifier: MIT
// The endpoints of InfluxDB's HTTP API over a storage and a query engine.
#pragma once

#include <atomic>
#include <mutex>

#include "exchange.hpp"
#include "kit/lineproto/lineproto.hpp"

namespace tickwork::influxdb_api {

// Parsers keep their memory and remembered series between requests.
class ParserPool {
 public:
  std::unique_ptr<lineproto::Parser> take();
  void give(std::unique_ptr<lineproto::Parser> parser);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<lineproto::Parser>> idle_;
};

class Api {
 public:
  Api(Host host, Ref<tw_storage> storage, Ref<tw_query> query, std::string version,
      bool unsigned_integers)
      : host_{host},
        storage_{storage},
        query_{query},
        version_{std::move(version)},
        unsigned_integers_{unsigned_integers},
        started_ns_{host.now()} {}

  void ping(Exchange& x) const;
  void status(Exchange& x) const { x.no_content(); }
  void health(Exchange& x) const;
  void metrics(Exchange& x) const;
  void vars(Exchange& x) const;
  void write(Exchange& x);
  void write_v2(Exchange& x);
  void query(Exchange& x);
  void query_v2(Exchange& x) const;

  const std::string& version() const { return version_; }

 private:
  struct Target {
    std::string database, retention;
    int64_t unit = 1;
  };
  void write_points(Exchange& x, const Target& target);
  void refuse_write(Exchange& x, const Target& target, tw_status status, const std::string& why);
  void refuse_query(Exchange& x, uint32_t code, const std::string& message);
  bool has_database(const std::string& name) const;
  void answer(Exchange& x, tw_results& results, const Form& form, bool chunked);

  Host host_;
  Ref<tw_storage> storage_;
  Ref<tw_query> query_;
  std::string version_;
  bool unsigned_integers_;
  int64_t started_ns_;
  ParserPool parsers_;
  std::atomic<uint64_t> writes_{0}, points_{0}, queries_{0}, write_errors_{0}, query_errors_{0};
};

}  // namespace tickwork::influxdb_api
