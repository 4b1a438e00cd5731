// SPDX-License-Identifier: MIT
// Answers of an index, for as long as what they were made of stays as it is. Queries ask for the
// same again and again, and to find it in the runs passes all series of a measurement.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace tickwork::lmdb {

// What an answer was made of: neither number comes again within an environment.
struct IndexVersion {
  size_t runs = 0;  // the environment's
  uint64_t next_series = 0;
  bool operator==(const IndexVersion&) const = default;
};

template <class Known>
class IndexCache {
 public:
  using Answer = std::shared_ptr<const Known>;

  // most: that all answers together may weigh.
  explicit IndexCache(size_t most) : most_(most) {}

  // Any thread. Null if it is not kept; what was kept of another version is none.
  Answer find(const IndexVersion& version, std::string_view question) {
    const std::lock_guard lock(mutex_);
    const auto it = version == version_ ? kept_.find(question) : kept_.end();
    return it == kept_.end() ? nullptr : it->second;
  }

  // Any thread. The answer goes in place of others, if there is no room, or is not kept at all.
  void keep(const IndexVersion& version, std::string_view question, Answer answer, size_t weight) {
    if (weight > most_) return;
    const std::lock_guard lock(mutex_);
    if (version != version_ || weight_ + weight > most_) forget();
    version_ = version;
    if (kept_.emplace(question, std::move(answer)).second) weight_ += weight;
  }

  // The same at once for answers that all weigh 1; read() is called if it is not kept.
  template <class Read>
  Answer get(const IndexVersion& version, std::string_view question, Read read) {
    if (Answer known = find(version, question)) return known;
    auto answer = std::make_shared<const Known>(read());
    keep(version, question, answer, 1);
    return answer;
  }

  // Versions begin anew.
  void clear() {
    const std::lock_guard lock(mutex_);
    forget();
  }

 private:
  void forget() {
    kept_.clear();
    weight_ = 0;
  }
  const size_t most_;
  std::mutex mutex_;
  IndexVersion version_;
  std::map<std::string, Answer, std::less<>> kept_;
  size_t weight_ = 0;
};

}  // namespace tickwork::lmdb
