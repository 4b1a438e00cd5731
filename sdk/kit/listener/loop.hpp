// SPDX-License-Identifier: MIT
// The thread that reads a listener's sockets. Internal to the kit.
#pragma once

#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "listener.hpp"
#include "socket.hpp"

namespace tickwork::listener {

class Listener::Loop {
 public:
  Loop(Listener& owner, Handlers handlers);
  ~Loop();        // closes everything; resets connections whose points were lost
  void finish();  // takes what has arrived and reads nothing more

 private:
  struct Connection {
    Descriptor socket;
    std::unique_ptr<Session> session;
    std::string held;    // read, not yet taken
    std::string out;     // to send before more is read
    bool ended = false;  // nothing more is read
    uint64_t batch = 0;  // once ended: the batch to wait for
  };

  void run();
  void watch(int op, int fd, uint32_t events) const;
  void datagrams(size_t most);
  void accept();
  void read(Connection& connection);
  void take(Connection& connection, std::string_view bytes);
  void send(Connection& connection);
  void end(Connection& connection);
  void close_ended();
  void drain();

  Listener& owner_;
  Handlers handlers_;
  Descriptor socket_, poll_, stop_;
  std::unordered_map<int, Connection> connections_;
  std::vector<int> ended_;
  bool paused_ = false;  // out of descriptors: nothing is accepted for a moment
  std::string buffer_ = std::string(size_t{64} << 10, '\0');
  std::thread thread_;
  friend class Listener;
};

}  // namespace tickwork::listener
