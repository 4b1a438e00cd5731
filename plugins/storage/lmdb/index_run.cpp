// SPDX-License-Identifier: MIT
#include "index_run.hpp"

#include "failure.hpp"

namespace tickwork::lmdb {
namespace {

constexpr size_t hash_page_bytes = 24 * 1000;
constexpr size_t term_page_bytes = 16 * 1024 - 64;
constexpr size_t entry_bytes = 24;

std::string hash_key_of(uint64_t run, KeyHash first) {
  std::string key;
  put_key(key, run);
  put_key(key, first.high);
  put_key(key, first.low);
  return key;
}

std::string page_key(uint64_t run, uint64_t page) {
  std::string key;
  put_key(key, run);
  put_key(key, page);
  return key;
}

std::string run_key(uint64_t run) {
  std::string key = "run";
  put_key(key, run);
  return key;
}

std::string sealed(std::string_view page, uint64_t seed) {
  std::string out;
  put_word(out, checksum(page, seed));
  out += page;
  return out;
}

std::string_view opened(std::string_view page, uint64_t seed, const char* what) {
  if (page.size() < 8 || load_word<uint64_t>(page.data()) != checksum(page.substr(8), seed)) {
    throw Damaged(what);
  }
  return page.substr(8);
}

HashEntry load_entry(const char* at) {
  return {{load_word<uint64_t>(at), load_word<uint64_t>(at + 8)}, load_word<uint64_t>(at + 16)};
}

}  // namespace

std::string measurement_term(std::string_view measurement) {
  std::string out(all_measurements);
  put_text(out, measurement);
  return out;
}

std::string tags_prefix(std::string_view measurement) {
  std::string out(all_tags);
  put_text(out, measurement);
  return out;
}

std::string tag_prefix(std::string_view measurement, std::string_view key) {
  std::string out = tags_prefix(measurement);
  put_text(out, key);
  return out;
}

std::string tag_term(std::string_view measurement, std::string_view key, std::string_view value) {
  return tag_prefix(measurement, key).append(value);
}

TagOfTerm parse_tag_term(std::string_view term) {
  Reader in(term.substr(1));
  TagOfTerm tag;
  tag.measurement = in.text();
  tag.key = in.text();
  tag.value = in.bytes(in.left());
  return tag;
}

std::string_view parse_measurement_term(std::string_view term) {
  Reader in(term.substr(1));
  return in.text();
}

void RunWriter::hash(const HashEntry& entry) {
  if (hashes_.empty()) first_ = entry.hash;
  put_word(hashes_, entry.hash.high);
  put_word(hashes_, entry.hash.low);
  put_word(hashes_, entry.id);
  ++info_.entries;
  if (hashes_.size() >= hash_page_bytes) put_hashes();
}

void RunWriter::put_hashes() {
  if (hashes_.empty()) return;
  txn_.put(hashes_tree, hash_key_of(info_.run, first_), sealed(hashes_, info_.run));
  hashes_.clear();
}

void RunWriter::term(std::string_view term, const std::vector<SeriesId>& ids) {
  const size_t same = terms_.empty() ? 0 : common_prefix(last_term_, term);
  put_varint(terms_, same);
  put_text(terms_, term.substr(same));
  last_term_ = term;
  put_varint(terms_, ids.size());
  SeriesId previous = 0;
  for (const SeriesId id : ids) {
    put_varint(terms_, id - previous);
    previous = id;
  }
  if (terms_.size() >= term_page_bytes) put_terms();
}

void RunWriter::put_terms() {
  if (terms_.empty()) return;
  txn_.put(terms_tree, page_key(info_.run, info_.pages), sealed(terms_, info_.run));
  ++info_.pages;
  terms_.clear();
}

void RunWriter::finish() {
  put_hashes();
  put_terms();
  std::string value;
  put_varint(value, info_.entries);
  put_varint(value, info_.pages);
  put_varint(value, static_cast<uint64_t>(info_.form));
  txn_.put(state_tree, run_key(info_.run), value);
}

std::vector<RunInfo> list_runs(const Transaction& txn) {
  std::vector<RunInfo> runs;
  Cursor cursor(txn, state_tree);
  for (bool more = cursor.seek("run"); more && cursor.key().starts_with("run");
       more = cursor.next()) {
    if (cursor.key().size() != 11) continue;
    Reader in(cursor.value());
    RunInfo& info = runs.emplace_back();
    info.run = load_key(cursor.key().data() + 3);
    info.entries = in.varint();
    info.pages = in.varint();
    info.form = in.empty() ? TermForm::whole : static_cast<TermForm>(in.varint());
    if (info.form != TermForm::whole && info.form != TermForm::shared) {
      throw Failure(TW_E_IO, txn.env().folder() + ": was written by a newer version");
    }
  }
  return runs;
}

void erase_run(Transaction& txn, const RunInfo& run) {
  std::vector<std::string> gone;
  {
    Cursor cursor(txn, hashes_tree);
    const std::string prefix = hash_key_of(run.run, {}).substr(0, 8);
    for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix);
         more = cursor.next()) {
      gone.emplace_back(cursor.key());
    }
  }
  for (const std::string& key : gone) txn.erase(hashes_tree, key);
  for (uint64_t page = 0; page < run.pages; ++page) {
    txn.erase(terms_tree, page_key(run.run, page));
  }
  txn.erase(state_tree, run_key(run.run));
}

SeriesId find_in_run(const Transaction& txn, uint64_t run, KeyHash hash) {
  Cursor cursor(txn, hashes_tree);
  const std::string wanted = hash_key_of(run, hash);
  const bool found = cursor.seek(wanted);
  if (!found || cursor.key() != wanted) {
    if (!(found ? cursor.previous() : cursor.last())) return 0;
    if (load_key(cursor.key().data()) != run) return 0;
  }
  const std::string_view page = opened(cursor.value(), run, "a page of the index is damaged");
  size_t low = 0, high = page.size() / entry_bytes;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const HashEntry entry = load_entry(page.data() + middle * entry_bytes);
    if (entry.hash == hash) return entry.id;
    if (entry.hash < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return 0;
}

HashWalk::HashWalk(const Transaction& txn, uint64_t run) : cursor_(txn, hashes_tree), run_(run) {}

bool HashWalk::load() {
  const bool more = started_ ? cursor_.next() : cursor_.seek(hash_key_of(run_, {}));
  started_ = true;
  if (!more || load_key(cursor_.key().data()) != run_) return false;
  page_ = Reader(opened(cursor_.value(), run_, "a page of the index is damaged"));
  return true;
}

bool HashWalk::next() {
  if (page_.empty() && !load()) return false;
  entry = load_entry(page_.bytes(entry_bytes).data());
  return true;
}

bool TermWalk::load(uint64_t page) {
  const auto value =
      page < run_.pages ? txn_->get(terms_tree, page_key(run_.run, page)) : std::nullopt;
  if (!value) return false;
  page_ = Reader(opened(*value, run_.run, "a page of the index is damaged"));
  page_number_ = page + 1;
  return true;
}

void TermWalk::read_term() {
  const uint64_t same = run_.form == TermForm::whole ? 0 : page_.varint();
  if (same > term.size()) throw Damaged("a term of the index begins with more than the one before");
  term.resize(same);
  term += page_.text();
}

void TermWalk::seek(std::string_view prefix) {
  uint64_t low = 0, high = run_.pages;  // the last page whose first term is not greater
  while (high - low > 1) {
    const uint64_t middle = (low + high) / 2;
    if (!load(middle)) break;
    read_term();
    (term <= prefix ? low : high) = middle;
  }
  page_ = Reader(nullptr, 0);
  decoded_ = true;
  page_number_ = low;
  from_ = prefix;
}

void TermWalk::skip_ids() {
  if (!decoded_) page_.skip_varints(count_);
  decoded_ = true;
  if (!page_.ok()) throw Damaged("a page of the index ends early");
}

const std::vector<SeriesId>& TermWalk::ids() {
  if (decoded_) return ids_;
  ids_.clear();
  SeriesId id = 0;
  for (uint64_t i = 0; i < count_ && page_.ok(); ++i) ids_.push_back(id += page_.varint());
  decoded_ = true;
  if (!page_.ok()) throw Damaged("a page of the index ends early");
  return ids_;
}

bool TermWalk::next() {
  do {
    skip_ids();
    if (page_.empty() && !load(page_number_)) return false;
    read_term();
    count_ = page_.varint();
    decoded_ = false;
    if (!page_.ok()) throw Damaged("a page of the index ends early");
  } while (term < from_);
  return true;
}

}  // namespace tickwork::lmdb
