// @ID@: answers GET /@NAME@/WHO with a greeting. Replace answer by your page or API.
#include <atomic>
#include <cstdint>
#include <string>
#include <tickwork/tickwork.hpp>

struct @CLASS@ {
  tickwork::Ref<tw_http_server> server;
  std::string path, greeting;
  std::atomic<uint64_t> answered{0};

  @CLASS@(tickwork::Host host, tickwork::Config config)
      : server{host.find<tw_http_server>(config.str("http"))},
        path{config.str("path")},
        greeting{config.str("greeting")} {
    if (!path.starts_with('/')) throw tickwork::Error{TW_E_INVALID, "path must begin with \"/\""};
  }

  void start() { tickwork::add_route<&@CLASS@::answer>(server, this, "GET", path + "/:who"); }

  // Waits for answers that are under way.
  void stop() { server.vtable().unroute(server.self(), this); }

  // On the server's threads, several at once. What it throws becomes a 500.
  void answer(tickwork::Request request, tickwork::Response response) {
    const std::string text = greeting + " " + std::string{request.param("who")} + ", you are number " +
                             std::to_string(++answered) + "\n";
    response.send(200, "text/plain; charset=utf-8", text);
  }
};

static constexpr tw_option options[] = {
    {"http", TW_OPT_STRING, 0, "\"\"", "Name of the HTTP server; empty: the only one"},
    {"path", TW_OPT_STRING, 0, "\"/@NAME@\"", "Where the answers are"},
    {"greeting", TW_OPT_STRING, 0, "\"Hello\"", "How they begin"},
    {}};

TICKWORK_MODULE("@ORG@", "0.1.0", "MIT",
                tickwork::plugin<@CLASS@>("@ID@", "Greets by HTTP", options));
