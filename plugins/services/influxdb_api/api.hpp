// SPDX-License-Identifier: MIT
// The endpoints of InfluxDB's HTTP API over a storage and a query engine.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include "access.hpp"
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
      bool unsigned_integers, size_t most_unpacked, const AccessSettings& access)
      : host_{host},
        storage_{storage},
        query_{query},
        version_{std::move(version)},
        unsigned_integers_{unsigned_integers},
        most_unpacked_{most_unpacked},
        access_{host, storage, access},
        started_ns_{host.now()} {}

  void ping(Exchange& x);
  void status(Exchange& x);
  void health(Exchange& x) const;
  void metrics(Exchange& x) const;
  void vars(Exchange& x) const;
  void write(Exchange& x);
  void write_v2(Exchange& x);
  void query(Exchange& x);
  void query_v2(Exchange& x) const;
  void prometheus_write(Exchange& x);
  void prometheus_read(Exchange& x);

  const std::string& version() const { return version_; }
  size_t most_unpacked() const { return most_unpacked_; }

 private:
  struct Target {
    std::string database, retention;
    int64_t unit = 1;
  };
  // Nobody when access is free; empty and answered when the credentials are no good.
  struct Sender {
    std::optional<User> user;
    bool welcome = true;
  };
  Sender identify(Exchange& x);
  void refuse(Exchange& x, const Refusal& refusal);
  bool may_ping(Exchange& x);
  void write_points(Exchange& x, const Target& target, const std::optional<User>& sender);
  bool may_write(Exchange& x, const Target& target, const std::optional<User>& sender);
  // Writes and answers; `refused` are the lines that did not parse.
  void store(Exchange& x, const Target& target, const tw_batch& batch, std::string_view refused);
  void refuse_write(Exchange& x, const Target& target, tw_status status, const std::string& why);
  void refuse_query(Exchange& x, uint32_t code, const std::string& message);
  bool has_database(const std::string& name) const;
  // Changes a result before it is written.
  using Amend = std::function<void(tw_result&)>;
  bool allowed(Exchange& x, const Form& form, const std::string& text, Amend& amend);
  void answer(Exchange& x, tw_results& results, const Form& form, const Amend& amend);

  Host host_;
  Ref<tw_storage> storage_;
  Ref<tw_query> query_;
  std::string version_;
  bool unsigned_integers_;
  size_t most_unpacked_;
  Access access_;
  int64_t started_ns_;
  ParserPool parsers_;
  std::atomic<uint64_t> writes_{0}, points_{0}, queries_{0}, write_errors_{0}, query_errors_{0},
      refused_{0};
};

}  // namespace tickwork::influxdb_api
