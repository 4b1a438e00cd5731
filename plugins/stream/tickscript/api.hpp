// SPDX-License-Identifier: MIT
// Kapacitor's HTTP API over an Engine.
#pragma once

#include <tickwork/tickwork.hpp>

#include <functional>
#include <string>

#include "engine.hpp"

namespace tickwork::stream {

struct ApiOptions {
  std::string default_retention;
  bool legacy_write = false;  // also serve /write without the base
};

class Api {
 public:
  Api(Host host, Engine& engine, ApiOptions options)
      : host_{host}, engine_{engine}, options_{std::move(options)} {}
  void serve(const Ref<tw_http_server>& server);
  void end();

  tw_status handle(Request request, Response response);
  tw_status write(Request request, Response response);

 private:
  struct Reply {
    int code = 200;
    std::string body;  // compact JSON, empty for 204
  };
  Reply route(Request request);
  Reply tasks(Request request, const std::vector<std::string>& path);
  Reply templates(Request request, const std::vector<std::string>& path);
  Reply topics(Request request, const std::vector<std::string>& path);
  Reply events(Request request, const std::vector<std::string>& path);
  Reply handlers(Request request, const std::vector<std::string>& path);
  Reply debug_vars() const;

  std::string task_json(const TaskView& view, Request request) const;
  std::string field_json(const TaskView& view, const std::string& field, Request request) const;
  static Change read_change(Request request);
  void send(Response response, const Reply& reply) const;

  Host host_;
  Engine& engine_;
  ApiOptions options_;
  Ref<tw_http_server> server_;
  std::atomic<uint64_t> requests_{0};
};

/// Copies points out of a batch of the ABI.
Points copy_points(const tw_batch& batch, const std::string& database,
                   const std::string& retention);

/// Inflates a gzip body; throws ApiError 400.
std::string gunzip(std::string_view body);

}  // namespace tickwork::stream
