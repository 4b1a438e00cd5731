// SPDX-License-Identifier: MIT
#include "index.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "failure.hpp"
#include "head_sort.hpp"
#include "key_block.hpp"
#include "series_key.hpp"
#include "tag_filter.hpp"
#include "term_table.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t most_runs = 12;
constexpr size_t key_slab_bytes = 64 * 1024;

using Ids = std::vector<SeriesId>;

Ids merged(const Ids& a, const Ids& b) {
  Ids out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Ids common_of(const Ids& a, const Ids& b) {
  Ids out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Ids without(const Ids& a, const Ids& b) {
  Ids out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// Calls visit(term, walk) for every term with that prefix in every run.
template <class Visit>
void walk_terms(const Transaction& txn, std::string_view prefix, Visit visit) {
  for (const RunInfo& run : list_runs(txn)) {
    TermWalk walk(txn, run);
    walk.seek(prefix);
    while (walk.next() && walk.term.starts_with(prefix)) visit(walk.term, walk);
  }
}

Ids ids_of_term(const Transaction& txn, const std::string& term) {
  Ids out;
  for (const RunInfo& run : list_runs(txn)) {
    TermWalk walk(txn, run);
    walk.seek(term);
    if (walk.next() && walk.term == term) out = out.empty() ? walk.ids() : merged(out, walk.ids());
  }
  return out;
}

// The series whose tag's value does, or does not, satisfy the condition; absent tags are no part.
Ids ids_of_tag(const Transaction& txn, std::string_view measurement,
               const TagFilter::Condition& condition, bool holds) {
  Ids out;
  walk_terms(txn, tag_prefix(measurement, condition.tag),
             [&](std::string_view term, TermWalk& walk) {
               if (condition.holds(parse_tag_term(term).value) != holds) return;
               const Ids& ids = walk.ids();
               out.insert(out.end(), ids.begin(), ids.end());
             });
  std::sort(out.begin(), out.end());
  return out;
}

// The series with one of the condition's texts.
Ids ids_of_texts(const Transaction& txn, std::string_view measurement,
                 const TagFilter::Condition& condition) {
  Ids out;
  for (const std::string& text : condition.texts) {
    out = merged(out, ids_of_term(txn, tag_term(measurement, condition.tag, text)));
  }
  return out;
}

Ids narrow(const Transaction& txn, std::string_view measurement, const Ids& candidates,
           const TagFilter::Condition& condition) {
  if (condition.holds("")) {
    return without(candidates, ids_of_tag(txn, measurement, condition, false));
  }
  return common_of(candidates, ids_of_tag(txn, measurement, condition, true));
}

// The series of a measurement that satisfy the filter: known texts first, they leave few.
Ids ids_of_measurement(const Transaction& txn, std::string_view measurement,
                       const TagFilter& filter) {
  Ids ids;
  bool any = false;
  for (const auto& condition : filter.conditions()) {
    if (condition.texts.empty()) continue;
    Ids more = ids_of_texts(txn, measurement, condition);
    ids = any ? common_of(ids, more) : std::move(more);
    any = true;
  }
  if (!any) ids = ids_of_term(txn, measurement_term(measurement));
  for (const auto& condition : filter.conditions()) {
    if (condition.texts.empty() && !ids.empty()) ids = narrow(txn, measurement, ids, condition);
  }
  return ids;
}

// The least text behind all that begin with prefix.
std::string behind(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

// True if the key is one of that measurement, whose name is escaped as in keys.
bool of_measurement(std::string_view key, std::string_view escaped) {
  return key.starts_with(escaped) && (key.size() == escaped.size() || key[escaped.size()] == ',');
}

// The values of a tag over all runs, each once, in order.
class ValueMerge {
 public:
  ValueMerge(const Transaction& txn, std::string prefix, std::function<bool(SeriesId)> live)
      : prefix_(std::move(prefix)), live_(std::move(live)) {
    for (const RunInfo& run : list_runs(txn)) {
      walks_.emplace_back(txn, run);
      walks_.back().seek(prefix_);
      if (!advance(walks_.back())) walks_.pop_back();
    }
  }

  std::optional<std::string_view> next() {
    while (!walks_.empty()) {
      term_ = std::min_element(walks_.begin(), walks_.end(), [](const auto& a, const auto& b) {
                return a.term < b.term;
              })->term;
      bool alive = false;
      for (size_t i = 0; i < walks_.size();) {
        const bool same = walks_[i].term == term_;
        alive = alive || (same && walks_[i].any(live_));
        if (!same || advance(walks_[i])) {
          ++i;
        } else {
          walks_.erase(walks_.begin() + static_cast<ptrdiff_t>(i));
        }
      }
      if (alive) return std::string_view(term_).substr(prefix_.size());
    }
    return std::nullopt;
  }

 private:
  bool advance(TermWalk& walk) const { return walk.next() && walk.term.starts_with(prefix_); }
  std::string prefix_, term_;
  std::function<bool(SeriesId)> live_;
  std::vector<TermWalk> walks_;
};

// Copies of keys, sorted.
class SortedKeys {
 public:
  void add(std::string_view key) {
    if (key.empty()) return;
    auto* copy = static_cast<char*>(bytes_.take(key.size()));
    std::memcpy(copy, key.data(), key.size());
    const std::string_view first = keys_.empty() ? key : keys_.front().second;
    if (keys_.empty()) common_ = key.size();
    common_ = std::min(common_, common_prefix(first, key));
    keys_.emplace_back(0, std::string_view(copy, key.size()));
  }

  void sort() {
    sort_by_heads(
        keys_, common_, [](std::string_view key) { return key; }, std::less<>());
  }

  std::string_view next() { return at_ < keys_.size() ? keys_[at_++].second : std::string_view(); }
  void reserve(size_t n) { keys_.reserve(n); }

 private:
  Arena bytes_;
  std::vector<std::pair<uint64_t, std::string_view>> keys_;
  size_t common_ = 0, at_ = 0;
};

}  // namespace

Index::Index(const std::string& folder, size_t map_size, uint64_t seed, Opening opening)
    : folder_(folder), map_size_(map_size), seed_(seed) {
  if (opening == Opening::write) {
    std::error_code none;
    std::filesystem::remove(folder + "/data.mdb.new", none);  // a copy that was not finished
  }
  env_ = std::make_unique<Environment>(folder, map_size, index_trees, opening);
  load_state();
}

Index::~Index() = default;

void Index::load_state() {
  const Transaction txn(env(), Access::read);
  if (const auto next = txn.get(state_tree, "next")) committed_ = Reader(*next).varint();
  next_id_ = committed_;
  knows_all_ = committed_ == 1;
  if (const auto dead = txn.get(state_tree, "dead")) {
    Reader in(*dead);
    for (SeriesId id = 0; !in.empty();) dead_.insert(id += in.varint());
  }
}

// ---- writers ----

KnownSeries* Index::lookup(KeyHash hash, Reading& reading) {
  if (KnownSeries* known = known_.find(hash)) return known;
  if (knows_all_) return nullptr;
  if (!reading.txn_) {
    reading.txn_.emplace(env(), Access::read);
    reading.runs_ = list_runs(*reading.txn_);
  }
  for (auto run = reading.runs_.rbegin(); run != reading.runs_.rend(); ++run) {
    const SeriesId id = find_in_run(*reading.txn_, run->run, hash);
    if (id == 0 || dead_.contains(id)) continue;
    return known_.add(id, hash);
  }
  return nullptr;
}

void Index::add_pending(SeriesId id, std::string_view key) {
  if (key_slabs_.empty() || key_slabs_.back().size - key_slabs_.back().used < key.size()) {
    const size_t size = std::max(key.size(), key_slab_bytes);
    key_slabs_.push_back({std::make_unique_for_overwrite<char[]>(size), size, 0, id});
  }
  KeySlab& slab = key_slabs_.back();
  char* copy = slab.bytes.get() + slab.used;
  std::memcpy(copy, key.data(), key.size());
  slab.used += key.size();
  slab.last = id;
  pending_.push_back({id, {copy, key.size()}});
}

KnownSeries* Index::add(KeyHash hash, std::string_view key) {
  const std::unique_lock lock(mutex_);
  add_pending(next_id_, key);
  return known_.add(next_id_++, hash);
}

void Index::alias(KeyHash raw, KnownSeries* series) { known_.spell(series, raw); }

void Index::restore(SeriesId id, std::string_view key) {
  const std::unique_lock lock(mutex_);
  if (id < next_id_) return;  // committed before the crash
  add_pending(id, key);
  known_.add(id, hash_key(key, seed_));
  next_id_ = id + 1;
}

SeriesId Index::next_id() const {
  const std::shared_lock lock(mutex_);
  return next_id_;
}

size_t Index::pending() const {
  const std::shared_lock lock(mutex_);
  return pending_.size();
}

// ---- flush ----

std::vector<Index::Pending> Index::pending_before(SeriesId end) const {
  const std::shared_lock lock(mutex_);
  const auto until = std::find_if(pending_.begin(), pending_.end(),
                                  [&](const Pending& series) { return series.id >= end; });
  return {pending_.begin(), until};
}

void Index::put_keys(Transaction& txn, const std::vector<Pending>& pending) {
  KeyBlockWriter block;
  SeriesId first = 0;
  const auto put = [&] {
    if (block.count()) txn.put(keys_tree, number_key(first), block.finish(first), MDB_APPEND);
  };
  for (const Pending& series : pending) {
    if (series.id != first + block.count() || block.count() == keys_a_block) put();
    if (block.count() == 0) first = series.id;
    block.add(series.key);
  }
  put();
}

void Index::put_run(Transaction& txn, const std::vector<Pending>& pending) const {
  std::vector<HashEntry> hashes;
  TermTable terms;
  hashes.reserve(pending.size());
  for (const Pending& series : pending) {
    hashes.push_back({hash_key(series.key, seed_), series.id});
    terms.add(series.key, series.id);
  }
  std::sort(hashes.begin(), hashes.end(),
            [](const HashEntry& a, const HashEntry& b) { return a.hash < b.hash; });
  const std::vector<RunInfo> runs = list_runs(txn);
  RunWriter writer(txn, runs.empty() ? 1 : runs.back().run + 1);
  for (const HashEntry& entry : hashes) writer.hash(entry);
  terms.walk([&](std::string_view term, const Ids& ids) { writer.term(term, ids); });
  writer.finish();
}

// Only here keys go, so that the run is made without a lock that would stop writers.
void Index::commit(SeriesId end) {
  const std::vector<Pending> pending = pending_before(end);
  if (pending.empty()) return;
  reopen();
  changed_ = true;
  Transaction txn(env(), Access::write);
  put_keys(txn, pending);
  put_run(txn, pending);
  std::string next;
  put_varint(next, end);
  txn.put(state_tree, "next", next);
  txn.commit();
  const std::unique_lock lock(mutex_);
  committed_ = end;
  while (!pending_.empty() && pending_.front().id < end) pending_.pop_front();
  while (!key_slabs_.empty() && key_slabs_.front().last < end) key_slabs_.pop_front();
}

void Index::merge_pair(const RunInfo& older, const RunInfo& newer) {
  DeadSeries dead;
  {
    const std::shared_lock lock(mutex_);
    dead = dead_;
  }
  Transaction txn(env(), Access::write);
  const Transaction source(env(), Access::read);
  RunWriter writer(txn, newer.run + 1);
  HashWalk a(source, older.run), b(source, newer.run);
  bool more_a = a.next(), more_b = b.next();
  while (more_a || more_b) {
    const bool take_a = !more_b || (more_a && a.entry.hash <= b.entry.hash);
    const HashEntry& entry = take_a ? a.entry : b.entry;
    if (!dead.contains(entry.id)) writer.hash(entry);
    (take_a ? more_a : more_b) = (take_a ? a : b).next();
  }
  TermWalk x(source, older), y(source, newer);
  bool more_x = x.next(), more_y = y.next();
  while (more_x || more_y) {
    const bool take_x = !more_y || (more_x && x.term <= y.term);
    const bool take_y = !more_x || (more_y && y.term <= x.term);
    const std::string_view term = take_x ? x.term : y.term;
    Ids ids = take_x && take_y ? merged(x.ids(), y.ids()) : take_x ? x.ids() : y.ids();
    std::erase_if(ids, [&](SeriesId id) { return dead.contains(id); });
    if (!ids.empty()) writer.term(term, ids);
    if (take_x) more_x = x.next();
    if (take_y) more_y = y.next();
  }
  writer.finish();
  erase_run(txn, older);
  erase_run(txn, newer);
  txn.commit();
}

void Index::merge_runs(bool hurried) {
  while (true) {
    std::vector<RunInfo> runs;
    {
      const Transaction txn(env(), Access::read);
      runs = list_runs(txn);
    }
    if (runs.size() < 2 || (hurried && runs.size() < most_runs)) return;
    const RunInfo& older = runs[runs.size() - 2];
    const RunInfo& newer = runs.back();
    if (older.entries > 3 * newer.entries && runs.size() < 5) return;
    merge_pair(older, newer);
  }
}

void Index::merge_all() {
  while (true) {
    std::vector<RunInfo> runs;
    {
      const Transaction txn(env(), Access::read);
      runs = list_runs(txn);
    }
    if (runs.empty()) return;
    const RunInfo newest = runs.back();
    // A single run is merged with none, which leaves the dead out.
    merge_pair(runs.size() > 1 ? runs[runs.size() - 2] : RunInfo{newest.run - 1}, newest);
    if (runs.size() <= 2) return;
  }
}

void Index::trim(size_t most) {
  if (known_.size() <= most) return;
  knows_all_ = false;
  known_.clear();
  const std::shared_lock lock(mutex_);
  for (const Pending& series : pending_) known_.add(series.id, hash_key(series.key, seed_));
}

// ---- readers ----

std::vector<SeriesId> Index::find_committed(const Transaction& txn, std::string_view measurement,
                                            const TagFilter& filter) const {
  Ids ids;
  if (measurement.empty()) {
    walk_terms(txn, all_measurements, [&](std::string_view, TermWalk& walk) {
      const Ids& more = walk.ids();
      ids.insert(ids.end(), more.begin(), more.end());
    });
    std::sort(ids.begin(), ids.end());
  } else {
    ids = ids_of_measurement(txn, measurement, filter);
  }
  std::erase_if(ids, [&](SeriesId id) { return dead_.contains(id); });
  return ids;
}

namespace {

void sort_by_number(std::vector<FoundSeries>& found) {
  const auto by_number = [](const FoundSeries& a, const FoundSeries& b) { return a.id < b.id; };
  if (std::is_sorted(found.begin(), found.end(), by_number)) return;
  std::sort(found.begin(), found.end(), by_number);
}

}  // namespace

void sort_by_key(std::vector<FoundSeries>& found) {
  const auto by_key = [](const FoundSeries& a, const FoundSeries& b) { return a.key < b.key; };
  if (std::is_sorted(found.begin(), found.end(), by_key)) return;
  size_t common = found.front().key.size();
  for (const FoundSeries& s : found) common = std::min(common, common_prefix(found[0].key, s.key));
  std::vector<std::pair<uint64_t, FoundSeries>> headed;
  headed.reserve(found.size());
  for (FoundSeries& s : found) headed.emplace_back(0, std::move(s));
  sort_by_heads(
      headed, common, [](const FoundSeries& s) -> std::string_view { return s.key; }, by_key);
  for (size_t i = 0; i < found.size(); ++i) found[i] = std::move(headed[i].second);
}

std::vector<FoundSeries> Index::find(std::string_view measurement, const TagFilter& filter,
                                     SeriesOrder order, SeriesKeys wanted) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  std::vector<FoundSeries> found;
  KeyReader keys(txn);
  const Ids committed = find_committed(txn, measurement, filter);
  const bool several = committed.size() + pending_.size() > 1;
  const bool with_keys = measurement.empty() || wanted == SeriesKeys::wanted ||
                         (wanted == SeriesKeys::of_several && several);
  for (const SeriesId id : committed) {
    if (!with_keys) {  // one that died long ago has no rows either
      found.push_back({id, {}});
      continue;
    }
    std::string key(keys.get(id));
    if (key.empty()) continue;
    if (measurement.empty() && !filter.matches(parse_series_key(key))) continue;
    found.push_back({id, std::move(key)});
  }
  const std::string escaped = escaped_measurement(measurement);
  for (const Pending& series : pending_) {
    if (!measurement.empty() && !of_measurement(series.key, escaped)) continue;
    if (dead_.contains(series.id)) continue;
    if (!filter.conditions().empty() && !filter.matches(parse_series_key(series.key))) continue;
    found.push_back({series.id, std::string(series.key)});
  }
  order == SeriesOrder::by_key ? sort_by_key(found) : sort_by_number(found);
  // A commit may have come between: then a series is both committed and pending.
  const auto same = [](const FoundSeries& a, const FoundSeries& b) { return a.id == b.id; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

Index::FoundOrNamed Index::find_groups(std::string_view measurement, const TagFilter& filter,
                                       const std::vector<std::string>& tags,
                                       SeriesKeys wanted) const {
  if (tags.empty()) return {find(measurement, filter, SeriesOrder::by_number, wanted), nullptr};
  constexpr size_t few = 64;  // are found about as fast
  std::string question;
  put_text(question, measurement);
  filter.put(question);
  for (const std::string& tag : tags) put_text(question, tag);
  const IndexVersion version = this->version();
  if (auto named = named_.find(version, question)) return {{}, std::move(named)};
  std::vector<FoundSeries> found = find(measurement, filter, SeriesOrder::by_number);
  auto sorted = NamedSeries::sort(tags, found);
  if (!sorted) return {std::move(found), nullptr};
  auto named = std::make_shared<const NamedSeries>(std::move(*sorted));
  if (found.size() > few) named_.keep(version, question, named, question.size() + named->bytes());
  return {{}, std::move(named)};
}

// Series that come after it are found as well: an answer may be newer than its version, but then
// nobody asks for that version again.
IndexVersion Index::version() const {
  const std::shared_lock lock(mutex_);
  return {Transaction(env(), Access::read).version(), next_id_};
}

std::vector<std::string> Index::measurements() const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  std::set<std::string> names;
  walk_terms(txn, all_measurements, [&](std::string_view term, TermWalk& walk) {
    const auto live = [&](SeriesId id) { return !dead_.contains(id); };
    if (walk.any(live)) names.emplace(parse_measurement_term(term));
  });
  for (const Pending& series : pending_) {
    if (!dead_.contains(series.id)) names.insert(key_measurement(series.key));
  }
  return {names.begin(), names.end()};
}

Index::Tags Index::read_tags(const Transaction& txn, std::string_view measurement) const {
  const auto live = [&](SeriesId id) { return !dead_.contains(id); };
  const std::string term = measurement_term(measurement), all = tags_prefix(measurement);
  Tags out;
  for (const RunInfo& run : list_runs(txn)) {
    TermWalk walk(txn, run);
    walk.seek(term);
    out.any = out.any || (walk.next() && walk.term == term && walk.any(live));
    std::string from = all;
    walk.seek(from);
    while (walk.next() && walk.term.starts_with(all)) {
      const TagOfTerm tag = parse_tag_term(walk.term);
      if (!out.keys.contains(tag.key)) {
        if (!walk.any(live)) continue;
        out.keys.emplace(tag.key);
      }
      from = behind(tag_prefix(measurement, tag.key));
      walk.seek(from);
    }
  }
  return out;
}

std::shared_ptr<const Index::Tags> Index::committed_tags(const Transaction& txn,
                                                         std::string_view measurement) const {
  return tags_.get({txn.version()}, measurement, [&] { return read_tags(txn, measurement); });
}

bool Index::has_measurement(std::string_view measurement) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  if (committed_tags(txn, measurement)->any) return true;
  const std::string escaped = escaped_measurement(measurement);
  return std::any_of(pending_.begin(), pending_.end(), [&](const Pending& series) {
    return of_measurement(series.key, escaped) && !dead_.contains(series.id);
  });
}

std::vector<std::string> Index::tag_keys(std::string_view measurement) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  auto keys = committed_tags(txn, measurement)->keys;
  const std::string escaped = escaped_measurement(measurement);
  for (const Pending& series : pending_) {
    if (!of_measurement(series.key, escaped) || dead_.contains(series.id)) continue;
    for_each_tag(series.key, [&](std::string_view key, std::string_view) {
      if (!keys.contains(key)) keys.emplace(key);
    });
  }
  return {keys.begin(), keys.end()};
}

std::vector<std::string> Index::tag_values(std::string_view measurement,
                                           std::string_view key) const {
  std::vector<std::string> values;
  visit_tag_values(measurement, key, [&](std::string_view value) { values.emplace_back(value); });
  return values;
}

std::vector<std::string> Index::pending_values(std::string_view measurement,
                                               std::string_view key) const {
  std::vector<std::string> values;
  const std::string escaped = escaped_measurement(measurement);
  for (const Pending& series : pending_) {
    if (!of_measurement(series.key, escaped) || dead_.contains(series.id)) continue;
    for_each_tag(series.key, [&](std::string_view k, std::string_view value) {
      if (k == key) values.emplace_back(value);
    });
  }
  std::sort(values.begin(), values.end());
  return values;
}

void Index::visit_tag_values(std::string_view measurement, std::string_view key,
                             const VisitText& visit) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  const auto live = [&](SeriesId id) { return !dead_.contains(id); };
  ValueMerge merge(txn, tag_prefix(measurement, key), live);
  const std::vector<std::string> pending = pending_values(measurement, key);
  auto mine = pending.begin();
  std::string last;
  bool any = false;
  const auto tell = [&](std::string_view value) {
    if (any && last == value) return;
    last = value;
    any = true;
    visit(value);
  };
  while (const auto value = merge.next()) {
    for (; mine != pending.end() && *mine <= *value; ++mine) tell(*mine);
    tell(*value);
  }
  for (; mine != pending.end(); ++mine) tell(*mine);
}

// A commit may have come between: then a series is both committed and pending. Series are committed
// in the order of their numbers, so those up to the last committed one are.
bool Index::counts(const Pending& series, SeriesId last_committed, std::string_view measurement,
                   std::string_view escaped) const {
  if (!measurement.empty() && !of_measurement(series.key, escaped)) return false;
  return series.id > last_committed && !dead_.contains(series.id);
}

std::shared_ptr<const Index::Count> Index::committed_count(const Transaction& txn,
                                                           std::string_view measurement) const {
  return counts_.get({txn.version()}, measurement, [&] {
    const Ids ids = find_committed(txn, measurement, TagFilter());
    return Count{ids.size(), ids.empty() ? 0 : ids.back()};
  });
}

std::function<std::string_view()> Index::keys(std::string_view measurement) const {
  auto keys = std::make_shared<SortedKeys>();
  {
    const std::shared_lock lock(mutex_);
    const Transaction txn(env(), Access::read);
    KeyReader committed(txn);
    const Ids ids = find_committed(txn, measurement, TagFilter());
    keys->reserve(ids.size() + pending_.size());
    for (const SeriesId id : ids) keys->add(committed.get(id));
    const std::string escaped = escaped_measurement(measurement);
    const SeriesId last = ids.empty() ? 0 : ids.back();
    for (const Pending& series : pending_) {
      if (counts(series, last, measurement, escaped)) keys->add(series.key);
    }
  }
  keys->sort();
  return [keys] { return keys->next(); };
}

size_t Index::count(std::string_view measurement) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  const auto committed = committed_count(txn, measurement);
  const std::string escaped = escaped_measurement(measurement);
  const auto counted = [&](const Pending& series) {
    return counts(series, committed->last, measurement, escaped);
  };
  return committed->series +
         static_cast<size_t>(std::count_if(pending_.begin(), pending_.end(), counted));
}

std::string_view Index::pending_key(SeriesId id) const {
  const auto it = std::lower_bound(pending_.begin(), pending_.end(), id,
                                   [](const Pending& p, SeriesId wanted) { return p.id < wanted; });
  return it != pending_.end() && it->id == id ? it->key : std::string_view();
}

std::string Index::key_of(SeriesId id) const {
  const std::vector<FoundSeries> found = with_keys({id});
  return found.empty() ? "" : found.front().key;
}

std::vector<FoundSeries> Index::with_keys(const std::vector<SeriesId>& ids) const {
  const std::shared_lock lock(mutex_);
  const Transaction txn(env(), Access::read);
  KeyReader committed(txn);
  std::vector<FoundSeries> out;
  for (const SeriesId id : ids) {
    std::string key(id < committed_ ? committed.get(id) : pending_key(id));
    if (!key.empty()) out.push_back({id, std::move(key)});
  }
  return out;
}

// ---- deletion ----

void Index::put_dead(Transaction& txn, const DeadSeries& dead) {
  Ids sorted(dead.begin(), dead.end());
  std::sort(sorted.begin(), sorted.end());
  std::string value;
  SeriesId previous = 0;
  for (const SeriesId id : sorted) {
    put_varint(value, id - previous);
    previous = id;
  }
  txn.put(state_tree, "dead", value);
}

void Index::kill(const std::vector<SeriesId>& ids) {
  if (ids.empty()) return;
  const std::unique_lock lock(mutex_);
  Transaction txn(env(), Access::write);
  auto dead = dead_;
  dead.insert(ids.begin(), ids.end());
  put_dead(txn, dead);
  txn.commit();
  dead_ = std::move(dead);
  changed_ = true;
  known_.forget([&](SeriesId id) { return dead_.contains(id); });
}

}  // namespace tickwork::lmdb
