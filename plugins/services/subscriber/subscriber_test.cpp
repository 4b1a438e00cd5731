// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

#include <cstring>
#include <thread>

namespace {

/// Keeps the text of one request.
struct Receiver {
  int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;
  std::string request;
  std::thread thread;
  Receiver() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(socket_fd, reinterpret_cast<sockaddr*>(&address), length);
    listen(socket_fd, 1);
    getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &length);
    port = ntohs(address.sin_port);
    thread = std::thread{[this] {
      int client = accept(socket_fd, nullptr, nullptr);
      char buffer[4096];
      while (request.empty() || request.back() != '\n' || request.ends_with("\r\n\r\n")) {
        ssize_t n = read(client, buffer, sizeof buffer);
        if (n <= 0) break;
        request.append(buffer, static_cast<size_t>(n));
      }
      const char answer[] = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
      if (write(client, answer, sizeof answer - 1) < 0) request += "(not answered)";
      close(client);
    }};
  }
  std::string wait() {
    thread.join();
    close(socket_fd);
    return request;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
};

/// A storage with one subscription, listed as Arrow strings.
struct Store {
  const tw_listener* listener = nullptr;
  std::vector<std::string> row;
  bool given = false;
  std::vector<std::array<int32_t, 2>> offsets;
  std::vector<std::array<const void*, 3>> buffers;
  std::vector<ArrowArray> columns;
  std::vector<ArrowArray*> pointers;

  void fill(ArrowArray* out) {
    offsets.resize(row.size());
    buffers.resize(row.size());
    columns.assign(row.size(), ArrowArray{});
    pointers.clear();
    for (size_t i = 0; i < row.size(); ++i) {
      offsets[i] = {0, static_cast<int32_t>(row[i].size())};
      buffers[i] = {nullptr, offsets[i].data(), row[i].data()};
      columns[i].length = 1;
      columns[i].n_buffers = 3;
      columns[i].buffers = buffers[i].data();
      pointers.push_back(&columns[i]);
    }
    *out = {};
    out->length = 1;
    out->n_children = static_cast<int64_t>(row.size());
    out->children = pointers.data();
    out->release = [](ArrowArray* a) { a->release = nullptr; };
  }
  static tw_status list(tw_instance* self, uint32_t what, const tw_scan*, ArrowArrayStream* out,
                        tw_error*) {
    EXPECT_EQ(what, uint32_t{TW_SUBSCRIPTIONS});
    auto* store = reinterpret_cast<Store*>(self);
    store->given = false;
    *out = {};
    out->private_data = self;
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* rows) {
      auto* s = static_cast<Store*>(stream->private_data);
      *rows = {};
      if (!s->row.empty() && !std::exchange(s->given, true)) s->fill(rows);
      return 0;
    };
    out->release = [](ArrowArrayStream* stream) { stream->release = nullptr; };
    return TW_OK;
  }
  tw_storage storage{};
  tw_feed feed{sizeof(tw_feed),
               [](tw_instance* self, const tw_listener* l, tw_error*) -> tw_status {
                 reinterpret_cast<Store*>(self)->listener = l;
                 return TW_OK;
               },
               [](tw_instance* self, const tw_listener*) {
                 reinterpret_cast<Store*>(self)->listener = nullptr;
               }};
  Store() {
    storage.size = sizeof storage;
    storage.list = &list;
  }
  void write(const char* db) {
    tickwork::Row point{"cpu"};
    point.tag("host", "a").field("v", 1.5).time(7);
    tw_batch batch{&point.raw(), 1};
    listener->written(listener, tickwork::str(db), TW_STR("autogen"), &batch);
  }
};

struct Subscriber : testing::Test {
  tickwork::testing::Host host;
  Store store;
  Subscriber() {
    host.provide(TW_STORAGE, "", &store.storage, &store);
    host.provide(TW_FEED, "", &store.feed, &store);
  }
};

TEST_F(Subscriber, SendsLinesToASubscription) {
  Receiver receiver;
  store.row = {"telegraf", "autogen", "kapacitor-1", "ANY", receiver.url()};
  auto subscriber = host.create("services.subscriber", "");
  ASSERT_TRUE(subscriber) << subscriber.error();
  ASSERT_EQ(subscriber.start(), "");
  store.write("other");
  store.write("telegraf");
  std::string request = receiver.wait();
  EXPECT_EQ(
      request.find("POST /write?consistency=&db=telegraf&precision=ns&rp=autogen HTTP/1.1\r\n"), 0u)
      << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\ncpu,host=a v=1.5 7\n")) << request;
  EXPECT_EQ(subscriber.stop(), "");
  EXPECT_EQ(store.listener, nullptr);
}

TEST_F(Subscriber, SendsToConfiguredDestinations) {
  Receiver receiver;
  auto subscriber = host.create("services.subscriber",
                                "destinations = ['" + receiver.url() + "']\ndatabases = ['b']");
  ASSERT_TRUE(subscriber) << subscriber.error();
  ASSERT_EQ(subscriber.start(), "");
  store.write("a");
  store.write("b");
  EXPECT_NE(receiver.wait().find("db=b&"), std::string::npos);
}

TEST_F(Subscriber, NoticesNewSubscriptions) {
  auto subscriber = host.create("services.subscriber", "");
  ASSERT_EQ(subscriber.start(), "");
  Receiver receiver;
  store.row = {"telegraf", "autogen", "s", "ALL", receiver.url()};
  host.advance(std::chrono::seconds{1});
  store.write("telegraf");
  EXPECT_NE(receiver.wait().find("cpu,host=a"), std::string::npos);
}

}  // namespace
