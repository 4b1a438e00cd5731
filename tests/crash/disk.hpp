// SPDX-License-Identifier: MIT
// What a disk holds after a power cut, of a process whose calls were recorded (recorder.hpp):
// everything that was synced, and of the rest any part. A sector of 512 bytes is as after any of
// the writes to it since it was synced; a folder has any number of the changes since its own sync,
// in their order. What a failed sync was to write is lost or not, whatever later syncs say
// (https://lwn.net/Articles/752063/).
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tickwork::crash {

enum class Call : uint32_t { create, folder, rename, remove, write, resize, sync, sync_lost };

// One call as it was recorded, in the order of their effects. Paths are below the recorded folder.
struct Event {
  Call call{};
  uint64_t file = 0;         // create, write, resize, sync, sync_lost; 0 in sync: a folder's
  uint64_t offset = 0;       // of a write; the size that a resize asks for
  uint64_t until = 0;        // sync, sync_lost: number of the first event that it did not cover
  bool durable = false;      // the write was on the disk when it returned
  std::string_view path{};   // create, folder, rename, remove, sync of a folder
  std::string_view bytes{};  // of a write; where a rename leads to
};

class Disk {
 public:
  // As it is on a folder whose content is durable. Files get numbers from 1 in the order of paths.
  explicit Disk(const std::string& folder);

  // number counts all events from 0.
  void apply(uint64_t number, const Event& event);
  // Ends everything that is pending one way or another and writes what is left into a new folder.
  void cut(std::mt19937& random, const std::string& folder);

 private:
  static constexpr size_t sector = 512;
  struct Piece {  // of a write, within one sector
    uint64_t number;
    size_t offset;
    std::string bytes;
  };
  struct Sector {
    std::vector<Piece> pending;
    bool lost = false;
  };
  struct File {
    std::string durable;
    std::map<uint64_t, Sector> sectors;
    std::vector<std::pair<uint64_t, uint64_t>> sizes;  // number, size: since the last sync
    uint64_t size = 0, synced = 0;                     // that the process sees, that is on the disk
  };
  struct Change {  // of a folder
    uint64_t number;
    Call call;
    uint64_t file;
    std::string from, to;
  };
  static constexpr uint64_t is_folder = ~uint64_t{0};

  static void settle(File& file, uint64_t at, Sector& of, size_t count);
  void write(uint64_t number, const Event& event);
  void sync(File& file, uint64_t until);
  void sync(std::vector<Change>& pending, uint64_t until);
  void resize(File& file, uint64_t size);
  void change(uint64_t number, const Event& event);
  void settle(const Change& change);
  void cut(std::mt19937& random, File& file);

  std::map<uint64_t, File> files_;
  std::map<std::string, uint64_t> names_;               // on the disk: path, file or is_folder
  std::map<std::string, std::vector<Change>> changes_;  // by folder
};

}  // namespace tickwork::crash
