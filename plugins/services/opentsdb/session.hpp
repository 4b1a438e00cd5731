// SPDX-License-Identifier: MIT
// A connection to OpenTSDB's port: its first line tells whether it is telnet or HTTP.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kit/listener/listener.hpp"
#include "put.hpp"
#include "telnet.hpp"

namespace tickwork::opentsdb {

class Web;  // the HTTP side

class Connection : public listener::Session {
 public:
  Connection(listener::Listener& listener, size_t most_body);
  ~Connection() override;
  size_t take(std::string_view bytes, listener::Reply& reply) override;
  void end(std::string_view rest) override;

 private:
  bool decide(std::string_view bytes);
  void lines(std::string_view text, listener::Reply& reply);

  listener::Listener& listener_;
  size_t most_body_;
  bool decided_ = false;
  listener::Lines lines_;
  LineParser parser_;
  listener::PointBuffer points_;
  std::string why_;
  std::unique_ptr<Web> web_;
};

}  // namespace tickwork::opentsdb
