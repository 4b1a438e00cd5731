// SPDX-License-Identifier: MIT
#include "disk.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tickwork::crash {

namespace fs = std::filesystem;

namespace {

std::string folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string{slash == path.npos ? "" : path.substr(0, slash)};
}

}  // namespace

Disk::Disk(const std::string& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) {
    uint64_t& id = names_[path.lexically_relative(folder).string()];
    id = is_folder;
    if (fs::is_directory(path)) continue;
    id = files_.size() + 1;
    std::ifstream in{path, std::ios::binary};
    File& file = files_[id];
    file.durable.assign(std::istreambuf_iterator<char>{in}, {});
    file.size = file.synced = file.durable.size();
  }
}

void Disk::apply(uint64_t number, const Event& event) {
  switch (event.call) {
    case Call::write:
      return write(number, event);
    case Call::resize:
      return resize(files_[event.file], event.offset);
    case Call::sync:
      return event.file ? sync(files_[event.file], event.until)
                        : sync(changes_[std::string{event.path}], event.until);
    case Call::sync_lost:
      for (auto& [at, of] : files_[event.file].sectors) of.lost = true;
      return;
    default:
      return change(number, event);
  }
}

void Disk::write(uint64_t number, const Event& event) {
  File& file = files_[event.file];
  for (size_t done = 0; done < event.bytes.size();) {
    const uint64_t at = (event.offset + done) / sector;
    const size_t offset = (event.offset + done) % sector;
    const size_t n = std::min(sector - offset, event.bytes.size() - done);
    Sector& of = file.sectors[at];
    of.pending.push_back({number, offset, std::string{event.bytes.substr(done, n)}});
    of.lost = false;
    done += n;
    if (event.durable) settle(file, at, of, of.pending.size());
  }
  const uint64_t end = event.offset + event.bytes.size();
  if (event.durable) file.synced = std::max(file.synced, end);
  if (end <= file.size) return;
  file.size = end;
  file.sizes.emplace_back(number, end);
}

// The first writes to a sector are on the disk.
void Disk::settle(File& file, uint64_t at, Sector& of, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Piece& piece = of.pending[i];
    const size_t from = at * sector + piece.offset;
    if (file.durable.size() < from + piece.bytes.size()) {
      file.durable.resize(from + piece.bytes.size());
    }
    file.durable.replace(from, piece.bytes.size(), piece.bytes);
  }
  of.pending.erase(of.pending.begin(), of.pending.begin() + static_cast<ptrdiff_t>(count));
}

void Disk::sync(File& file, uint64_t until) {
  for (auto it = file.sectors.begin(); it != file.sectors.end();) {
    auto& [at, of] = *it;
    const auto end = std::find_if(of.pending.begin(), of.pending.end(),
                                  [&](const Piece& piece) { return piece.number >= until; });
    if (!of.lost) settle(file, at, of, static_cast<size_t>(end - of.pending.begin()));
    it = of.pending.empty() ? file.sectors.erase(it) : std::next(it);
  }
  std::erase_if(file.sizes, [&](const auto& size) {
    if (size.first >= until) return false;
    file.synced = std::max(file.synced, size.second);
    return true;
  });
}

void Disk::sync(std::vector<Change>& pending, uint64_t until) {
  const auto end = std::find_if(pending.begin(), pending.end(),
                                [&](const Change& change) { return change.number >= until; });
  std::for_each(pending.begin(), end, [&](const Change& change) { settle(change); });
  pending.erase(pending.begin(), end);
}

// Shrinking is rare, and then what it cuts off must not be needed by anybody: at once.
void Disk::resize(File& file, uint64_t size) {
  if (size < file.size) {
    file.sectors.erase(file.sectors.lower_bound((size + sector - 1) / sector), file.sectors.end());
    file.sizes.clear();
  }
  file.durable.resize(size);
  file.size = file.synced = size;
}

void Disk::change(uint64_t number, const Event& event) {
  Change change{number, event.call, event.file, std::string{event.path}, std::string{event.bytes}};
  if (event.call == Call::rename && folder_of(change.from) != folder_of(change.to)) {
    throw std::logic_error{"a rename into another folder is not modelled: " + change.from};
  }
  changes_[folder_of(change.from)].push_back(std::move(change));
}

void Disk::settle(const Change& change) {
  switch (change.call) {
    case Call::create:
      names_[change.from] = change.file;
      return;
    case Call::folder:
      names_[change.from] = is_folder;
      return;
    case Call::remove:
      names_.erase(change.from);
      std::erase_if(names_,
                    [&](const auto& in) { return in.first.starts_with(change.from + "/"); });
      return;
    default: {
      const auto named = names_.find(change.from);
      if (named == names_.end()) return;
      names_[change.to] = named->second;
      names_.erase(change.from);
    }
  }
}

void Disk::cut(std::mt19937& random, File& file) {
  const auto mode = random() % 3;  // nothing of the rest, all of it, any part
  for (auto& [at, of] : file.sectors) {
    const size_t all = of.pending.size();
    settle(file, at, of, mode == 0 ? 0 : mode == 1 && !of.lost ? all : random() % (all + 1));
  }
  const size_t sizes = file.sizes.size();
  const size_t kept = mode == 0 ? 0 : mode == 1 ? sizes : random() % (sizes + 1);
  // What is on the disk beyond the size that it knows is not there.
  file.durable.resize(kept > 0 ? std::max(file.synced, file.sizes[kept - 1].second) : file.synced);
}

void Disk::cut(std::mt19937& random, const std::string& folder) {
  for (auto& [parent, pending] : changes_) {
    const size_t kept = random() % 3 ? random() % (pending.size() + 1) : 0;
    for (size_t i = 0; i < kept; ++i) settle(pending[i]);
  }
  fs::create_directories(folder);
  for (const auto& [path, id] : names_) {
    const fs::path to = fs::path{folder} / path;
    if (!fs::is_directory(to.parent_path())) continue;  // whose own name is not on the disk
    if (id == is_folder) {
      fs::create_directory(to);
      continue;
    }
    File& file = files_[id];
    cut(random, file);
    std::ofstream{to, std::ios::binary} << file.durable;
  }
}

}  // namespace tickwork::crash
