// SPDX-License-Identifier: MIT
#include "kit/rotatingfile/rotatingfile.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <utility>
#include <vector>

namespace tickwork::rotatingfile {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* what, const std::string& path) {
  throw std::runtime_error{std::string{"cannot "} + what + ' ' + path + ": " +
                           std::strerror(errno)};
}

// "2024-01-01-1704067206" between the dots of an archive's name.
bool is_stamp(std::string_view text) {
  constexpr std::string_view shape = "####-##-##-#";
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (digit != (i >= shape.size() || shape[i] == '#')) return false;
  }
  return true;
}

}  // namespace

File::File(File&& other) noexcept
    : path_{std::move(other.path_)},
      limits_{other.limits_},
      fd_{std::exchange(other.fd_, -1)},
      opened_ns_{other.opened_ns_} {}

File& File::operator=(File&& other) noexcept {
  close();
  path_ = std::move(other.path_);
  limits_ = other.limits_;
  fd_ = std::exchange(other.fd_, -1);
  opened_ns_ = other.opened_ns_;
  return *this;
}

void File::open(int64_t now) {
  close();
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) fail("open", path_);
  opened_ns_ = now;
}

void File::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void File::write(std::string_view bytes, int64_t now) {
  if (fd_ < 0) open(now);
  rotate(bytes.size(), now);
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write", path_);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

void File::rotate(size_t more, int64_t now) {
  if (limits_.max_size <= 0 && limits_.interval_ns <= 0) return;
  struct stat status {};
  if (fstat(fd_, &status) != 0 || status.st_size == 0) return;
  const bool large =
      limits_.max_size > 0 && status.st_size + static_cast<int64_t>(more) > limits_.max_size;
  const bool old = limits_.interval_ns > 0 && now - opened_ns_ >= limits_.interval_ns;
  if (!large && !old) return;
  close();
  if (std::rename(path_.c_str(), archive_name(now).c_str()) != 0) fail("rename", path_);
  drop_archives();
  open(now);
}

std::string File::archive_name(int64_t now) const {
  const fs::path path{path_};
  const std::time_t seconds = now / 1'000'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char day[32];
  std::strftime(day, sizeof day, "%Y-%m-%d", &parts);
  return (path.parent_path() / path.stem()).string() + "." + day + "-" + std::to_string(seconds) +
         path.extension().string();
}

void File::drop_archives() const {
  if (limits_.archives < 0) return;
  const fs::path path{path_};
  const std::string stem = path.stem().string() + ".", end = path.extension().string();
  std::vector<std::string> archives;
  const fs::path folder = path.parent_path().empty() ? fs::path{"."} : path.parent_path();
  for (const auto& entry : fs::directory_iterator{folder}) {
    const std::string name = entry.path().filename().string();
    if (name.size() <= stem.size() + end.size() || !name.starts_with(stem) || !name.ends_with(end))
      continue;
    if (is_stamp(
            std::string_view{name}.substr(stem.size(), name.size() - stem.size() - end.size())))
      archives.push_back(entry.path().string());
  }
  std::sort(archives.begin(), archives.end());
  const auto keep = static_cast<size_t>(limits_.archives);
  for (size_t i = 0; i + keep < archives.size(); ++i) fs::remove(archives[i]);
}

}  // namespace tickwork::rotatingfile
