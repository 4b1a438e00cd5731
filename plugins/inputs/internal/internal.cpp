// SPDX-License-Identifier: MIT
// inputs.internal: what the host knows of itself, as points (tw.inspect/1).
#include <malloc.h>

#include <map>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

struct Sums {
  int64_t gathered = 0, gather_errors = 0, late = 0;
  int64_t written = 0, rejected = 0, dropped = 0, write_errors = 0;
};

int64_t whole(uint64_t value) { return static_cast<int64_t>(value); }
int64_t mean(uint64_t sum, uint64_t count) { return whole(count == 0 ? 0 : sum / count); }

class Internal {
 public:
  Internal(Host host, Config config) : host_{host}, memory_{config.boolean("collect_memstats")} {}

  void gather(Sink sink) {
    Sums sums;
    Visit visit{this, &sink, &sums};
    host_.need<tw_inspect>().instances(host_.raw(), &visit,
                                       [](void* self, const tw_instance_info* info) {
                                         const Visit& v = *static_cast<Visit*>(self);
                                         v.input->add(*v.sink, *v.sums, *info);
                                       });
    Row row{"internal_agent"};
    row.tag("version", host_.version());
    row.field("gather_errors", sums.gather_errors).field("gather_timeouts", sums.late);
    row.field("metrics_gathered", sums.gathered).field("metrics_written", sums.written);
    row.field("metrics_rejected", sums.rejected).field("metrics_dropped", sums.dropped);
    row.field("write_errors", sums.write_errors);
    sink.add(row);
    if (memory_) add_memory(sink);
  }

 private:
  struct Visit {
    Internal* input;
    Sink* sink;
    Sums* sums;
  };

  void begin(const char* measurement, const char* kind, const tw_instance_info& info) {
    std::string_view plugin = view(info.plugin);
    plugin.remove_prefix(std::min(plugin.find('.') + 1, plugin.size()));
    const auto name = view(info.name);
    const size_t alias = name.find("::");
    row_.clear(measurement).tag(kind, plugin).tag("version", host_.version());
    if (alias != name.npos) row_.tag("alias", name.substr(alias + 2));
  }

  void add(Sink sink, Sums& sums, const tw_instance_info& info) {
    const auto plugin = view(info.plugin);
    if (plugin.starts_with("inputs.")) {
      add_input(sums, info);
    } else if (plugin.starts_with("outputs.")) {
      add_output(sums, info);
    } else if (plugin.starts_with("processors.")) {
      add_processor(info);
    } else if (plugin.starts_with("aggregators.")) {
      add_aggregator(info);
    } else {
      return;
    }
    sink.add(row_);
  }

  void add_input(Sums& sums, const tw_instance_info& info) {
    sums.gathered += whole(info.points_out);
    sums.gather_errors += whole(info.errors);
    sums.late += whole(info.late);
    begin("internal_gather", "input", info);
    row_.field("errors", whole(info.errors)).field("gather_errors", whole(info.errors));
    row_.field("gather_timeouts", whole(info.late));
    row_.field("gather_time_ns", mean(info.call_ns, info.calls));
    row_.field("metrics_gathered", whole(info.points_out)).field("startup_errors", int64_t{0});
  }

  void add_output(Sums& sums, const tw_instance_info& info) {
    sums.written += whole(info.points_out);
    sums.rejected += whole(info.rejected);
    sums.dropped += whole(info.dropped);
    sums.write_errors += whole(info.errors);
    begin("internal_write", "output", info);
    row_.field("buffer_limit", whole(info.queue_limit)).field("buffer_size", whole(info.queued));
    row_.field("errors", whole(info.errors)).field("metrics_added", whole(info.points_in));
    row_.field("metrics_dropped", whole(info.dropped));
    row_.field("metrics_filtered", whole(info.filtered));
    row_.field("metrics_rejected", whole(info.rejected));
    row_.field("metrics_written", whole(info.points_out)).field("startup_errors", int64_t{0});
    row_.field("write_errors", whole(info.errors));
    row_.field("write_time_ns", mean(info.call_ns, info.calls));
  }

  void add_processor(const tw_instance_info& info) {
    begin("internal_process", "processor", info);
    row_.field("errors", whole(info.errors));
  }

  void add_aggregator(const tw_instance_info& info) {
    begin("internal_aggregate", "aggregator", info);
    row_.field("errors", whole(info.errors)).field("metrics_pushed", whole(info.points_out));
    row_.field("metrics_filtered", whole(info.filtered));
    row_.field("metrics_dropped", whole(info.dropped));
    row_.field("push_time_ns", mean(info.call_ns, info.calls));
  }

  static void add_memory(Sink sink) {
    const struct mallinfo2 heap = mallinfo2();
    Row row{"internal_memstats"};
    row.field("alloc_bytes", uint64_t{heap.uordblks + heap.hblkhd});
    row.field("sys_bytes", uint64_t{heap.arena + heap.hblkhd});
    row.field("heap_alloc_bytes", uint64_t{heap.uordblks + heap.hblkhd});
    row.field("heap_sys_bytes", uint64_t{heap.arena + heap.hblkhd});
    row.field("heap_idle_bytes", uint64_t{heap.fordblks});
    sink.add(row);
  }

  Host host_;
  bool memory_;
  Row row_;
};

constexpr tw_option options[] = {
    {"collect_memstats", TW_OPT_BOOL, 0, "true", "Also the heap (internal_memstats)"},
    {"collect_gostats", TW_OPT_BOOL, 0, "false", "Accepted and without effect"},
    {"per_instance", TW_OPT_BOOL, 0, "true", "Accepted; every instance has its own point"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.internal", "0.1.0", "MIT",
                tickwork::plugin<Internal>("inputs.internal", "The host's own counters", options));
