// SPDX-License-Identifier: MIT
// outputs.file: appends points to files or to stdout, in any data_format.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <tickwork/tickwork.hpp>

#include "kit/rotatingfile/rotatingfile.hpp"

namespace {

using namespace tickwork;

// A file, or the process's own output.
class Target {
 public:
  Target(std::string path, rotatingfile::Limits limits) : file_{std::move(path), limits} {}

  void open(int64_t now) {
    if (!is_stdout()) file_.open(now);
  }
  void close() { file_.close(); }
  void write(std::string_view bytes, int64_t now) {
    is_stdout() ? write_stdout(bytes) : file_.write(bytes, now);
  }

 private:
  bool is_stdout() const { return file_.path() == "stdout"; }

  static void write_stdout(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Error{TW_E_IO, std::string{"cannot write stdout: "} + std::strerror(errno)};
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }

  rotatingfile::File file_;
};

class File {
 public:
  File(Host host, Config config)
      : host_{host},
        format_{config.str("data_format")},
        batches_{config.boolean("use_batch_format")} {
    const rotatingfile::Limits limits{config.num("rotation_interval"),
                                      config.num("rotation_max_size"),
                                      config.num("rotation_max_archives")};
    for (auto& path : config.strings("files")) targets_.emplace_back(std::move(path), limits);
  }

  void start() {
    serializer_ = host_.make<tw_serializer>("formats." + format_, nullptr, 0, TW_MAKE_INHERIT);
    for (Target& target : targets_) target.open(host_.now());
  }
  void stop() {
    for (Target& target : targets_) target.close();
    host_.drop(serializer_);
  }

  void write(Batch batch) {
    text_.clear();
    if (batches_) {
      serialize({batch.begin(), batch.size()});
    } else {
      for (const tw_point& point : batch) serialize({&point, 1});
    }
    for (Target& target : targets_) target.write(text_, host_.now());
  }

 private:
  void serialize(const tw_batch& batch) {
    const tw_writer writer{sizeof writer, &text_, [](const tw_writer* self, tw_str bytes) {
                             static_cast<std::string*>(self->self)->append(view(bytes));
                             return tw_status{TW_OK};
                           }};
    try {
      serializer_.call(&tw_serializer::serialize, &batch, &writer);
    } catch (const Error& error) {
      host_.error(std::string{"cannot serialize: "} + error.what());
    }
  }

  Host host_;
  std::string format_;
  bool batches_;
  std::vector<Target> targets_;
  Ref<tw_serializer> serializer_;
  std::string text_;
};

constexpr tw_option options[] = {
    {"files", TW_OPT_STRING, TW_LIST, "[\"stdout\"]", "Files to append to; \"stdout\""},
    {"data_format", TW_OPT_STRING, 0, "\"influx\"", "Format, with its own options in this table"},
    {"use_batch_format", TW_OPT_BOOL, 0, "false", "Serialize batches, not single points"},
    {"rotation_interval", TW_OPT_DURATION, 0, "\"0s\"", "Start a new file after this; 0: never"},
    {"rotation_max_size", TW_OPT_SIZE, 0, "0", "Start a new file at this size; 0: never"},
    {"rotation_max_archives", TW_OPT_INT, 0, "5", "Old files to keep; -1: all"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.outputs.file", "0.1.0", "MIT",
                tickwork::plugin<File>("outputs.file", "Appends points to files", options));
