// SPDX-License-Identifier: MIT
// "tickwork storage check DIR": reads everything and names what is damaged. Each file is read in a
// child process, because LMDB trusts its pages: damage there may end a process.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "accounts.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "continuous.hpp"
#include "failure.hpp"
#include "read_store.hpp"
#include "verify.hpp"

namespace tickwork::lmdb {
namespace {

constexpr const char* check_usage =
    "check DIR\n\n"
    "Verifies the checksum of every block, log record and page of the index of the store in DIR "
    "and\n"
    "names file, shard and series of each damage. Exit code 0: all is sound. Also while a process\n"
    "writes the store.\n";

// What a child found: sentences, then counts.
struct Findings {
  std::string damage;  // lines
  VerifyCount count;
};

std::string read_fully(int file) {
  std::string out;
  char buffer[16384];
  while (true) {
    const ssize_t n = ::read(file, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return out;
    out.append(buffer, static_cast<size_t>(n));
  }
}

using Verify = std::function<VerifyCount(const Report&)>;

[[noreturn]] void verify_here(const std::string& file, const Verify& verify, int answer) {
  for (const int fault : {SIGSEGV, SIGBUS, SIGABRT}) ::signal(fault, SIG_DFL);
  std::string lines;
  VerifyCount count;
  try {
    count = verify([&](const std::string& line) { lines += line + "\n"; });
  } catch (const std::exception& error) {
    lines += file + ": " + error.what() + "\n";
  }
  std::string head;
  for (const uint64_t n : {count.blocks, count.rows, count.pages}) put_word(head, n);
  _exit(write_all(answer, head) && write_all(answer, lines) ? 0 : 1);
}

Findings verify_in_child(const std::string& file, const Verify& verify) {
  int ends[2];
  if (::pipe(ends) != 0) throw Failure(TW_E_IO, std::string("pipe: ") + std::strerror(errno));
  const pid_t child = ::fork();
  if (child < 0) throw Failure(TW_E_IO, std::string("fork: ") + std::strerror(errno));
  if (child == 0) {
    ::close(ends[0]);
    verify_here(file, verify, ends[1]);
  }
  ::close(ends[1]);
  const std::string answer = read_fully(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Findings found;
  Reader in(answer);
  for (uint64_t* n : {&found.count.blocks, &found.count.rows, &found.count.pages}) {
    *n = in.word<uint64_t>();
  }
  found.damage = in.bytes(in.left());
  if (WIFSIGNALED(status)) {
    found.damage += file + ": its pages are damaged: reading them ended with " +
                    strsignal(WTERMSIG(status)) + "\n";
  }
  return found;
}

class Checker {
 public:
  explicit Checker(const CommandCall& call, const std::string& path) : call_(call), folder_(path) {}

  int32_t run() {
    const std::string& path = folder_.path();
    check_logs();
    const std::string meta = path + "/meta/data.mdb";
    const bool readable = add(meta, [&](const Report&) {
      const Catalogue catalogue(path + "/meta", folder_.opening());
      return VerifyCount{0, 0, catalogue.databases().size() + catalogue.shards().size()};
    });
    check_records();
    if (readable) check_databases();
    call_.out(std::to_string(files_) + " files, " + std::to_string(total_.blocks) + " blocks, " +
              std::to_string(total_.rows) +
              " rows: " + (damages_ == 0 ? "sound\n" : std::to_string(damages_) + " damages\n"));
    return damages_ == 0 ? TW_EXIT_FINE : TW_EXIT_FAILED;
  }

 private:
  bool add(const std::string& file, const Verify& verify) {
    const Findings found = verify_in_child(file, verify);
    std::error_code why;
    if (!found.damage.empty() && folder_.in_use() && !std::filesystem::exists(file, why)) {
      return false;  // dropped meanwhile
    }
    ++files_;
    total_.blocks += found.count.blocks;
    total_.rows += found.count.rows;
    total_.pages += found.count.pages;
    damages_ += static_cast<size_t>(std::count(found.damage.begin(), found.damage.end(), '\n'));
    call_.out(found.damage);
    return found.damage.empty();
  }

  void check_logs() {
    for (const LogFile& log : read_logs(folder_.path())) {
      add(log.path, [&](const Report& report) {
        verify_log(log.path, log.bytes, log.generation, report);
        return VerifyCount{};
      });
    }
  }

  void check_records() {
    for (const char* name : {"accounts", "continuous"}) {
      const std::string folder = folder_.path() + "/" + name, file = folder + "/data.mdb";
      if (!std::filesystem::exists(file)) continue;
      add(file, [&](const Report&) {
        if (std::string_view(name) == "accounts") {
          return VerifyCount{0, 0, Accounts(folder, folder_.opening()).all().size()};
        }
        return VerifyCount{0, 0, ContinuousQueries(folder, folder_.opening()).all().size()};
      });
    }
  }

  void check_databases() {
    std::vector<DatabaseInfo> databases;
    std::vector<ShardInfo> shards;
    {
      const Catalogue catalogue(folder_.path() + "/meta", folder_.opening());
      databases = catalogue.databases();
      shards = catalogue.shards();
    }
    for (const DatabaseInfo& database : databases) {
      const std::string folder = folder_.path() + "/db/" + std::to_string(database.id);
      add(folder + "/index/data.mdb",
          [&](const Report& report) { return verify_index(folder, folder_.opening(), report); });
      for (const ShardInfo& shard : shards) {
        if (shard.database == database.id) check_shard(database, shard, folder);
      }
    }
  }

  void check_shard(const DatabaseInfo& database, const ShardInfo& info, const std::string& folder) {
    const std::string path = folder + "/shard/" + std::to_string(info.id);
    add(path + "/data.mdb", [&](const Report& report) {
      const Index index(folder + "/index", reading_map_size, database.seed, folder_.opening());
      const auto name_of = [&](SeriesId id) -> std::string {
        try {
          const std::string key = index.key_of(id);
          return key.empty() ? "not in the index" : key;
        } catch (const Damaged&) {
          return "its key is damaged";
        }
      };
      const auto shard = std::make_shared<Shard>(info, path, reading_map_size, folder_.opening());
      return verify_shard(shard, name_of, report);
    });
  }

  const CommandCall& call_;
  ClaimedFolder folder_;
  VerifyCount total_;
  size_t files_ = 0, damages_ = 0;
};

}  // namespace

int32_t check_store(CommandCall call) {
  return run_with_usage(call, check_usage, [&] {
    const CommandLine line(call.arguments, {}, {}, 1);
    return Checker(call, line.bare(0)).run();
  });
}

}  // namespace tickwork::lmdb
