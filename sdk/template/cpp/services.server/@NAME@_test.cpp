#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <list>
#include <string>
#include <thread>
#include <tickwork/testing.hpp>
#include <tickwork/tickwork.hpp>

namespace {

using namespace std::chrono_literals;
using tickwork::Request;
using tickwork::Response;

// A connection of a client.
class Wire {
 public:
  explicit Wire(const std::string& address) {
    const bool is_path = address.starts_with("unix:");
    sockaddr_un path{AF_UNIX, {}};
    sockaddr_in port{};
    if (is_path) address.copy(path.sun_path, sizeof path.sun_path - 1, 5);
    port.sin_family = AF_INET;
    port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!is_path)
      port.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    const auto* to = is_path ? reinterpret_cast<sockaddr*>(&path) : reinterpret_cast<sockaddr*>(&port);
    socket_ = socket(to->sa_family, SOCK_STREAM, 0);
    const timeval limit{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(connect(socket_, to, is_path ? sizeof path : sizeof port), 0);
  }
  ~Wire() { close(socket_); }

  void send(const std::string& bytes) { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // What has come up to the mark, or to the end.
  std::string until(const std::string& mark) {
    char piece[4096];
    ssize_t n = 1;
    while (seen_.find(mark) == seen_.npos && (n = recv(socket_, piece, sizeof piece, 0)) > 0)
      seen_.append(piece, static_cast<size_t>(n));
    return seen_;
  }

 private:
  int socket_;
  std::string seen_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// A started server, and routes as functions.
class @CLASS@ : public testing::Test {
 protected:
  using Handler = std::function<tw_status(Request, Response)>;

  void SetUp() override { ASSERT_EQ(server_.start(), ""); }

  const tw_http_server& table() { return *server_.ext<tw_http_server>(TW_HTTP_SERVER); }
  std::string address() { return tickwork::string(table().address(server_.self())); }

  // The error.
  std::string route(const char* method, const char* pattern, Handler handler) {
    handlers_.push_back(std::move(handler));
    const tw_http_route route{sizeof route, tickwork::str(method), tickwork::str(pattern), &handlers_.back(),
                              run};
    return server_.call([&](tw_error* error) { return table().route(server_.self(), &route, error); });
  }
  void unroute() {
    for (Handler& handler : handlers_) table().unroute(server_.self(), &handler);
  }

  std::string ask(const std::string& request) {
    Wire wire{address()};
    wire.send(request);
    return wire.until("no end but that of the connection");
  }
  std::string get(const std::string& target, const std::string& method = "GET") {
    return ask(method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  static tw_status greet(Request request, Response response) {
    response.send(200, "text/plain", "Hello " + std::string{request.param("who")} + "\n");
    return TW_OK;
  }

  std::list<Handler> handlers_;
  tickwork::testing::Host host_;
  tickwork::testing::Instance server_ =
      host_.create("@ID@", "bind = '127.0.0.1:0'\nmax_body_size = 10\nthreads = 4");

 private:
  static tw_status run(void* self, const tw_http_request* request, const tw_http_response* response,
                       tw_error* error) {
    return tickwork::detail::guard(
        error, [&] { return (*static_cast<Handler*>(self))(Request{request}, Response{response}); });
  }
};

TEST_F(@CLASS@, AnswersWhileItIsStarted) {
  EXPECT_EQ(route("GET", "/greet/:who", greet), "");
  EXPECT_EQ(route("GET", "/greet/:who", greet), "the route GET /greet/:who is taken");
  const std::string answer = get("/greet/you%20two");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n"))
      << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nHello you two\n")) << answer;
  EXPECT_EQ(server_.stop(), "");
  EXPECT_EQ(server_.start(), "");
  EXPECT_TRUE(has(get("/greet/me"), "Hello me\n"));  // routes stay
  unroute();
  EXPECT_TRUE(get("/greet/me").starts_with("HTTP/1.1 404 Not Found\r\n"));
}

TEST_F(@CLASS@, TheLongestLiteralMatchWins) {
  const auto tell = [](const char* name) {
    return [name](Request request, Response response) {
      response.send(200, "", std::string{name} + " " + std::string{request.param("*")});
      return TW_OK;
    };
  };
  route("*", "/*", tell("any"));
  route("POST", "/tasks/:id", tell("task"));
  route("GET", "/tasks/all", tell("all"));
  route("GET", "/tasks/*", tell("rest"));
  EXPECT_TRUE(get("/").ends_with("any "));
  EXPECT_TRUE(get("/other/x", "PUT").ends_with("any other/x"));
  EXPECT_TRUE(get("/tasks/all").ends_with("all "));
  EXPECT_TRUE(get("/tasks/5", "POST").ends_with("task "));
  EXPECT_TRUE(get("/tasks/5/x%2Fy").ends_with("rest 5/x/y"));
  EXPECT_TRUE(get("/tasks/a%2Fll").ends_with("rest a/ll"));
  const std::string answer = get("/tasks/5/x", "PUT");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n")) << answer;
  EXPECT_TRUE(has(answer, "\r\nAllow: GET, HEAD\r\n")) << answer;
}

TEST_F(@CLASS@, HandsOverTheRequest) {
  route("POST", "/echo", [](Request request, Response response) {
    response.head(200, {{"X-Query", request.query()}, {"X-A", request.header("x-a")}});
    response.write(request.body());
    response.write("!");
    return TW_OK;
  });
  const std::string begin = "POST /echo?a=%20 HTTP/1.1\r\nHost: x\r\nX-a:  b c \r\n";
  std::string answer = ask(begin + "Content-Length: 5\r\n\r\nhello");
  EXPECT_TRUE(has(answer, "\r\nX-Query: a=%20\r\nX-A: b c\r\nTransfer-Encoding: chunked\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")) << answer;
  answer = ask(begin + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n02\r\nlo\r\n0\r\nX: y\r\n\r\n");
  EXPECT_TRUE(has(answer, "\r\n5\r\nhello\r\n")) << answer;
  answer = ask("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_TRUE(answer.ends_with("\r\nConnection: close\r\n\r\nhi!")) << answer;
  Wire wire{address()};
  wire.send(begin + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.send("hi");
  EXPECT_TRUE(has(wire.until("\r\n0\r\n"), "\r\n2\r\nhi\r\n"));
}

TEST_F(@CLASS@, HeadHasNoBody) {
  route("GET", "/greet/:who", greet);
  const std::string answer = get("/greet/you", "HEAD");
  EXPECT_TRUE(has(answer, "\r\nContent-Length: 10\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(@CLASS@, RefusesWhatIsWrong) {
  route("*", "/greet/:who", greet);
  const auto code = [&](const std::string& request) { return ask(request).substr(9, 3); };
  const std::string post = "POST /greet/a HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(code("nonsense\r\n\r\n"), "400");
  EXPECT_EQ(code("GET /greet/%zz HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
  EXPECT_EQ(code("GET /greet/a HTTP/1.1\r\n\r\n"), "400");  // no host
  EXPECT_EQ(code("GET /greet/a HTTP/2.0\r\nHost: x\r\n\r\n"), "505");
  EXPECT_EQ(code(post + "X : y\r\n\r\n"), "400");
  EXPECT_EQ(code(post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"), "400");
  EXPECT_EQ(code(post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "400");
  EXPECT_EQ(code(post + "Transfer-Encoding: gzip\r\n\r\n"), "501");
  EXPECT_EQ(code(post + "Content-Length: 10\r\n\r\n0123456789"), "200");
  EXPECT_EQ(code(post + "Content-Length: 11\r\n\r\n01234567890"), "413");
  EXPECT_EQ(code(post + "Content-Length: 99999999999999999999\r\n\r\n"), "413");
  EXPECT_EQ(code(post + "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n"), "413");
  EXPECT_EQ(code(post + "X: " + std::string(70000, 'x') + "\r\n\r\n"), "431");
}

TEST_F(@CLASS@, FailuresAreTold) {
  route("GET", "/before", [](Request, Response) -> tw_status { throw tickwork::Error{TW_E_IO, "no disk"}; });
  route("GET", "/never", [](Request, Response) { return TW_OK; });
  route("GET", "/after", [](Request, Response response) -> tw_status {
    response.head(200);
    response.write("some");
    throw tickwork::Error{TW_E_IO, "no disk"};
  });
  const std::string answer = get("/before");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nno disk\n")) << answer;
  EXPECT_TRUE(get("/never").ends_with("the handler gave no answer\n"));
  EXPECT_TRUE(get("/after").ends_with("4\r\nsome\r\n"));  // without the end mark
}

// A response that a handler has given out of its hands.
const tw_http_response* wait_for(const std::atomic<const tw_http_response*>& held) {
  while (!held) std::this_thread::sleep_for(1ms);
  return held;
}

TEST_F(@CLASS@, AnswersLaterFromAnotherThread) {
  std::atomic<const tw_http_response*> held{nullptr};
  route("GET", "/later", [&](Request, Response response) {
    held = response.raw();
    return TW_AGAIN;
  });
  Wire wire{address()};
  wire.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  const Response response{wait_for(held)};
  std::atomic<bool> unrouted{false};
  std::thread waits{[&] { unroute(), unrouted = true; }};
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(unrouted);
  response.head(200);
  response.write("late");
  response.end();
  waits.join();
  EXPECT_TRUE(wire.until("0\r\n\r\n").ends_with("\r\n4\r\nlate\r\n0\r\n\r\n"));
}

TEST_F(@CLASS@, StopsWhileAnAnswerIsOpen) {
  std::atomic<const tw_http_response*> held{nullptr};
  route("GET", "/events", [&](Request, Response response) {
    response.head(200);
    response.write("one");
    held = response.raw();
    return TW_AGAIN;
  });
  Wire open{address()}, idle{address()};
  open.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  const Response response{wait_for(held)};
  EXPECT_FALSE(response.gone());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(server_.stop(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s);
  EXPECT_TRUE(response.gone());
  EXPECT_THROW(response.write("two"), tickwork::Error);
  response.end();
  unroute();  // nothing is open any more
}

TEST_F(@CLASS@, SeesThatAClientIsGone) {
  std::atomic<const tw_http_response*> held{nullptr};
  route("GET", "/events", [&](Request, Response response) {
    held = response.raw();
    return TW_AGAIN;
  });
  {
    Wire wire{address()};
    wire.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_FALSE(Response{wait_for(held)}.gone());
  }
  for (int i = 0; i < 5000 && !Response{held}.gone(); i++) std::this_thread::sleep_for(1ms);
  EXPECT_TRUE(Response{held}.gone());
  Response{held}.end();
}

TEST_F(@CLASS@, ListensOnAPath) {
  for (int round = 0; round < 2; round++) {
    auto other = host_.create("@ID@", "bind = 'unix:test.socket'");
    ASSERT_EQ(other.start(), "");
    Wire wire{"unix:test.socket"};
    wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(has(wire.until("\n\r\n"), " 404 Not Found\r\n"));
    auto third = host_.create("@ID@", "bind = 'unix:test.socket'");
    EXPECT_EQ(third.start(), "cannot listen on unix:test.socket: Address already in use");
  }
  EXPECT_NE(access("test.socket", F_OK), 0);
}

TEST_F(@CLASS@, SaysWhatIsWrong) {
  EXPECT_EQ(host_.create("@ID@", "bind = '8080'").error(),
            "bind = \"8080\" is neither \"host:port\" nor \"unix:/path\"");
  auto other = host_.create("@ID@", "bind = '" + address() + "'");
  EXPECT_EQ(other.start(), "cannot listen on " + address() + ": Address already in use");
  EXPECT_EQ(host_.create("@ID@", "threads = 0").error(), "threads must be 1 to 1000");
}

}  // namespace
