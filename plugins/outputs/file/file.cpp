// SPDX-License-Identifier: MIT
// outputs.file: appends points to files or to stdout, in any data_format.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

struct Rotation {
  int64_t interval_ns = 0, max_size = 0, archives = 0;
};

class Target {
 public:
  Target(std::string path, Rotation rotation) : path_{std::move(path)}, rotation_{rotation} {}
  ~Target() { close(); }
  Target(Target&& other) noexcept
      : path_{std::move(other.path_)},
        rotation_{other.rotation_},
        fd_{std::exchange(other.fd_, -1)} {}

  void open(int64_t now) {
    if (path_ == "stdout") {
      fd_ = STDOUT_FILENO;
      return;
    }
    fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) throw Error{TW_E_IO, "cannot open " + path_ + ": " + std::strerror(errno)};
    opened_ns_ = now;
  }
  void close() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
    fd_ = -1;
  }

  void write(std::string_view bytes, int64_t now) {
    if (fd_ < 0) open(now);
    rotate(bytes.size(), now);
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw Error{TW_E_IO, "cannot write " + path_ + ": " + std::strerror(errno)};
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }

 private:
  void rotate(size_t more, int64_t now) {
    if (fd_ == STDOUT_FILENO) return;
    struct stat status {};
    if (fstat(fd_, &status) != 0 || status.st_size == 0) return;
    const bool large =
        rotation_.max_size > 0 && status.st_size + static_cast<int64_t>(more) > rotation_.max_size;
    const bool old = rotation_.interval_ns > 0 && now - opened_ns_ >= rotation_.interval_ns;
    if (!large && !old) return;
    close();
    const std::string archive = archive_name(now);
    if (std::rename(path_.c_str(), archive.c_str()) != 0) {
      throw Error{TW_E_IO, "cannot rename " + path_ + ": " + std::strerror(errno)};
    }
    drop_archives();
    open(now);
  }

  // name.YYYY-MM-DD-unix.ext
  std::string archive_name(int64_t now) const {
    const std::filesystem::path path{path_};
    const std::time_t seconds = now / 1000000000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char day[32];
    std::strftime(day, sizeof day, "%Y-%m-%d", &parts);
    return (path.parent_path() / path.stem()).string() + "." + day + "-" + std::to_string(seconds) +
           path.extension().string();
  }

  void drop_archives() const {
    if (rotation_.archives < 0) return;
    const std::filesystem::path path{path_};
    const std::string stem = path.stem().string() + ".";
    std::vector<std::string> archives;
    const auto folder = path.parent_path().empty() ? "." : path.parent_path();
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
      const std::string name = entry.path().filename();
      const bool ours = name.starts_with(stem) && name.size() > stem.size() + 10 &&
                        entry.path().extension() == path.extension() && name[stem.size()] == '2';
      if (ours && name != path.filename()) archives.push_back(entry.path());
    }
    std::sort(archives.begin(), archives.end());
    const auto keep = static_cast<size_t>(rotation_.archives);
    for (size_t i = 0; i + keep < archives.size(); ++i) std::filesystem::remove(archives[i]);
  }

  std::string path_;
  Rotation rotation_;
  int fd_ = -1;
  int64_t opened_ns_ = 0;
};

class File {
 public:
  File(Host host, Config config)
      : host_{host},
        format_{config.str("data_format")},
        batches_{config.boolean("use_batch_format")} {
    const Rotation rotation{config.num("rotation_interval"), config.num("rotation_max_size"),
                            config.num("rotation_max_archives")};
    for (auto& path : config.strings("files")) targets_.emplace_back(std::move(path), rotation);
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
