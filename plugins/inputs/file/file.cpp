// SPDX-License-Identifier: MIT
// inputs.file: reads whole files at every interval, in any data_format.
#include <fcntl.h>
#include <glob.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <tickwork/tickwork.hpp>

namespace {

using namespace tickwork;

std::string read(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Error{TW_E_IO, "cannot open " + path + ": " + std::strerror(errno)};
  std::string text;
  char piece[65536];
  ssize_t n = 0;
  while ((n = ::read(fd, piece, sizeof piece)) > 0) text.append(piece, static_cast<size_t>(n));
  close(fd);
  if (n < 0) throw Error{TW_E_IO, "cannot read " + path + ": " + std::strerror(errno)};
  return text;
}

class File {
 public:
  File(Host host, Config config)
      : host_{host},
        files_{config.strings("files")},
        format_{config.str("data_format")},
        name_tag_{config.str("file_tag")},
        path_tag_{config.str("file_path_tag")} {}

  void start() {
    tw_field name{TW_STR("default_name"), value("file")};
    parser_ = host_.make<tw_parser>("formats." + format_, &name, 1, TW_MAKE_INHERIT);
  }
  void stop() { host_.drop(parser_); }

  void gather(Sink sink) {
    for (const auto& pattern : files_) {
      for (const auto& path : expand(pattern)) parse(path, sink);
    }
  }

 private:
  // A name without wildcards stays, so that a missing file is an error.
  static std::vector<std::string> expand(const std::string& pattern) {
    if (pattern.find_first_of("*?[") == pattern.npos) return {pattern};
    glob_t found{};
    std::vector<std::string> paths;
    if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
    std::erase_if(paths, [](const auto& p) { return !std::filesystem::is_regular_file(p); });
    return paths;
  }

  struct Tagger {
    const tw_sink* sink;
    std::vector<tw_tag> extra, tags;
  };

  void parse(const std::string& path, Sink sink) {
    const std::string text = read(path);
    const std::string name = std::filesystem::path{path}.filename();
    Tagger tagger{sink.raw(), {}, {}};
    if (!name_tag_.empty()) tagger.extra.push_back({str(name_tag_), str(name)});
    if (!path_tag_.empty()) tagger.extra.push_back({str(path_tag_), str(path)});
    const tw_sink tagged{sizeof tagged, &tagger, &File::add};
    tw_error error = empty_error();
    size_t used = 0;
    const tw_status status =
        parser_.vtable().parse(parser_.self(), str(text), TW_PARSE_FINAL, &used,
                               tagger.extra.empty() ? sink.raw() : &tagged, &error);
    if (status < 0 || status == TW_PARTIAL) {
      throw Error{TW_E_INVALID, "cannot parse " + path + ": " + error.message};
    }
  }

  static tw_status add(const tw_sink* self, const tw_point* points, size_t n) {
    Tagger& tagger = *static_cast<Tagger*>(self->self);
    tw_status worst = TW_OK;
    for (size_t i = 0; i < n; ++i) {
      tw_point point = points[i];
      tagger.tags.assign(point.tags, point.tags + point.n_tags);
      tagger.tags.insert(tagger.tags.end(), tagger.extra.begin(), tagger.extra.end());
      point.tags = tagger.tags.data();
      point.n_tags = static_cast<uint32_t>(tagger.tags.size());
      point.series = {};
      const tw_status status = tagger.sink->add(tagger.sink, &point, 1);
      if (status != TW_OK) worst = status;
    }
    return worst;
  }

  Host host_;
  std::vector<std::string> files_;
  std::string format_, name_tag_, path_tag_;
  Ref<tw_parser> parser_;
};

constexpr tw_option options[] = {
    {"files", TW_OPT_STRING, TW_LIST | TW_REQUIRED, nullptr, "Files to read, with wildcards"},
    {"data_format", TW_OPT_STRING, 0, "\"influx\"", "Format, with its own options in this table"},
    {"file_tag", TW_OPT_STRING, 0, "\"\"", "Tag for the file's name"},
    {"file_path_tag", TW_OPT_STRING, 0, "\"\"", "Tag for the file's path"},
    {"character_encoding", TW_OPT_STRING, 0, "\"\"", "Only UTF-8: accepted and without effect"},
    {}};

}  // namespace

TICKWORK_MODULE("org.tickwork.inputs.file", "0.1.0", "MIT",
                tickwork::plugin<File>("inputs.file", "Reads whole files", options));
