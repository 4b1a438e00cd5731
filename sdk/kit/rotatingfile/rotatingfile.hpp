// SPDX-License-Identifier: MIT
// A file that is appended to and starts anew at a size or an age, keeping a few old ones. File
// names and options as Telegraf's: logs, outputs.file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tickwork::rotatingfile {

struct Limits {
  int64_t interval_ns = 0;  // age at which a new file starts, counted from open; 0: never
  int64_t max_size = 0;     // bytes at which a new file starts; 0: never
  int64_t archives = 5;     // old files kept; -1: all
};

// Not for use by two threads at once. Times are nanoseconds since 1970. Failures throw
// std::runtime_error: "cannot open PATH: why".
class File {
 public:
  File(std::string path, Limits limits) : path_{std::move(path)}, limits_{limits} {}
  ~File() { close(); }
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  void open(int64_t now);  // creates it if need be
  void close();
  // Opens if need be; all bytes go into one file. A file that is too large or old is renamed to
  // name.YYYY-MM-DD-SECONDS.ext first.
  void write(std::string_view bytes, int64_t now);

  const std::string& path() const { return path_; }

 private:
  void rotate(size_t more, int64_t now);
  std::string archive_name(int64_t now) const;
  void drop_archives() const;

  std::string path_;
  Limits limits_;
  int fd_ = -1;
  int64_t opened_ns_ = 0;
};

}  // namespace tickwork::rotatingfile
