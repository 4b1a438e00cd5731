// SPDX-License-Identifier: MIT
// The index of a database: which series exist, by hash, by id and by tag. New series wait in the
// heap, protected by the log, until a flush commits them as a sorted run. Writers call lookup and
// add under the store's write lock; everything else may be called by any thread.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "failure.hpp"
#include "index_cache.hpp"
#include "index_run.hpp"
#include "known_series.hpp"
#include "named_series.hpp"

namespace tickwork::lmdb {

struct FoundSeries {
  SeriesId id;
  std::string key;
};

// By their keys, or by their numbers, which is the order in which their rows lie.
enum class SeriesOrder { by_key, by_number };
// Whether keys are read, which is much of the work where few are found. By number only; where they
// are left out some may be there nevertheless.
enum class SeriesKeys { wanted, of_several, left_out };
void sort_by_key(std::vector<FoundSeries>& found);

// Conditions on tags, all of which must hold, ready to be tested.
class TagFilter;

class Index {
 public:
  Index(const std::string& folder, size_t map_size, uint64_t seed,
        Opening opening = Opening::write);
  ~Index();

  uint64_t seed() const { return seed_; }

  // ---- writers ----
  // What the look-ups of one batch share: the runs as they were at the first that needed them.
  class Reading {
   private:
    friend class Index;
    std::optional<Transaction> txn_;
    std::vector<RunInfo> runs_;
  };
  // Null: no such series, or not by this spelling.
  KnownSeries* lookup(KeyHash hash, Reading& reading);
  KnownSeries* add(KeyHash hash, std::string_view key);
  void alias(KeyHash raw, KnownSeries* series);
  void restore(SeriesId id, std::string_view key);  // from the log
  SeriesId next_id() const;
  size_t pending() const;

  // ---- flush ----
  void commit(SeriesId end);  // series with lesser ids become a run
  // Keeps runs few; hurried: only when there are very many.
  void merge_runs(bool hurried = false);
  void trim(size_t most);  // forgets what writers remember beyond that many series
  // Makes it one run without the dead in a file without free pages, where enough would go to be
  // worth it; less suffices once no series came or went for a time (of ticks, in ns). writers is
  // the lock that keeps look-ups away while the file is replaced. Not beside commit, merges or
  // kill.
  void settle(int64_t ticks, int64_t idle, std::mutex& writers, const Report& report);

  // ---- readers ----
  std::vector<FoundSeries> find(std::string_view measurement, const TagFilter& filter,
                                SeriesOrder order = SeriesOrder::by_key,
                                SeriesKeys wanted = SeriesKeys::wanted) const;
  // Those series by number; but if the values of these tags tell them from each other, so named.
  // Many names are kept until the index changes: whoever asks by them mostly asks again. Without
  // tags the series may come without keys.
  struct FoundOrNamed {
    std::vector<FoundSeries> found;            // empty if they are named
    std::shared_ptr<const NamedSeries> named;  // null if they are not
  };
  FoundOrNamed find_groups(std::string_view measurement, const TagFilter& filter,
                           const std::vector<std::string>& tags,
                           SeriesKeys wanted = SeriesKeys::wanted) const;
  std::vector<std::string> measurements() const;
  bool has_measurement(std::string_view measurement) const;
  // Of living series, sorted; without looking at each of them where possible.
  std::vector<std::string> tag_keys(std::string_view measurement) const;
  std::vector<std::string> tag_values(std::string_view measurement, std::string_view key) const;
  using VisitText = std::function<void(std::string_view)>;
  void visit_tag_values(std::string_view measurement, std::string_view key,
                        const VisitText& visit) const;
  // Gives keys in order, of all measurements if it is empty, then an empty one.
  std::function<std::string_view()> keys(std::string_view measurement) const;
  size_t count(std::string_view measurement) const;  // of living series, as keys gives them
  std::string key_of(SeriesId id) const;
  // Of sorted ids, those that have a key: without it a series died long ago.
  std::vector<FoundSeries> with_keys(const std::vector<SeriesId>& ids) const;

  // ---- deletion ----
  void kill(const std::vector<SeriesId>& ids);

 private:
  struct Pending {
    SeriesId id;
    std::string_view key;  // in key_slabs_
  };
  // Their keys; a slab goes when all of its series are committed.
  struct KeySlab {
    std::unique_ptr<char[]> bytes;
    size_t size, used;
    SeriesId last;
  };
  void add_pending(SeriesId id, std::string_view key);
  std::vector<Pending> pending_before(SeriesId end) const;
  static void put_keys(Transaction& txn, const std::vector<Pending>& series);
  void put_run(Transaction& txn, const std::vector<Pending>& series) const;
  std::vector<std::string> pending_values(std::string_view measurement, std::string_view key) const;
  IndexVersion version() const;
  std::vector<SeriesId> find_committed(const Transaction& txn, std::string_view measurement,
                                       const TagFilter& filter) const;
  // What the runs tell of a measurement's living series.
  struct Tags {
    bool any = false;  // series
    std::set<std::string, std::less<>> keys;
  };
  struct Count {  // of all measurements, if it is empty
    size_t series = 0;
    SeriesId last = 0;
  };
  std::shared_ptr<const Tags> committed_tags(const Transaction& txn,
                                             std::string_view measurement) const;
  Tags read_tags(const Transaction& txn, std::string_view measurement) const;
  std::shared_ptr<const Count> committed_count(const Transaction& txn,
                                               std::string_view measurement) const;
  // Whether it is a living series of the measurement, or of any, that no commit has taken yet.
  bool counts(const Pending& series, SeriesId last_committed, std::string_view measurement,
              std::string_view escaped) const;
  using DeadSeries = boost::unordered_flat_set<SeriesId>;
  static void put_dead(Transaction& txn, const DeadSeries& dead);
  const Environment& env() const;
  void reopen();                                    // if it is not open
  std::string_view pending_key(SeriesId id) const;  // empty: it is not pending
  void load_state();
  void merge_pair(const RunInfo& older, const RunInfo& newer);
  void merge_all();  // into one run

  // ---- settling (index_settle.cpp) ----
  struct Weight {
    size_t bytes, used;     // of the file
    uint64_t series, dead;  // in runs; of no further use
  };
  // What must be without use, beside what is of use, to be worth a rewrite; in eighths.
  struct Worth {
    uint64_t pages, dead;
  };
  static const Worth while_idle, while_busy;
  Weight weight() const;
  bool rewrite(const Worth& worth, std::mutex& writers);
  void forget_dead(std::mutex& writers);
  bool replace_file(std::mutex& writers);

  mutable std::shared_mutex mutex_;
  std::string folder_;
  size_t map_size_;
  std::unique_ptr<Environment> env_;  // null once its file could not be opened again
  uint64_t seed_;
  SeriesId next_id_ = 1, committed_ = 1;
  std::deque<Pending> pending_;  // by id
  std::deque<KeySlab> key_slabs_;
  DeadSeries dead_;
  // Whoever changes what is dead changes the version of the runs as well, under the same lock.
  mutable IndexCache<Tags> tags_{1000};  // measurements
  mutable IndexCache<Count> counts_{1000};
  mutable IndexCache<NamedSeries> named_{4 << 20};  // bytes
  KnownSeriesTable known_;
  bool changed_ = true;  // since settle looked
  bool settled_ = false;
  int64_t last_change_ = 0;  // ticks
  bool knows_all_ = false;   // known_ has every living series: what it lacks is new
};

}  // namespace tickwork::lmdb
